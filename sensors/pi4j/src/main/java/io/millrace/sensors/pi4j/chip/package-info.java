/**
 * One class per chip: its registers from its data sheet, how it is set up, and what its numbers
 * mean. The chips know neither time stamps nor outages; {@code stream} does. A constant that comes
 * from a data sheet says where it stands there.
 *
 * <p>Reading a sample allocates nothing here, but with the DS18B20, which is a file of the kernel;
 * what Pi4J allocates is told in {@code bus}.
 */
package io.millrace.sensors.pi4j.chip;
