/**
 * GPIO lines behind Pi4J: inputs as sensors, outputs that have a safe state.
 *
 * <p>Reading a level allocates nothing here, nor does Pi4J 3.0.4 for it; each edge that the line's
 * listener hears costs an event object, Pi4J's own.
 */
package io.millrace.sensors.pi4j.gpio;
