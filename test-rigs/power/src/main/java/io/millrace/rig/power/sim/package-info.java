/**
 * The real node in a simulated world: its clock, sensor, engine's duration, server, instruments and
 * sink are the {@link io.millrace.rig.power.world.World}'s; everything between is the node's own
 * code.
 */
package io.millrace.rig.power.sim;
