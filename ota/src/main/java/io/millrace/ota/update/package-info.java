/**
 * An update from its first byte to its end: look, fetch, verify, try, switch, confirm, or go back.
 * Every way it can end is an {@link io.millrace.ota.update.Outcome} that names what runs
 * afterwards.
 */
package io.millrace.ota.update;
