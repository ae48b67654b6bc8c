package io.millrace.sensors.pi4j.settings;

import java.util.List;

/**
 * Texas Instruments ADS1115, four voltages against ground with 16 bits.
 *
 * @param wire at 0x48 to 0x4B
 * @param rateHz samples per second of all inputs together; a conversion at the fastest rate takes
 *     1.3 ms with its tolerance, and the inputs are converted one after another
 * @param inputs 0 to 3, each once, in the order of the channels
 * @param fullScaleV 6.144, 4.096, 2.048, 1.024, 0.512 or 0.256 (SBAS444, "Config register", PGA)
 */
public record Ads1115Settings(Wire.I2c wire, double rateHz, List<Integer> inputs, double fullScaleV)
    implements ChipSettings {
  /** A conversion at 860 samples per second, 10 % slow as the data sheet allows, and the bus. */
  private static final double FASTEST_HZ = 600;

  public Ads1115Settings {
    inputs = Inputs.checked("ads1115", inputs, 4);
    Limits.between("ads1115", "address", wire.address(), "(0x48 to 0x4B)", 0x48, 0x4B);
    Limits.between("ads1115", "rate", rateHz, "Hz", 0.0001, FASTEST_HZ / inputs.size());
    Limits.oneOf(
        "ads1115", "full scale", fullScaleV, "V", 6.144, 4.096, 2.048, 1.024, 0.512, 0.256);
  }

  @Override
  public String chip() {
    return "ads1115";
  }

  @Override
  public String place() {
    return wire.name();
  }
}
