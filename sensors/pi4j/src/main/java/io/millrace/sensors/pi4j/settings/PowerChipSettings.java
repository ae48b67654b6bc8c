package io.millrace.sensors.pi4j.settings;

import io.millrace.sensors.power.PowerMeter;
import java.util.Objects;

/**
 * Texas Instruments INA219 or INA226: voltage, current and power, measured at a shunt.
 *
 * @param model which of the two
 * @param wire at 0x40 to 0x4F
 * @param rateHz how often it is asked as a sensor; the chip averages over about that time
 * @param shuntOhm resistance of the shunt; boards for hobbyists often have 0.1
 * @param maxA the largest current to be measured
 * @param scope what runs through the shunt
 */
public record PowerChipSettings(
    Model model, Wire.I2c wire, double rateHz, double shuntOhm, double maxA, PowerMeter.Scope scope)
    implements ChipSettings {
  /** The chips. */
  public enum Model {
    /** Up to 320 mV over the shunt (SBOS448, "Configuration register", PG). */
    INA219("ina219", 0.32),
    /** Up to 81.92 mV over the shunt (SBOS547, "Shunt voltage register"). */
    INA226("ina226", 0.08192);

    private final String chip;
    private final double fullScaleV;

    Model(String chip, double fullScaleV) {
      this.chip = chip;
      this.fullScaleV = fullScaleV;
    }
  }

  public PowerChipSettings {
    Objects.requireNonNull(scope);
    Limits.between(model.chip, "address", wire.address(), "(0x40 to 0x4F)", 0x40, 0x4F);
    Limits.between(model.chip, "rate", rateHz, "Hz", 0.0001, 100);
    Limits.between(model.chip, "shunt", shuntOhm, "ohm", 0.00001, 100);
    Limits.between(model.chip, "largest current", maxA, "A", 1e-6, 1000);
    if (maxA * shuntOhm > model.fullScaleV * (1 + 1e-9)) {
      throw new IllegalArgumentException(
          "%s: %s A through %s ohm are %.4g V; the chip measures up to %s V: take a smaller shunt or current"
              .formatted(model.chip, maxA, shuntOhm, maxA * shuntOhm, model.fullScaleV));
    }
  }

  @Override
  public String chip() {
    return model.chip;
  }

  @Override
  public String place() {
    return wire.name();
  }
}
