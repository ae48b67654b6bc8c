/**
 * Small files that are replaced at once, so that a power cut leaves the old or the new one, and
 * digests of large ones.
 */
package io.millrace.ota.disk;
