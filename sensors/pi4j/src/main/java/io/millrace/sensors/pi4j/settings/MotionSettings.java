package io.millrace.sensors.pi4j.settings;

/**
 * InvenSense MPU-6050 or ICM-20948, acceleration and rotation on three axes each; the compass of
 * the ICM-20948 is not read.
 *
 * @param model which of the two
 * @param wire I²C at 0x68 or 0x69; the ICM-20948 also SPI
 * @param rateHz the model's base rate divided by 1 to 256
 * @param rangeG 2, 4, 8 or 16 (RM-MPU-6000A §4.5; DS-000189, "ACCEL_CONFIG")
 * @param rangeDps 250, 500, 1000 or 2000 degrees per second (RM-MPU-6000A §4.4; DS-000189,
 *     "GYRO_CONFIG_1")
 */
public record MotionSettings(Model model, Wire wire, double rateHz, int rangeG, int rangeDps)
    implements ChipSettings {
  /** The chips. */
  public enum Model {
    /** Register map RM-MPU-6000A, §4.2. */
    MPU6050("mpu6050", 1000),
    /** DS-000189, "GYRO_SMPLRT_DIV". */
    ICM20948("icm20948", 1125);

    private final String chip;
    private final double baseHz;

    Model(String chip, double baseHz) {
      this.chip = chip;
      this.baseHz = baseHz;
    }

    /** Samples a second before they are divided. */
    public double baseHz() {
      return baseHz;
    }
  }

  public MotionSettings {
    switch (wire) {
      case Wire.I2c i2c ->
          Limits.oneOf(model.chip, "address", i2c.address(), "(0x68, 0x69)", 0x68, 0x69);
      case Wire.Spi spi -> {
        if (model == Model.MPU6050) {
          throw new IllegalArgumentException(
              "mpu6050: " + spi.name() + "; an MPU-6050 speaks I2C alone, such as on i2c-1");
        }
      }
    }
    Limits.divided(model.chip, rateHz, model.baseHz, 256);
    Limits.oneOf(model.chip, "range", rangeG, "g", 2, 4, 8, 16);
    Limits.oneOf(model.chip, "rotation range", rangeDps, "degrees/s", 250, 500, 1000, 2000);
  }

  @Override
  public String chip() {
    return model.chip;
  }

  @Override
  public String place() {
    return wire.name();
  }
}
