package io.millrace.sensors.pi4j.settings;

/**
 * Bosch BME280: temperature, pressure, humidity.
 *
 * @param wire I²C at 0x76 or 0x77, or SPI
 * @param rateHz how often it is asked, at most 25: with all three measured once, a measurement
 *     takes up to 9.3 ms and the chip rests 0.5 ms between them, so that each sample is a new one
 */
public record Bme280Settings(Wire wire, double rateHz) implements ChipSettings {
  public Bme280Settings {
    if (wire instanceof Wire.I2c i2c) {
      Limits.oneOf("bme280", "address", i2c.address(), "(0x76, 0x77)", 0x76, 0x77);
    }
    Limits.between("bme280", "rate", rateHz, "Hz", 0.0001, 25);
  }

  @Override
  public String chip() {
    return "bme280";
  }

  @Override
  public String place() {
    return wire.name();
  }
}
