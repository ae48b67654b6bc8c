package io.millrace.cli.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerMeterTest {
  @TempDir Path root;

  private Path file(String name, String text) throws IOException {
    Path file = root.resolve("sys/class").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text + "\n");
  }

  private PowerMeter meter() {
    return PowerMeter.find(root).orElseThrow();
  }

  @Test
  void shouldFindNoneWhereThereIsNone() throws Exception {
    assertTrue(PowerMeter.find(root).isEmpty());
    file("hwmon/hwmon0/name", "cpu_thermal");
    file("hwmon/hwmon0/temp1_input", "41000");
    file("power_supply/BAT0/status", "Charging");
    file("power_supply/BAT0/power_now", "5000000");
    assertTrue(PowerMeter.find(root).isEmpty());
  }

  @Test
  void shouldAverageAHwmonSensor() throws Exception {
    file("hwmon/hwmon0/name", "cpu_thermal");
    file("hwmon/hwmon1/name", "ina226");
    Path power = file("hwmon/hwmon1/power1_input", "2000000");
    PowerMeter meter = meter();
    assertEquals("hwmon ina226", meter.name());
    // microwatts; half of the time each
    int[] asked = {0};
    double average =
        meter.averageMilliW(
            1000,
            _ -> {
              asked[0]++;
              write(power, asked[0] < 10 ? "2000000" : "3000000");
            });
    assertEquals(2500, average, 1e-9);
    Files.delete(power);
    assertThrows(IOException.class, () -> meter.averageMilliW(100, _ -> {}));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldMultiplyCurrentAndVoltageOfABattery() throws Exception {
    file("power_supply/BAT0/status", "Discharging");
    file("power_supply/BAT0/current_now", "-500000");
    file("power_supply/BAT0/voltage_now", "3700000");
    assertEquals(1850, meter().averageMilliW(200, _ -> {}), 1e-9);
    file("power_supply/BAT0/power_now", "2000000");
    assertEquals(2000, meter().averageMilliW(200, _ -> {}), 1e-9);
  }

  @Test
  void shouldTakeDifferencesOfRaplThoughItWraps() throws Exception {
    Path energy = file("powercap/intel-rapl:0/energy_uj", "999000");
    file("powercap/intel-rapl:0/max_energy_range_uj", "1000000");
    // 1,000 to the end of the range and 3,000 behind it, in 2 ms
    assertEquals(2000, meter().averageMilliW(2, _ -> write(energy, "3000")), 1e-9);
  }
}
