/**
 * The power-budget rig: days of a board's life in seconds, on the node's own code.
 *
 * <p>A scenario says how the world is: board, battery, sun, weather, link, windows, how wrong the
 * profile is. {@link io.millrace.rig.power.world} is that world; {@link io.millrace.rig.power.sim}
 * lets the real node live in it under the node's own admission and three simple policies; {@link
 * io.millrace.rig.power.judge} holds what truly happened against every limit; {@link
 * io.millrace.rig.power.hindsight} says what nobody could exceed.
 *
 * <pre>{@code
 * ./millrace rig power solar --report solar.html
 * }</pre>
 */
package io.millrace.rig.power;
