package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.bus.WrongChipException;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import java.io.IOException;

/** Texas Instruments INA219 (SBOS448). It has no id; it is known by its settings after a reset. */
public final class Ina219 extends PowerChip {
  /** "Configuration register", reset value. */
  public static final int CONFIG_RESET = 0x399F;

  /** BRNG: up to 32 V, though the chip takes 26. */
  private static final int BUS_32_V = 0x2000;

  /** PG 00: 40 mV; each step doubles it. */
  private static final double NARROWEST_V = 0.040;

  private static final int PG_SHIFT = 11;
  private static final int BADC_SHIFT = 7;
  private static final int SADC_SHIFT = 3;

  /**
   * "ADC settings": 1000 is one conversion of 532 µs, each step doubles their number, up to 128.
   */
  private static final int ONE_CONVERSION = 8;

  private static final double CONVERSION_S = 532e-6;

  /** "Shunt voltage register". */
  private static final double SHUNT_V_PER_STEP = 10e-6;

  /** "Bus voltage register", bits 15 to 3. */
  private static final double BUS_V_PER_STEP = 4e-3;

  private static final int BUS_SHIFT = 3;

  Ina219(Registers registers, PowerChipSettings settings, Clock clock) {
    super(registers, settings, scale(settings), clock);
  }

  private static Scale scale(PowerChipSettings settings) {
    int gain = 0;
    while (NARROWEST_V * (1 << gain) < settings.maxA() * settings.shuntOhm() - 1e-9) {
      gain++;
    }
    int doublings = 0;
    while (doublings < 7 && fitsTwice(CONVERSION_S, 2 << doublings, settings.rateHz())) {
      doublings++;
    }
    int adc = ONE_CONVERSION + doublings;
    return new Scale(
        BUS_32_V | gain << PG_SHIFT | adc << BADC_SHIFT | adc << SADC_SHIFT | CONTINUOUS,
        measurementNs(CONVERSION_S, 1 << doublings),
        SHUNT_V_PER_STEP,
        BUS_V_PER_STEP,
        BUS_SHIFT);
  }

  @Override
  void identify() throws IOException {
    registers.writeWord(CONFIG, RESET);
    int found = registers.readWord(CONFIG);
    if (found != CONFIG_RESET) {
      throw new WrongChipException(registers.where(), "INA219", CONFIG, found, CONFIG_RESET);
    }
  }
}
