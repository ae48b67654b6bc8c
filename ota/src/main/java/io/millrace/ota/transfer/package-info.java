/**
 * How an update comes to the board: block by block, what is there already from the board's own
 * program, the rest from a {@link io.millrace.ota.transfer.Source}, no faster and no more than
 * allowed, and going on where a cut ended it.
 */
package io.millrace.ota.transfer;
