/** Plays a scenario under each policy, judges every run, and works out what could have been had. */
package io.millrace.rig.power.play;
