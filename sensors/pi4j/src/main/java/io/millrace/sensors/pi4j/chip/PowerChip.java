package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SampleFormat.Channel;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.PowerChipSettings;
import io.millrace.sensors.pi4j.stream.PolledChip;
import java.io.IOException;
import java.util.List;

/**
 * What Texas Instruments' INA219 (SBOS448) and INA226 (SBOS547) have in common: 16-bit registers
 * for the settings, the shunt's voltage and the bus voltage. Current and power are worked out here,
 * not by the chip: that needs no calibration register, which a chip forgets silently, and rounds
 * once less. The settings are read back with each sample for the same reason.
 */
public abstract sealed class PowerChip implements PolledChip permits Ina219, Ina226 {
  // both: "Register maps"
  static final int CONFIG = 0x00;
  static final int SHUNT_VOLTAGE = 0x01;
  static final int BUS_VOLTAGE = 0x02;

  /** Both: "Configuration register", RST. */
  static final int RESET = 0x8000;

  /** Both: mode 111, shunt and bus, again and again. */
  static final int CONTINUOUS = 0x0007;

  /**
   * How a chip is set, and what its numbers mean.
   *
   * @param config what the configuration register is set to
   * @param measurementNs time for the first measurement then
   * @param shuntVoltsPerStep of the shunt's register, two's complement
   * @param busVoltsPerStep of the bus register, once it is shifted
   * @param busShift bits below the bus voltage
   */
  record Scale(
      int config,
      long measurementNs,
      double shuntVoltsPerStep,
      double busVoltsPerStep,
      int busShift) {}

  final Registers registers;
  private final Scale scale;
  private final Clock clock;
  private final SampleFormat format;
  private final double shuntOhm;
  private double volts;
  private double amperes;

  PowerChip(Registers registers, PowerChipSettings settings, Scale scale, Clock clock) {
    this.registers = registers;
    this.scale = scale;
    this.clock = clock;
    this.shuntOhm = settings.shuntOhm();
    this.format =
        new SampleFormat(
            settings.source(),
            List.of(
                new Channel("voltage", "V", 1),
                new Channel("current", "A", 1),
                new Channel("power", "W", 1)),
            settings.rateHz());
  }

  /** The chip for these settings; closes {@code registers} when it is closed. */
  public static PowerChip of(Registers registers, PowerChipSettings settings, Clock clock) {
    return switch (settings.model()) {
      case INA219 -> new Ina219(registers, settings, clock);
      case INA226 -> new Ina226(registers, settings, clock);
    };
  }

  /** Checks the chip after its reset. */
  abstract void identify() throws IOException;

  /**
   * Both average over a power of two, or of four, of conversions, as many as fit twice into a
   * sample's period: each sample is a measurement of its own.
   *
   * @param conversionS one conversion, of the shunt and of the bus each
   */
  static boolean fitsTwice(double conversionS, int conversions, double rateHz) {
    return 2 * conversionS * conversions <= 1 / rateHz;
  }

  /** Until both are measured: their conversions, and a tenth for the chip's own clock. */
  static long measurementNs(double conversionS, int conversions) {
    return (long) (2.2 * conversionS * conversions * 1e9);
  }

  @Override
  public final SampleFormat format() {
    return format;
  }

  @Override
  public final void start() throws IOException, InterruptedException {
    identify();
    registers.writeWord(CONFIG, scale.config);
    clock.sleep(scale.measurementNs);
  }

  /** Measures: {@link #milliW} is of this moment then. */
  public final void measure() throws IOException {
    int found = registers.readWord(CONFIG);
    if (found != scale.config) {
      throw new IOException(
          "%s: its settings are 0x%04X instead of 0x%04X; the chip has been without power, or unplugged"
              .formatted(registers.where(), found, scale.config));
    }
    amperes = (short) registers.readWord(SHUNT_VOLTAGE) * scale.shuntVoltsPerStep / shuntOhm;
    volts = (registers.readWord(BUS_VOLTAGE) >> scale.busShift) * scale.busVoltsPerStep;
  }

  /** What was measured last. */
  public final double milliW() {
    return 1000 * volts * amperes;
  }

  @Override
  public final void sample(float[] into, int offset) throws IOException {
    measure();
    into[offset] = (float) volts;
    into[offset + 1] = (float) amperes;
    into[offset + 2] = (float) (volts * amperes);
  }

  @Override
  public final void close() {
    try {
      registers.writeWord(CONFIG, scale.config & ~CONTINUOUS); // both: mode 000, power-down
    } catch (IOException e) {
      // it may be unplugged; then it does not measure either
    }
    registers.close();
  }
}
