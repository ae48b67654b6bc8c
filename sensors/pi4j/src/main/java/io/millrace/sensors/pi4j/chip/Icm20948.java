package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.MotionSettings;
import io.millrace.sensors.pi4j.settings.Wire;
import java.io.IOException;

/**
 * InvenSense ICM-20948 (data sheet DS-000189 rev. 1.3) on I²C or SPI. Its registers are in four
 * banks; this keeps bank 0 selected, but while it sets the chip up.
 */
public final class Icm20948 extends MotionChip {
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

  /** "USER_CTRL", I2C_IF_DIS: SPI alone, so that no byte on it is taken for I²C. */
  private static final int SPI_ALONE = 0x10;

  /** "PWR_MGMT_1": awake, with the best clock there is. */
  private static final int CLOCK_AUTO = 0x01;

  /** "INT_STATUS_2", bits 4 to 0. */
  private static final int FIFO_OVERFLOW_INT = 0x1F;

  private static final int FIFO_BYTES = 512;

  private static final RegisterMap MAP =
      new RegisterMap(
          "ICM-20948",
          WHO_AM_I,
          ID,
          PWR_MGMT_1,
          CLOCK_AUTO,
          USER_CTRL,
          INT_STATUS_2,
          FIFO_OVERFLOW_INT,
          FIFO_COUNTH,
          FIFO_R_W,
          FIFO_BYTES);

  /**
   * "GYRO_CONFIG_1" and "ACCEL_CONFIG", bit 0: use the low-pass filter; the base rate is 1125 Hz.
   */
  private static final int FCHOICE = 1;

  /** Table 16, 3 dB bandwidth for GYRO_DLPFCFG 0 to 6. */
  private static final double[] GYRO_BANDWIDTH_HZ = {196.6, 151.8, 119.5, 51.2, 23.9, 11.6, 5.7};

  /** Table 18, 3 dB bandwidth for ACCEL_DLPFCFG 1 to 6. */
  private static final double[] ACCEL_BANDWIDTH_HZ = {246, 111.4, 50.4, 23.9, 11.5, 5.7};

  private final int userControl;
  private final int gyroConfig;
  private final int accelConfig;

  Icm20948(Registers registers, MotionSettings settings, Clock clock) {
    super(registers, settings, MAP, clock);
    this.userControl = settings.wire() instanceof Wire.Spi ? SPI_ALONE : 0;
    this.gyroConfig =
        MotionBurst.filter(settings.rateHz(), GYRO_BANDWIDTH_HZ) << 3
            | gyroRange(settings) << 1
            | FCHOICE;
    this.accelConfig =
        (1 + MotionBurst.filter(settings.rateHz(), ACCEL_BANDWIDTH_HZ)) << 3
            | accelRange(settings) << 1
            | FCHOICE;
  }

  @Override
  void beforeId() throws IOException {
    registers.write(REG_BANK_SEL, BANK_0);
  }

  @Override
  void configure() throws IOException {
    registers.write(USER_CTRL, userControl);
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
  }

  @Override
  boolean isConfigured() throws IOException {
    if (registers.read(FIFO_EN_2) != FIFO_ACCEL_AND_GYRO) {
      return false;
    }
    registers.write(REG_BANK_SEL, BANK_2);
    boolean same =
        registers.read(GYRO_SMPLRT_DIV) == divider
            && registers.read(GYRO_CONFIG_1) == gyroConfig
            && registers.read(ACCEL_CONFIG) == accelConfig;
    registers.write(REG_BANK_SEL, BANK_0);
    return same;
  }

  /** "FIFO_RST": assert, hold until set to 0. */
  @Override
  void resetFifo() throws IOException {
    registers.write(USER_CTRL, userControl);
    registers.write(FIFO_RST, 0x1F);
    registers.write(FIFO_RST, 0x00);
    registers.write(USER_CTRL, userControl | USE_FIFO);
  }
}
