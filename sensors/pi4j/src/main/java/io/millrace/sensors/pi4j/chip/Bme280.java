package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.SampleFormat.Channel;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.Bme280Settings;
import io.millrace.sensors.pi4j.stream.PolledChip;
import java.io.IOException;
import java.util.List;

/**
 * Bosch BME280 (BST-BME280-DS002 rev. 1.23) in normal mode: it measures by itself, and a sample is
 * its last measurement. Pressure comes in hectopascals.
 */
public final class Bme280 implements PolledChip {
  /** §5.4.1. */
  public static final int ID_REGISTER = 0xD0;

  /** What {@link #ID_REGISTER} holds; a BMP280, which has no humidity, says 0x58. */
  public static final int ID = 0x60;

  // §5.3, table 18
  static final int RESET = 0xE0;
  static final int CTRL_HUM = 0xF2;
  static final int STATUS = 0xF3;
  static final int CTRL_MEAS = 0xF4;
  static final int CONFIG = 0xF5;

  /** §5.4.2. */
  private static final int RESET_WORD = 0xB6;

  /** §5.4.3 and §5.4.5: each measured once, normal mode. */
  static final int HUMIDITY_ONCE = 0x01;

  static final int ALL_ONCE_NORMAL = 0x27;

  /** §5.4.6: half a millisecond between measurements, no filter. */
  private static final int SHORTEST_STANDBY = 0x00;

  /** §5.4.4: the chip is copying its parameters. */
  private static final int IM_UPDATE = 0x01;

  /** §5.4.7: what the pressure and temperature registers hold when nothing was measured. */
  private static final int NOTHING = 0x80000;

  /** Table 1: start-up 2 ms; §9.1: the first measurement up to 9.3 ms. */
  private static final long STEP_NS = 5_000_000;

  private final Registers registers;
  private final Clock clock;
  private final SampleFormat format;
  private final byte[] raw = new byte[13]; // 0xF2 to 0xFE
  private Bme280Trim trim;

  /** Closes {@code registers} when this is closed; waits on {@code clock} while the chip resets. */
  public Bme280(Registers registers, Bme280Settings settings, Clock clock) {
    this.registers = registers;
    this.clock = clock;
    this.format =
        new SampleFormat(
            settings.source(),
            List.of(
                new Channel("temperature", "Cel", 1),
                new Channel("pressure", "hPa", 1),
                new Channel("humidity", "%RH", 1)),
            settings.rateHz());
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    registers.require("BME280", ID_REGISTER, ID);
    registers.write(RESET, RESET_WORD);
    clock.sleep(STEP_NS);
    for (int i = 0; (registers.read(STATUS) & IM_UPDATE) != 0; i++) {
      if (i == 10) {
        throw new IOException(registers.where() + ": a BME280 that does not end its reset");
      }
      clock.sleep(STEP_NS);
    }
    trim = Bme280Trim.read(registers);
    // §5.4.3: a change of the humidity's setting counts after a write of CTRL_MEAS
    registers.write(CTRL_HUM, HUMIDITY_ONCE);
    registers.write(CONFIG, SHORTEST_STANDBY);
    registers.write(CTRL_MEAS, ALL_ONCE_NORMAL);
    clock.sleep(2 * STEP_NS);
  }

  /**
   * §4: a burst over the data, so that all are of one measurement; with the settings before them.
   */
  @Override
  public void sample(float[] into, int offset) throws IOException {
    registers.read(CTRL_HUM, raw, 0, raw.length);
    if ((raw[0] & 7) != HUMIDITY_ONCE || (raw[2] & 0xFF) != ALL_ONCE_NORMAL) {
      throw new IOException(
          "%s: CTRL_MEAS holds 0x%02X instead of 0x%02X; the BME280 has been without power, or unplugged"
              .formatted(registers.where(), raw[2], ALL_ONCE_NORMAL));
    }
    int pressure = twentyBits(5);
    int temperature = twentyBits(8);
    if (temperature == NOTHING) {
      throw new IOException(registers.where() + ": the BME280 has measured nothing");
    }
    into[offset] = trim.centiCelsius(temperature) / 100f;
    into[offset + 1] = trim.pascal256(pressure) / 25_600f;
    into[offset + 2] = trim.percent1024(Short.toUnsignedInt(Units.bigEndian(raw, 11))) / 1024f;
  }

  private int twentyBits(int at) {
    return (raw[at] & 0xFF) << 12 | (raw[at + 1] & 0xFF) << 4 | (raw[at + 2] & 0xF0) >> 4;
  }

  @Override
  public void close() {
    try {
      registers.write(CTRL_MEAS, 0); // §3.3.2: sleep
    } catch (IOException e) {
      // it may be unplugged; then it does not measure either
    }
    registers.close();
  }
}
