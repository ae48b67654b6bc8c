/**
 * Judges a run by what was true, never by what the node had in its accounts: the log of the board's
 * power, the battery, the temperature, bytes by the true day, answers by the true time.
 */
package io.millrace.rig.power.judge;
