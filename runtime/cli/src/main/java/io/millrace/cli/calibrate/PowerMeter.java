package io.millrace.cli.calibrate;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A power meter that the kernel shows in sysfs: a hwmon sensor (INA219, INA226 and others with a
 * driver, {@code power*_input} in microwatts), a battery that discharges ({@code power_now}, or
 * {@code current_now} times {@code voltage_now}), or RAPL ({@code energy_uj}, in microjoules), in
 * this order. Kernel documentation: hwmon/sysfs-interface, ABI/testing/sysfs-class-power,
 * power/powercap.
 */
public final class PowerMeter {
  private static final long STEP_MS = 50;

  /** A reading of one kind. */
  private interface Reading {
    double value() throws IOException;
  }

  /** Lets time pass. */
  interface Pause {
    void ms(long ms) throws InterruptedException;
  }

  private final String name;
  private final Reading milliW;
  private final Reading microJ;
  private final double wrapMicroJ;

  private PowerMeter(String name, Reading milliW, Reading microJ, double wrapMicroJ) {
    this.name = name;
    this.milliW = milliW;
    this.microJ = microJ;
    this.wrapMicroJ = wrapMicroJ;
  }

  /** The first meter below {@code root}'s {@code sys/class}; empty if there is none. */
  public static Optional<PowerMeter> find(Path root) {
    Path classes = root.resolve("sys/class");
    for (Path chip : entries(classes.resolve("hwmon"))) {
      for (String file : List.of("power1_input", "power1_average")) {
        Path power = chip.resolve(file);
        if (readable(power)) {
          return Optional.of(
              new PowerMeter(
                  "hwmon " + text(chip.resolve("name")).orElse(chip.getFileName().toString()),
                  () -> number(power) / 1e3,
                  null,
                  0));
        }
      }
    }
    for (Path supply : entries(classes.resolve("power_supply"))) {
      Optional<PowerMeter> battery = battery(supply);
      if (battery.isPresent()) {
        return battery;
      }
    }
    for (Path zone : entries(classes.resolve("powercap"))) {
      Path energy = zone.resolve("energy_uj");
      Path range = zone.resolve("max_energy_range_uj");
      if (zone.getFileName().toString().matches("[a-z-]+rapl:0") && readable(energy)) {
        return Optional.of(
            new PowerMeter(
                "RAPL, the processor alone",
                null,
                () -> number(energy),
                readable(range) ? unchecked(range) : 0));
      }
    }
    return Optional.empty();
  }

  private static Optional<PowerMeter> battery(Path supply) {
    if (!text(supply.resolve("status")).orElse("").equals("Discharging")) {
      return Optional.empty();
    }
    Path power = supply.resolve("power_now");
    Path current = supply.resolve("current_now");
    Path voltage = supply.resolve("voltage_now");
    String name = "battery " + supply.getFileName();
    if (readable(power)) {
      return Optional.of(new PowerMeter(name, () -> Math.abs(number(power)) / 1e3, null, 0));
    }
    if (readable(current) && readable(voltage)) {
      return Optional.of(
          new PowerMeter(name, () -> Math.abs(number(current)) * number(voltage) / 1e9, null, 0));
    }
    return Optional.empty();
  }

  /** What it is, for the source of a figure. */
  public String name() {
    return name;
  }

  /**
   * The average over {@code ms} milliseconds, in milliwatts.
   *
   * @throws IOException if the meter cannot be read any more
   */
  public double averageMilliW(long ms) throws IOException, InterruptedException {
    return averageMilliW(ms, Thread::sleep);
  }

  double averageMilliW(long ms, Pause pause) throws IOException, InterruptedException {
    if (microJ != null) {
      double before = microJ.value();
      pause.ms(ms);
      double used = microJ.value() - before;
      return (used < 0 ? used + wrapMicroJ : used) / ms;
    }
    double sum = 0;
    int count = 0;
    for (long at = 0; at < ms; at += STEP_MS) {
      sum += milliW.value();
      count++;
      pause.ms(STEP_MS);
    }
    return sum / count;
  }

  private static List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      all.forEach(entries::add);
    } catch (IOException none) {
      return List.of();
    }
    entries.sort(null);
    return entries;
  }

  private static boolean readable(Path file) {
    return text(file).filter(t -> t.matches("-?[0-9]{1,18}")).isPresent();
  }

  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static double number(Path file) throws IOException {
    String text = Files.readString(file).strip();
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IOException(file + " says \"" + text + "\", which is no number", e);
    }
  }

  private static double unchecked(Path file) {
    return text(file).map(Double::parseDouble).orElse(0.0);
  }
}
