/**
 * A node on a wrist: pulse and motion, a battery that must last, an alert when the heart beats fast
 * though the wearer rests. Pulse and motion are simulated.
 */
package io.millrace.examples.wearable;
