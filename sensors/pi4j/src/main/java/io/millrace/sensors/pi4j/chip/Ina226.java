package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.bus.WrongChipException;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import java.io.IOException;

/** Texas Instruments INA226 (SBOS547). */
public final class Ina226 extends PowerChip {
  /** "Manufacturer ID register": TI in ASCII. */
  public static final int MANUFACTURER_REGISTER = 0xFE;

  /** What {@link #MANUFACTURER_REGISTER} holds. */
  public static final int MANUFACTURER = 0x5449;

  /** "Die ID register"; the low four bits are the revision. */
  public static final int DIE_REGISTER = 0xFF;

  /** What {@link #DIE_REGISTER} holds. */
  public static final int DIE = 0x2260;

  /** "Configuration register": bits 14 to 12 read 100. */
  private static final int FIXED_BITS = 0x4000;

  private static final int AVG_SHIFT = 9;

  /** VBUSCT and VSHCT 100: 1.1 ms each. */
  private static final int CONVERSION_TIMES = 4 << 6 | 4 << 3;

  private static final double CONVERSION_S = 1.1e-3;

  /** AVG 000 to 111. */
  private static final int[] AVERAGES = {1, 4, 16, 64, 128, 256, 512, 1024};

  /** "Shunt voltage register". */
  private static final double SHUNT_V_PER_STEP = 2.5e-6;

  /** "Bus voltage register". */
  private static final double BUS_V_PER_STEP = 1.25e-3;

  Ina226(Registers registers, PowerChipSettings settings, Clock clock) {
    super(registers, settings, scale(settings), clock);
  }

  private static Scale scale(PowerChipSettings settings) {
    int average = 0;
    while (average < 7 && fitsTwice(CONVERSION_S, AVERAGES[average + 1], settings.rateHz())) {
      average++;
    }
    return new Scale(
        FIXED_BITS | average << AVG_SHIFT | CONVERSION_TIMES | CONTINUOUS,
        measurementNs(CONVERSION_S, AVERAGES[average]),
        SHUNT_V_PER_STEP,
        BUS_V_PER_STEP,
        0);
  }

  @Override
  void identify() throws IOException {
    int maker = registers.readWord(MANUFACTURER_REGISTER);
    if (maker != MANUFACTURER) {
      throw new WrongChipException(
          registers.where(), "INA226", MANUFACTURER_REGISTER, maker, MANUFACTURER);
    }
    int die = registers.readWord(DIE_REGISTER);
    if (die >> 4 != DIE >> 4) {
      throw new WrongChipException(registers.where(), "INA226", DIE_REGISTER, die, DIE);
    }
    registers.writeWord(CONFIG, RESET);
  }
}
