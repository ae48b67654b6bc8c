package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.Mpu6050Settings;
import io.millrace.sensors.pi4j.stream.FifoChip;
import java.io.IOException;

/**
 * InvenSense MPU-6050 (register map RM-MPU-6000A rev. 4.2). Its FIFO of 1024 bytes overwrites the
 * oldest bytes when it is full, and 1024 is no multiple of a sample: what is left then cannot be
 * told apart and is thrown away.
 */
public final class Mpu6050 implements FifoChip {
  /** §4.32: bits 6 to 1 of the address, which hold whatever AD0 says. */
  public static final int WHO_AM_I = 0x75;

  /** What {@link #WHO_AM_I} holds. */
  public static final int ID = 0x68;

  static final int SMPLRT_DIV = 0x19;
  static final int CONFIG = 0x1A;
  static final int GYRO_CONFIG = 0x1B;
  static final int ACCEL_CONFIG = 0x1C;
  static final int FIFO_EN = 0x23;
  static final int INT_STATUS = 0x3A;
  static final int USER_CTRL = 0x6A;
  static final int PWR_MGMT_1 = 0x6B;
  static final int FIFO_COUNTH = 0x72;
  static final int FIFO_R_W = 0x74;

  /** §4.6: the three axes of the gyroscope, and the accelerometer. */
  static final int FIFO_GYRO_AND_ACCEL = 0x78;

  /** §4.15, bit 4. */
  private static final int FIFO_OFLOW_INT = 0x10;

  /** §4.27. */
  private static final int USE_FIFO = 0x40;

  private static final int FIFO_RESET = 0x04;

  /**
   * §4.28: reset; and the clock of the gyroscope's x axis, which is steadier than the internal one.
   */
  private static final int DEVICE_RESET = 0x80;

  private static final int CLOCK_GYRO_X = 0x01;

  /** Product specification PS-MPU-6000A, §7.11. */
  private static final int FIFO_BYTES = 1024;

  /**
   * §4.3, accelerometer bandwidth in hertz for DLPF_CFG 1 to 6; with these the base rate is 1 kHz.
   */
  private static final double[] BANDWIDTH_HZ = {184, 94, 44, 21, 10, 5};

  /** §4.19, steps per degree per second, for 250 to 2000. */
  private static final double[] STEPS_PER_DPS = {131, 65.5, 32.8, 16.4};

  /** PS-MPU-6000A, §6.1 "ZRO settling time", 30 ms, and the reset before it. */
  private static final long RESET_MS = 100;

  private final Registers registers;
  private final Clock clock;
  private final SampleFormat format;
  private final MotionBurst burst;
  private final int divider;
  private final int filter;
  private final int gyroConfig;
  private final int accelConfig;

  /** Closes {@code registers} when this is closed; waits on {@code clock} while the chip resets. */
  public Mpu6050(Registers registers, Mpu6050Settings settings, Clock clock) {
    this.registers = registers;
    this.clock = clock;
    this.divider = (int) Math.round(1000 / settings.rateHz()) - 1;
    this.format = new SampleFormat(settings.source(), Units.MOTION, 1000.0 / (divider + 1));
    this.filter = 1 + MotionBurst.filter(settings.rateHz(), BANDWIDTH_HZ);
    int gyroRange = Integer.numberOfTrailingZeros(settings.rangeDps() / 250);
    this.gyroConfig = gyroRange << 3;
    this.accelConfig = Integer.numberOfTrailingZeros(settings.rangeG() / 2) << 3;
    this.burst = new MotionBurst(registers, FIFO_R_W, settings.rangeG(), STEPS_PER_DPS[gyroRange]);
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    registers.require("MPU-6050", WHO_AM_I, ID);
    registers.write(PWR_MGMT_1, DEVICE_RESET);
    clock.sleep(RESET_MS * 1_000_000);
    registers.write(PWR_MGMT_1, CLOCK_GYRO_X);
    registers.write(CONFIG, filter);
    registers.write(SMPLRT_DIV, divider);
    registers.write(GYRO_CONFIG, gyroConfig);
    registers.write(ACCEL_CONFIG, accelConfig);
    registers.write(FIFO_EN, FIFO_GYRO_AND_ACCEL);
    empty();
  }

  @Override
  public void resume() throws IOException, InterruptedException {
    registers.require("MPU-6050", WHO_AM_I, ID);
    boolean intact =
        registers.read(PWR_MGMT_1) == CLOCK_GYRO_X
            && registers.read(CONFIG) == filter
            && registers.read(SMPLRT_DIV) == divider
            && registers.read(GYRO_CONFIG) == gyroConfig
            && registers.read(ACCEL_CONFIG) == accelConfig
            && registers.read(FIFO_EN) == FIFO_GYRO_AND_ACCEL;
    if (intact) {
      empty(); // a transfer broken off may have taken half a sample
    } else {
      start();
    }
  }

  /** §4.27: the FIFO must be off while it is reset. */
  @Override
  public void empty() throws IOException {
    registers.write(USER_CTRL, 0);
    registers.write(USER_CTRL, FIFO_RESET);
    registers.write(USER_CTRL, USE_FIFO);
    registers.read(INT_STATUS); // §4.15: reading forgets an earlier overflow
  }

  @Override
  public int waiting() throws IOException {
    int count = registers.readWord(FIFO_COUNTH);
    if (count > FIFO_BYTES) {
      throw new IOException(
          "%s: FIFO_COUNT is %d, an MPU-6050 has %d bytes; has it been unplugged?"
              .formatted(registers.where(), count, FIFO_BYTES));
    }
    if (count > FIFO_BYTES - MotionBurst.SAMPLE_BYTES
        && (registers.read(INT_STATUS) & FIFO_OFLOW_INT) != 0) {
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
      registers.write(PWR_MGMT_1, 0x40); // §4.28: sleep
    } catch (IOException e) {
      // it may be unplugged; then it does not sample either
    }
    registers.close();
  }
}
