/**
 * The figures of a device profile, measured on the board itself: rates of the engine's own kernels,
 * bytes from RAM, and power where the kernel shows a meter.
 */
package io.millrace.cli.calibrate;
