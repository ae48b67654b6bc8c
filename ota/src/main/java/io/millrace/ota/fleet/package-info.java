/**
 * Updates that a fleet's server hands out: it says when and carries the files; whether they are
 * believed is decided by the same signatures, slots and trials as for a plain folder.
 */
package io.millrace.ota.fleet;
