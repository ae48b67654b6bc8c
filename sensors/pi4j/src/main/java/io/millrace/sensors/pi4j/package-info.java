/**
 * Sensors and outputs on the buses of a board, through Pi4J: I²C, SPI, GPIO; and 1-Wire through the
 * kernel.
 *
 * <p>A {@link io.millrace.sensors.pi4j.Board} opens what settings describe; its {@link
 * io.millrace.sensors.pi4j.Chips} tell what is there. The way of a sample:
 *
 * <pre>
 *   bus        registers over Pi4J, failures as exceptions that say where and what
 *   chip       one class per chip, from its data sheet
 *   stream     time stamps, gaps, overruns, outages: a Sensor
 *   simulated  chips at register level behind Pi4J's provider interfaces
 * </pre>
 *
 * <pre>{@code
 * try (Board board = Board.open(Clock.system(), problems);
 *     Sensor sensor = board.open(new Adxl345Settings(Wire.parse("i2c-1", 0x53), 3200, 16))) {
 *   SampleBlock block = new SampleBlock(new float[3 * 320], sensor.format());
 *   while (sensor.read(block) != Sensor.END) { ... }
 * }
 * }</pre>
 *
 * <p>No Pi4J type leaves this package and those below it. Pi4J's providers are named here, not
 * discovered.
 */
package io.millrace.sensors.pi4j;
