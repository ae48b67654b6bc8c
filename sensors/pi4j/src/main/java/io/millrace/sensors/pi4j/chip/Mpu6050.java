package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import java.io.IOException;

/** InvenSense MPU-6050 (register map RM-MPU-6000A rev. 4.2), which speaks I²C alone. */
public final class Mpu6050 extends MotionChip {
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
  private static final int FIFO_RESET = 0x04;

  /** §4.28: the clock of the gyroscope's x axis, which is steadier than the internal one. */
  private static final int CLOCK_GYRO_X = 0x01;

  /** Product specification PS-MPU-6000A, §7.11. */
  private static final int FIFO_BYTES = 1024;

  private static final RegisterMap MAP =
      new RegisterMap(
          "MPU-6050",
          WHO_AM_I,
          ID,
          PWR_MGMT_1,
          CLOCK_GYRO_X,
          USER_CTRL,
          INT_STATUS,
          FIFO_OFLOW_INT,
          FIFO_COUNTH,
          FIFO_R_W,
          FIFO_BYTES);

  /**
   * §4.3, accelerometer bandwidth in hertz for DLPF_CFG 1 to 6; with these the base rate is 1 kHz.
   */
  private static final double[] BANDWIDTH_HZ = {184, 94, 44, 21, 10, 5};

  private final int filter;
  private final int gyroConfig;
  private final int accelConfig;

  Mpu6050(Registers registers, MotionSettings settings, Clock clock) {
    super(registers, settings, MAP, clock);
    this.filter = 1 + MotionBurst.filter(settings.rateHz(), BANDWIDTH_HZ);
    this.gyroConfig = gyroRange(settings) << 3;
    this.accelConfig = accelRange(settings) << 3;
  }

  @Override
  void configure() throws IOException {
    registers.write(CONFIG, filter);
    registers.write(SMPLRT_DIV, divider);
    registers.write(GYRO_CONFIG, gyroConfig);
    registers.write(ACCEL_CONFIG, accelConfig);
    registers.write(FIFO_EN, FIFO_GYRO_AND_ACCEL);
  }

  @Override
  boolean isConfigured() throws IOException {
    return registers.read(CONFIG) == filter
        && registers.read(SMPLRT_DIV) == divider
        && registers.read(GYRO_CONFIG) == gyroConfig
        && registers.read(ACCEL_CONFIG) == accelConfig
        && registers.read(FIFO_EN) == FIFO_GYRO_AND_ACCEL;
  }

  /** §4.27: the FIFO must be off while it is reset. */
  @Override
  void resetFifo() throws IOException {
    registers.write(USER_CTRL, 0);
    registers.write(USER_CTRL, FIFO_RESET);
    registers.write(USER_CTRL, USE_FIFO);
  }
}
