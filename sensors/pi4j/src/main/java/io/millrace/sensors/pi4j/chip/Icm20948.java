package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.Icm20948Settings;
import io.millrace.sensors.pi4j.stream.FifoChip;
import java.io.IOException;

/**
 * InvenSense ICM-20948 (data sheet DS-000189 rev. 1.3). Its registers are in four banks; this keeps
 * bank 0 selected, but while it sets the chip up. Its FIFO of 512 bytes is no multiple of a sample,
 * so that what is left after an overflow is thrown away.
 */
public final class Icm20948 implements FifoChip {
  /** §8.1, bank 0. */
  public static final int WHO_AM_I = 0x00;

  /** What {@link #WHO_AM_I} holds. */
  public static final int ID = 0xEA;

  /** §7, in every bank; bits 5 and 4. */
  static final int REG_BANK_SEL = 0x7F;

  static final int BANK_0 = 0x00;
  static final int BANK_2 = 0x20;

  // §7.1, bank 0
  static final int USER_CTRL = 0x03;
  static final int PWR_MGMT_1 = 0x06;
  static final int INT_STATUS_2 = 0x1B;
  static final int FIFO_EN_2 = 0x67;
  static final int FIFO_RST = 0x68;
  static final int FIFO_MODE = 0x69;
  static final int FIFO_COUNTH = 0x70;
  static final int FIFO_R_W = 0x72;

  // §7.3, bank 2
  static final int GYRO_SMPLRT_DIV = 0x00;
  static final int GYRO_CONFIG_1 = 0x01;
  static final int ODR_ALIGN_EN = 0x09;
  static final int ACCEL_SMPLRT_DIV_1 = 0x10;
  static final int ACCEL_SMPLRT_DIV_2 = 0x11;
  static final int ACCEL_CONFIG = 0x14;

  /** "FIFO_EN_2": accelerometer and the three axes of the gyroscope. */
  static final int FIFO_ACCEL_AND_GYRO = 0x1E;

  private static final int USE_FIFO = 0x40;
  private static final int DEVICE_RESET = 0x80;

  /** "PWR_MGMT_1": awake, with the best clock there is. */
  private static final int CLOCK_AUTO = 0x01;

  /** "INT_STATUS_2", bits 4 to 0. */
  private static final int FIFO_OVERFLOW_INT = 0x1F;

  private static final int FIFO_BYTES = 512;

  /**
   * "GYRO_CONFIG_1" and "ACCEL_CONFIG", bit 0: use the low-pass filter; the base rate is 1125 Hz.
   */
  private static final int FCHOICE = 1;

  /** Table 16, 3 dB bandwidth for GYRO_DLPFCFG 0 to 6. */
  private static final double[] GYRO_BANDWIDTH_HZ = {196.6, 151.8, 119.5, 51.2, 23.9, 11.6, 5.7};

  /** Table 18, 3 dB bandwidth for ACCEL_DLPFCFG 1 to 6. */
  private static final double[] ACCEL_BANDWIDTH_HZ = {246, 111.4, 50.4, 23.9, 11.5, 5.7};

  /** Table 1, "Sensitivity scale factor", for 250 to 2000 degrees per second. */
  private static final double[] STEPS_PER_DPS = {131, 65.5, 32.8, 16.4};

  /** Table 1 and 2, "Start-up time" up to 35 ms, and the reset before it. */
  private static final long RESET_MS = 100;

  private final Registers registers;
  private final Clock clock;
  private final SampleFormat format;
  private final MotionBurst burst;
  private final int divider;
  private final int gyroConfig;
  private final int accelConfig;

  /** Closes {@code registers} when this is closed; waits on {@code clock} while the chip resets. */
  public Icm20948(Registers registers, Icm20948Settings settings, Clock clock) {
    this.registers = registers;
    this.clock = clock;
    this.divider = (int) Math.round(1125 / settings.rateHz()) - 1;
    this.format = new SampleFormat(settings.source(), Units.MOTION, 1125.0 / (divider + 1));
    int gyroRange = Integer.numberOfTrailingZeros(settings.rangeDps() / 250);
    int accelRange = Integer.numberOfTrailingZeros(settings.rangeG() / 2);
    this.gyroConfig =
        MotionBurst.filter(settings.rateHz(), GYRO_BANDWIDTH_HZ) << 3 | gyroRange << 1 | FCHOICE;
    this.accelConfig =
        (1 + MotionBurst.filter(settings.rateHz(), ACCEL_BANDWIDTH_HZ)) << 3
            | accelRange << 1
            | FCHOICE;
    this.burst = new MotionBurst(registers, FIFO_R_W, settings.rangeG(), STEPS_PER_DPS[gyroRange]);
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    requireId();
    registers.write(PWR_MGMT_1, DEVICE_RESET);
    clock.sleep(RESET_MS * 1_000_000);
    registers.write(PWR_MGMT_1, CLOCK_AUTO);
    registers.write(REG_BANK_SEL, BANK_2);
    registers.write(ODR_ALIGN_EN, 1); // both sensors start together
    registers.write(GYRO_SMPLRT_DIV, divider);
    registers.write(GYRO_CONFIG_1, gyroConfig);
    registers.write(ACCEL_SMPLRT_DIV_1, divider >> 8);
    registers.write(ACCEL_SMPLRT_DIV_2, divider);
    registers.write(ACCEL_CONFIG, accelConfig);
    registers.write(REG_BANK_SEL, BANK_0);
    registers.write(FIFO_MODE, 0); // stream: the newest bytes are kept
    registers.write(FIFO_EN_2, FIFO_ACCEL_AND_GYRO);
    empty();
  }

  private void requireId() throws IOException {
    registers.write(REG_BANK_SEL, BANK_0);
    registers.require("ICM-20948", WHO_AM_I, ID);
  }

  @Override
  public void resume() throws IOException, InterruptedException {
    requireId();
    boolean intact =
        registers.read(PWR_MGMT_1) == CLOCK_AUTO
            && registers.read(FIFO_EN_2) == FIFO_ACCEL_AND_GYRO;
    if (intact) {
      registers.write(REG_BANK_SEL, BANK_2);
      intact =
          registers.read(GYRO_SMPLRT_DIV) == divider
              && registers.read(GYRO_CONFIG_1) == gyroConfig
              && registers.read(ACCEL_CONFIG) == accelConfig;
      registers.write(REG_BANK_SEL, BANK_0);
    }
    if (intact) {
      empty(); // a transfer broken off may have taken half a sample
    } else {
      start();
    }
  }

  /** "FIFO_RST": assert, hold until set to 0. */
  @Override
  public void empty() throws IOException {
    registers.write(USER_CTRL, 0);
    registers.write(FIFO_RST, 0x1F);
    registers.write(FIFO_RST, 0x00);
    registers.write(USER_CTRL, USE_FIFO);
    registers.read(INT_STATUS_2); // reading forgets an earlier overflow
  }

  @Override
  public int waiting() throws IOException {
    int count = registers.readWord(FIFO_COUNTH);
    if (count > FIFO_BYTES) {
      throw new IOException(
          "%s: FIFO_COUNT is %d, an ICM-20948 has %d bytes; has it been unplugged?"
              .formatted(registers.where(), count, FIFO_BYTES));
    }
    if (count > FIFO_BYTES - MotionBurst.SAMPLE_BYTES
        && (registers.read(INT_STATUS_2) & FIFO_OVERFLOW_INT) != 0) {
      return OVERFLOWED;
    }
    return count / MotionBurst.SAMPLE_BYTES;
  }

  @Override
  public int full() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int batch() {
    return FIFO_BYTES / MotionBurst.SAMPLE_BYTES / 2;
  }

  @Override
  public void take(int samples, float[] into, int offset) throws IOException {
    burst.take(samples, into, offset);
  }

  @Override
  public void close() {
    try {
      registers.write(PWR_MGMT_1, 0x40); // "PWR_MGMT_1": sleep
    } catch (IOException e) {
      // it may be unplugged; then it does not sample either
    }
    registers.close();
  }
}
