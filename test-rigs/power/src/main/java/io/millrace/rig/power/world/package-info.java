/**
 * What is true: a board with its battery, its sun, its heat, its radio and the clock they share.
 * The node never sees this; it sees instruments, a sensor and a server.
 *
 * <p>Between two events every power is constant, and every state has a closed form: energy is a
 * product, temperature an exponential, what the sun brings a cosine. Nothing is stepped, so what
 * comes out does not depend on how often anybody looks.
 */
package io.millrace.rig.power.world;
