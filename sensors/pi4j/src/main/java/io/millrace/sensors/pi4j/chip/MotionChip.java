package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.stream.FifoChip;
import java.io.IOException;

/**
 * What InvenSense's MPU-6050 and ICM-20948 have in common: acceleration and rotation as six words
 * in one FIFO of bytes, which overwrites the oldest bytes when it is full. Its size is no multiple
 * of a sample: what is left then cannot be told apart and is thrown away.
 */
public abstract sealed class MotionChip implements FifoChip permits Icm20948, Mpu6050 {
  /**
   * Where a chip has what, and how it says it.
   *
   * @param name for people
   * @param whoAmI the register of its id
   * @param id what that holds
   * @param powerManagement PWR_MGMT_1, alike in both
   * @param awake what that is set to: awake, with the best clock there is
   * @param userControl USER_CTRL
   * @param interruptStatus the register that says that the FIFO overflowed
   * @param overflow the bits in it that say so
   * @param fifoCount FIFO_COUNTH, the low byte behind it
   * @param fifoData FIFO_R_W
   * @param fifoBytes how many it holds
   */
  record RegisterMap(
      String name,
      int whoAmI,
      int id,
      int powerManagement,
      int awake,
      int userControl,
      int interruptStatus,
      int overflow,
      int fifoCount,
      int fifoData,
      int fifoBytes) {}

  /** RM-MPU-6000A §4.27 and DS-000189, "USER_CTRL", FIFO_EN. */
  static final int USE_FIFO = 0x40;

  /** RM-MPU-6000A §4.28 and DS-000189, "PWR_MGMT_1", DEVICE_RESET and SLEEP. */
  private static final int DEVICE_RESET = 0x80;

  private static final int SLEEP = 0x40;

  /**
   * Steps per degree per second, for 250 to 2000: RM-MPU-6000A §4.19; DS-000189 table 1,
   * "Sensitivity scale factor", has the same.
   */
  private static final double[] STEPS_PER_DPS = {131, 65.5, 32.8, 16.4};

  /**
   * The reset, and the start-up after it: 30 ms (PS-MPU-6000A, §6.1 "ZRO settling time"), 35 ms
   * (DS-000189, tables 1 and 2, "Start-up time").
   */
  private static final long RESET_MS = 100;

  final Registers registers;
  final int divider;
  private final RegisterMap map;
  private final Clock clock;
  private final SampleFormat format;
  private final MotionBurst burst;

  /** Closes {@code registers} when this is closed; waits on {@code clock} while the chip resets. */
  MotionChip(Registers registers, MotionSettings settings, RegisterMap map, Clock clock) {
    this.registers = registers;
    this.map = map;
    this.clock = clock;
    double baseHz = settings.model().baseHz();
    this.divider = (int) Math.round(baseHz / settings.rateHz()) - 1;
    this.format = new SampleFormat(settings.source(), Units.MOTION, baseHz / (divider + 1));
    this.burst =
        new MotionBurst(
            registers, map.fifoData, settings.rangeG(), STEPS_PER_DPS[gyroRange(settings)]);
  }

  /** The chip for these settings. */
  public static MotionChip of(Registers registers, MotionSettings settings, Clock clock) {
    return switch (settings.model()) {
      case MPU6050 -> new Mpu6050(registers, settings, clock);
      case ICM20948 -> new Icm20948(registers, settings, clock);
    };
  }

  /** 0 for 250 degrees per second to 3 for 2000, as both have it. */
  static int gyroRange(MotionSettings settings) {
    return Integer.numberOfTrailingZeros(settings.rangeDps() / 250);
  }

  /** 0 for 2 g to 3 for 16 g, as both have it. */
  static int accelRange(MotionSettings settings) {
    return Integer.numberOfTrailingZeros(settings.rangeG() / 2);
  }

  /** Makes the id register readable. */
  void beforeId() throws IOException {}

  /** Rate, filters, ranges, and what goes into the FIFO. */
  abstract void configure() throws IOException;

  /** Whether the chip still has all of {@link #configure}. */
  abstract boolean isConfigured() throws IOException;

  /** Empties the FIFO and lets it run. */
  abstract void resetFifo() throws IOException;

  @Override
  public final SampleFormat format() {
    return format;
  }

  private void requireId() throws IOException {
    beforeId();
    registers.require(map.name, map.whoAmI, map.id);
  }

  @Override
  public final void start() throws IOException, InterruptedException {
    requireId();
    registers.write(map.powerManagement, DEVICE_RESET);
    clock.sleep(RESET_MS * 1_000_000);
    registers.write(map.powerManagement, map.awake);
    configure();
    empty();
  }

  @Override
  public final void resume() throws IOException, InterruptedException {
    requireId();
    if (registers.read(map.powerManagement) == map.awake && isConfigured()) {
      empty(); // a transfer broken off may have taken half a sample
    } else {
      start();
    }
  }

  @Override
  public final void empty() throws IOException {
    resetFifo();
    registers.read(map.interruptStatus); // RM-MPU-6000A §4.15: reading forgets an earlier overflow
  }

  @Override
  public final int waiting() throws IOException {
    int count = registers.readWord(map.fifoCount);
    if (count > map.fifoBytes) {
      throw new IOException(
          "%s: FIFO_COUNT is %d, an %s has %d bytes; has it been unplugged?"
              .formatted(registers.where(), count, map.name, map.fifoBytes));
    }
    if (count > map.fifoBytes - MotionBurst.SAMPLE_BYTES
        && (registers.read(map.interruptStatus) & map.overflow) != 0) {
      return OVERFLOWED;
    }
    return count / MotionBurst.SAMPLE_BYTES;
  }

  @Override
  public final int full() {
    return Integer.MAX_VALUE;
  }

  @Override
  public final int batch() {
    return map.fifoBytes / MotionBurst.SAMPLE_BYTES / 2;
  }

  @Override
  public final void take(int samples, float[] into, int offset) throws IOException {
    burst.take(samples, into, offset);
  }

  @Override
  public final void close() {
    try {
      registers.write(map.powerManagement, SLEEP);
    } catch (IOException e) {
      // it may be unplugged; then it does not sample either
    }
    registers.close();
  }
}
