package io.millrace.sensors.pi4j;

/**
 * Something that a scan has found.
 *
 * @param bus {@code i2c-1}, {@code spi-0.0}, {@code 1-wire}, {@code gpiochip0}
 * @param address {@code 0x53}, a serial number; empty where there is none
 * @param chip its name in settings, such as {@code adxl345}; empty if it is not known
 * @param note how it was recognised, or why not, for people
 */
public record Found(String bus, String address, String chip, String note) {}
