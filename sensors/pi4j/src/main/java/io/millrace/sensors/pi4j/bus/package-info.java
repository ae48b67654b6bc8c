/**
 * The buses behind Pi4J, as registers. Nothing beyond this package, the GPIO lines and the
 * simulated providers knows Pi4J.
 *
 * <p>What is allocated for each call is Pi4J's own (3.0.4, read in its sources):
 *
 * <ul>
 *   <li>I²C: {@code I2C.write(byte[], int, int)} and {@code I2C.read(byte[], int, int)} make two
 *       lambdas and a boxed length, some 100 bytes; {@code readRegister} makes a buffer of 2 KiB
 *       and copies of the data, for an ioctl. Registers are therefore read by the former pair.
 *   <li>SPI: {@code Spi.transfer} makes a JNA memory block, a structure and its argument array.
 * </ul>
 *
 * This package adds nothing to it. The simulated providers allocate nothing, so tests can tell.
 *
 * <p>Pi4J fails with unchecked exceptions (I²C) or a result of -1 (SPI); both become a {@link
 * io.millrace.sensors.pi4j.bus.BusException} that says where and what.
 */
package io.millrace.sensors.pi4j.bus;
