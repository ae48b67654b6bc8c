package io.millrace.sensors.pi4j.settings;

/** A chip that gives samples. */
public sealed interface ChipSettings
    permits Adxl345Settings,
        MotionSettings,
        Bme280Settings,
        Ads1115Settings,
        Mcp3008Settings,
        PowerChipSettings,
        Ds18b20Settings,
        LevelSettings {
  /** The chip's name in files: {@code adxl345}. */
  String chip();

  /** Where it hangs, for people. */
  String place();

  /** Samples per second. */
  double rateHz();

  /** Chip and place: the name of the sensor's samples. */
  default String source() {
    return chip() + " " + place();
  }
}
