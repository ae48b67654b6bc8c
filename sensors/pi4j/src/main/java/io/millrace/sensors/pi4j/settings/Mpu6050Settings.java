package io.millrace.sensors.pi4j.settings;

/**
 * InvenSense MPU-6050, acceleration and rotation on three axes each.
 *
 * @param wire at 0x68 or 0x69
 * @param rateHz 1000 divided by 1 to 256 (register map RM-MPU-6000A, §4.2)
 * @param rangeG 2, 4, 8 or 16 (§4.5)
 * @param rangeDps 250, 500, 1000 or 2000 degrees per second (§4.4)
 */
public record Mpu6050Settings(Wire.I2c wire, double rateHz, int rangeG, int rangeDps)
    implements ChipSettings {
  public Mpu6050Settings {
    Limits.oneOf("mpu6050", "address", wire.address(), "(0x68, 0x69)", 0x68, 0x69);
    Limits.divided("mpu6050", rateHz, 1000, 256);
    Limits.oneOf("mpu6050", "range", rangeG, "g", 2, 4, 8, 16);
    Limits.oneOf("mpu6050", "rotation range", rangeDps, "degrees/s", 250, 500, 1000, 2000);
  }

  @Override
  public String chip() {
    return "mpu6050";
  }

  @Override
  public String place() {
    return wire.name();
  }
}
