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

  final Registers registers;
  private final Clock clock;
  private final SampleFormat format;
  private final double shuntOhm;
  private double volts;
  private double amperes;

  PowerChip(Registers registers, PowerChipSettings settings, Clock clock) {
    this.registers = registers;
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

  /** What the configuration register is set to. */
  abstract int config();

  /** Time for the first measurement with these settings. */
  abstract long measurementNs();

  abstract double shuntVolts(int raw);

  abstract double busVolts(int raw);

  @Override
  public final SampleFormat format() {
    return format;
  }

  @Override
  public final void start() throws IOException, InterruptedException {
    identify();
    registers.writeWord(CONFIG, config());
    clock.sleep(measurementNs());
  }

  /** Measures: {@link #milliW} is of this moment then. */
  public final void measure() throws IOException {
    int found = registers.readWord(CONFIG);
    if (found != config()) {
      throw new IOException(
          "%s: its settings are 0x%04X instead of 0x%04X; the chip has been without power, or unplugged"
              .formatted(registers.where(), found, config()));
    }
    amperes = shuntVolts(registers.readWord(SHUNT_VOLTAGE)) / shuntOhm;
    volts = busVolts(registers.readWord(BUS_VOLTAGE));
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
      registers.writeWord(CONFIG, config() & ~CONTINUOUS); // both: mode 000, power-down
    } catch (IOException e) {
      // it may be unplugged; then it does not measure either
    }
    registers.close();
  }
}
