package io.millrace.sensors.pi4j.settings;

/**
 * InvenSense ICM-20948, acceleration and rotation on three axes each; its compass is not read.
 *
 * @param wire at 0x68 or 0x69
 * @param rateHz 1125 divided by 1 to 256 (DS-000189, "GYRO_SMPLRT_DIV")
 * @param rangeG 2, 4, 8 or 16 ("ACCEL_CONFIG")
 * @param rangeDps 250, 500, 1000 or 2000 degrees per second ("GYRO_CONFIG_1")
 */
public record Icm20948Settings(Wire.I2c wire, double rateHz, int rangeG, int rangeDps)
    implements ChipSettings {
  public Icm20948Settings {
    Limits.oneOf("icm20948", "address", wire.address(), "(0x68, 0x69)", 0x68, 0x69);
    Limits.divided("icm20948", rateHz, 1125, 256);
    Limits.oneOf("icm20948", "range", rangeG, "g", 2, 4, 8, 16);
    Limits.oneOf("icm20948", "rotation range", rangeDps, "degrees/s", 250, 500, 1000, 2000);
  }

  @Override
  public String chip() {
    return "icm20948";
  }

  @Override
  public String place() {
    return wire.name();
  }
}
