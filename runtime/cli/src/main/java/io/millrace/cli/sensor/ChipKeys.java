package io.millrace.cli.sensor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The kinds of chips and the keys of each. Names nothing of Pi4J. */
public final class ChipKeys {
  private static final Map<String, List<String>> KEYS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("adxl345", List.of("bus", "address", "clock", "rate", "range")),
              Map.entry("mpu6050", List.of("bus", "address", "rate", "range", "rotation")),
              Map.entry(
                  "icm20948", List.of("bus", "address", "clock", "rate", "range", "rotation")),
              Map.entry("bme280", List.of("bus", "address", "clock", "rate")),
              Map.entry("ads1115", List.of("bus", "address", "rate", "inputs", "full-scale")),
              Map.entry("mcp3008", List.of("bus", "clock", "rate", "inputs", "reference")),
              Map.entry("ina219", List.of("bus", "address", "rate", "shunt", "most", "scope")),
              Map.entry("ina226", List.of("bus", "address", "rate", "shunt", "most", "scope")),
              Map.entry("ds18b20", List.of("serial", "rate")),
              Map.entry("gpio", List.of("name", "line", "rate", "debounce", "pull", "active"))));

  private ChipKeys() {}

  /** Names of the kinds, in order. */
  public static List<String> kinds() {
    return List.copyOf(KEYS.keySet());
  }

  /** The keys of a kind. */
  public static List<String> of(String kind) {
    return KEYS.get(kind);
  }
}
