package io.millrace.sensors.pi4j.settings;

import java.util.regex.Pattern;

/**
 * Maxim DS18B20, temperature over 1-Wire, through the kernel's driver.
 *
 * @param serial its name under {@code /sys/bus/w1/devices}: {@code 28-0316a2794aff}
 * @param rateHz at most 1: a conversion with 12 bits takes up to 750 ms (data sheet, "Operation:
 *     measuring temperature"), and a read of the kernel's file waits for it
 */
public record Ds18b20Settings(String serial, double rateHz) implements ChipSettings {
  private static final Pattern SERIAL = Pattern.compile("28-[0-9a-f]{12}");

  public Ds18b20Settings {
    if (!SERIAL.matcher(serial).matches()) {
      throw new IllegalArgumentException(
          "ds18b20: serial \""
              + serial
              + "\"; it is 28- and twelve hexadecimal digits, as listed in /sys/bus/w1/devices");
    }
    Limits.between("ds18b20", "rate", rateHz, "Hz", 0.0001, 1);
  }

  @Override
  public String chip() {
    return "ds18b20";
  }

  @Override
  public String place() {
    return serial;
  }
}
