package io.millrace.sensors.pi4j.settings;

/**
 * Analog Devices ADXL345, acceleration on three axes.
 *
 * @param wire I²C (0x1D or 0x53) or SPI. At 3200 and 1600 Hz the data sheet asks for I²C at 400 kHz
 *     or SPI of 2 MHz and more (rev. G, "Serial communications")
 * @param rateHz 3200 and its halves down to 6.25 (table 7)
 * @param rangeG 2, 4, 8 or 16; the resolution is the same in all ("DATA_FORMAT", full resolution)
 */
public record Adxl345Settings(Wire wire, double rateHz, int rangeG) implements ChipSettings {
  public Adxl345Settings {
    if (wire instanceof Wire.I2c i2c) {
      Limits.oneOf("adxl345", "address", i2c.address(), "(0x1D, 0x53)", 0x1D, 0x53);
    }
    Limits.oneOf(
        "adxl345", "rate", rateHz, "Hz", 3200, 1600, 800, 400, 200, 100, 50, 25, 12.5, 6.25);
    Limits.oneOf("adxl345", "range", rangeG, "g", 2, 4, 8, 16);
  }

  @Override
  public String chip() {
    return "adxl345";
  }

  @Override
  public String place() {
    return wire.name();
  }
}
