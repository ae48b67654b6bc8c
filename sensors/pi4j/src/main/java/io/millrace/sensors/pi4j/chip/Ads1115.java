package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SampleFormat.Channel;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.Ads1115Settings;
import io.millrace.sensors.pi4j.stream.PolledChip;
import java.io.IOException;
import java.util.List;

/**
 * Texas Instruments ADS1115 (SBAS444), one conversion at a time: the chip's settings are written
 * for each, so that a chip that was without power goes on as if nothing had happened. It has no id;
 * what is written must be what is read.
 */
public final class Ads1115 implements PolledChip {
  // "Register map"
  static final int CONVERSION = 0;

  /** Also what it is recognised by: after a reset it holds {@link #CONFIG_RESET}. */
  public static final int CONFIG = 1;

  /** "Config register", reset value. */
  public static final int CONFIG_RESET = 0x8583;

  /** Written: start; read: no conversion is running. */
  static final int OS = 0x8000;

  /** MUX 100: AIN0 against ground; the next inputs follow. */
  private static final int MUX_INPUT_0 = 0x4000;

  private static final int MUX_STEP = 0x1000;
  private static final int PGA_STEP = 0x0200;
  private static final int SINGLE_SHOT = 0x0100;

  /** DR 111: 860 samples per second. */
  private static final int FASTEST = 0x00E0;

  private static final int COMPARATOR_OFF = 0x0003;

  /** "Electrical characteristics": the rate may be 10 % off; and 25 µs to wake up. */
  private static final long CONVERSION_NS = Math.round(1e9 / (860 * 0.9)) + 25_000;

  private static final long AGAIN_NS = 100_000;
  private static final int LAST_TRY = 20;

  private final Registers registers;
  private final Clock clock;
  private final SampleFormat format;
  private final int[] configs;
  private final double voltsPerStep;

  /** Closes {@code registers} when this is closed; waits on {@code clock} for conversions. */
  public Ads1115(Registers registers, Ads1115Settings settings, Clock clock) {
    this.registers = registers;
    this.clock = clock;
    List<Channel> channels =
        settings.inputs().stream().map(i -> new Channel("ain" + i, "V", 1)).toList();
    this.format = new SampleFormat(settings.source(), channels, settings.rateHz());
    // "Full-scale range and LSB size": 6.144 V is 0, 4.096 V is 1, and halves from there
    int gain =
        settings.fullScaleV() == 6.144
            ? 0
            : 1 + (int) Math.round(Math.log(4.096 / settings.fullScaleV()) / Math.log(2));
    this.voltsPerStep = settings.fullScaleV() / 32768;
    this.configs =
        settings.inputs().stream()
            .mapToInt(i ->
                MUX_INPUT_0 + i * MUX_STEP
                    | gain * PGA_STEP
                    | SINGLE_SHOT
                    | FASTEST
                    | COMPARATOR_OFF)
            .toArray();
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    registers.writeWord(CONFIG, configs[0]);
    int found = registers.readWord(CONFIG);
    if ((found & ~OS) != configs[0]) {
      throw new IOException(
          "%s: register 0x%02X holds 0x%04X after 0x%04X was written; no ADS1115 answers there"
              .formatted(registers.where(), CONFIG, found, configs[0]));
    }
  }

  @Override
  public void sample(float[] into, int offset) throws IOException, InterruptedException {
    for (int i = 0; i < configs.length; i++) {
      registers.writeWord(CONFIG, OS | configs[i]);
      clock.sleep(CONVERSION_NS);
      for (int tries = 0; (registers.readWord(CONFIG) & OS) == 0; tries++) {
        if (tries == LAST_TRY) {
          throw new IOException(registers.where() + ": an ADS1115 that does not end a conversion");
        }
        clock.sleep(AGAIN_NS);
      }
      into[offset + i] = (float) ((short) registers.readWord(CONVERSION) * voltsPerStep);
    }
  }

  /** It sleeps after each conversion by itself. */
  @Override
  public void close() {
    registers.close();
  }
}
