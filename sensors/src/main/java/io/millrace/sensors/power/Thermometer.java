package io.millrace.sensors.power;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A temperature that the kernel shows in thousandths of a degree Celsius: a thermal zone ({@code
 * temp}, kernel documentation, driver-api/thermal/sysfs-api) or a chip of hwmon ({@code
 * temp*_input}, hwmon/sysfs-interface). Read by one thread at a time; reading allocates nothing.
 */
public final class Thermometer implements AutoCloseable {
  /** What processors call themselves, in zones and in hwmon, best first. */
  private static final List<String> PROCESSORS =
      List.of("cpu", "x86_pkg", "soc", "coretemp", "k10temp", "package", "acpitz");

  private static final double COLDEST_CELSIUS = -100;
  private static final double HOTTEST_CELSIUS = 250;

  private final String name;
  private final KernelFile milliCelsius;

  private Thermometer(String name, KernelFile milliCelsius) {
    this.name = name;
    this.milliCelsius = milliCelsius;
  }

  /** All thermometers under {@code root}: the processor's first, zones before chips. */
  public static List<Thermometer> all(Path root) {
    List<List<Thermometer>> ranks = new ArrayList<>();
    for (int i = 0; i <= PROCESSORS.size(); i++) {
      ranks.add(new ArrayList<>());
    }
    for (Path zone : SysfsFolders.in(root.resolve("sys/class/thermal"), "thermal_zone*")) {
      String type = KernelFile.words(zone.resolve("type"), zone.getFileName().toString());
      add(ranks, type, zone.resolve("temp"));
    }
    for (Path chip : SysfsFolders.in(root.resolve("sys/class/hwmon"))) {
      String type = KernelFile.words(chip.resolve("name"), "hwmon");
      for (Path input : SysfsFolders.in(chip, "temp*_input")) {
        add(ranks, type, input);
      }
    }
    return ranks.stream().flatMap(List::stream).toList();
  }

  /** The processor's thermometer, if there is one that can be read. */
  public static Optional<Thermometer> ofProcessor(Path root) {
    return all(root).stream().filter(t -> rank(t.name) < PROCESSORS.size()).findFirst();
  }

  private static void add(List<List<Thermometer>> ranks, String type, Path file) {
    Thermometer thermometer = new Thermometer(type + " (" + file + ")", new KernelFile(file));
    try {
      thermometer.celsius();
    } catch (IOException e) {
      // shown, but not readable: zones of radios that are off, sensors without a probe
      return;
    }
    ranks.get(rank(type)).add(thermometer);
  }

  private static int rank(String type) {
    String lower = type.toLowerCase(Locale.ROOT);
    for (int i = 0; i < PROCESSORS.size(); i++) {
      if (lower.startsWith(PROCESSORS.get(i))) {
        return i;
      }
    }
    return PROCESSORS.size();
  }

  /** What it measures and where it is read. */
  public String name() {
    return name;
  }

  /**
   * The temperature now, in degrees Celsius.
   *
   * @throws IOException if it cannot be read or cannot be true; it may be asked again
   */
  public double celsius() throws IOException {
    double celsius = milliCelsius.number() / 1e3;
    if (celsius < COLDEST_CELSIUS || celsius > HOTTEST_CELSIUS) {
      throw new IOException(
          "%s says %.1f degrees Celsius, which cannot be".formatted(name, celsius));
    }
    return celsius;
  }

  @Override
  public void close() throws IOException {
    milliCelsius.close();
  }
}
