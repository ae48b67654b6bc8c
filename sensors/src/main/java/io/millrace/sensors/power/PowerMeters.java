package io.millrace.sensors.power;

import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds what measures power and charge on a machine. */
public final class PowerMeters {
  /**
   * What was found.
   *
   * @param meters open and read once, best first: those of the whole board, then batteries, then
   *     those of a part; of the same scope those that count energy first
   * @param unreadable meters that are there but cannot be read: which, why and what to do
   */
  public record Found(List<PowerMeter> meters, List<String> unreadable) implements AutoCloseable {
    public Found {
      meters = List.copyOf(meters);
      unreadable = List.copyOf(unreadable);
    }

    /** Frees all meters. */
    @Override
    public void close() throws IOException {
      IOException first = null;
      for (PowerMeter meter : meters) {
        try {
          meter.close();
        } catch (IOException e) {
          first = first == null ? e : first;
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }

  /** Opens one meter. */
  private interface Opening {
    PowerMeter open() throws IOException;
  }

  private final Path root;
  private final Clock clock;
  private final Predicate<Path> mayRead;
  private final List<PowerMeter> meters = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();

  private PowerMeters(Path root, Clock clock, Predicate<Path> mayRead) {
    this.mayRead = mayRead;
    this.root = root;
    this.clock = clock;
  }

  /**
   * All meters of the machine whose file system is at {@code root}. None is a legal answer.
   *
   * @param clock by which counters are made power
   */
  public static Found find(Path root, Clock clock) {
    return find(root, clock, Files::isReadable);
  }

  /**
   * As {@link #find(Path, Clock)}.
   *
   * @param mayRead whether this process may read a file; root may read all, in tests too
   */
  static Found find(Path root, Clock clock, Predicate<Path> mayRead) {
    PowerMeters search = new PowerMeters(root, clock, mayRead);
    search.hwmon();
    search.batteries();
    search.rapl();
    search.pmic();
    search.meters.sort(
        Comparator.comparing(PowerMeter::scope).thenComparing(m -> !m.countsEnergy()));
    return new Found(search.meters, search.unreadable);
  }

  /** The battery that powers the machine at {@code root}, if it has one that shows its charge. */
  public static Optional<BatteryGauge> battery(Path root) {
    for (Path folder : SysfsFolders.in(root.resolve("sys/class/power_supply"))) {
      if (SysfsBattery.isBattery(folder)) {
        SysfsBattery battery = new SysfsBattery(folder);
        if (battery.gauges()) {
          return Optional.of(battery);
        }
      }
    }
    return Optional.empty();
  }

  private void open(String name, Opening opening) {
    try {
      meters.add(opening.open());
    } catch (IOException e) {
      unreadable.add(name + ": " + e.getMessage());
    }
  }

  private void hwmon() {
    for (Path chip : SysfsFolders.in(root.resolve("sys/class/hwmon"))) {
      List<Path> attributes = new ArrayList<>(SysfsFolders.in(chip, "energy*_input"));
      List<Path> powers = SysfsFolders.in(chip, "power*_input");
      attributes.addAll(powers.isEmpty() ? SysfsFolders.in(chip, "power*_average") : powers);
      for (Path attribute : attributes) {
        open("hwmon " + attribute, () -> HwmonMeter.open(attribute, clock));
      }
    }
  }

  private void batteries() {
    for (Path folder : SysfsFolders.in(root.resolve("sys/class/power_supply"))) {
      if (SysfsBattery.isBattery(folder)) {
        SysfsBattery battery = new SysfsBattery(folder);
        if (battery.measuresPower()) {
          meters.add(battery);
        }
      }
    }
  }

  private void rapl() {
    List<Path> packages = new ArrayList<>();
    for (Path zone : SysfsFolders.in(root.resolve("sys/class/powercap"), "intel-rapl:*")) {
      String name = KernelFile.words(zone.resolve("name"), "");
      if (name.equals("psys")) {
        rapl(List.of(zone), PowerMeter.Scope.BOARD);
      } else if (name.startsWith("package") || name.equals("dram")) {
        packages.add(zone);
      }
    }
    if (!packages.isEmpty()) {
      rapl(packages, PowerMeter.Scope.PART);
    }
  }

  private void rapl(List<Path> zones, PowerMeter.Scope scope) {
    for (Path zone : zones) {
      Path counter = zone.resolve("energy_uj");
      if (Files.exists(counter) && !mayRead.test(counter)) {
        unreadable.add(
            ("RAPL %s: permission denied. The kernel lets only root read it since CVE-2020-8694;"
                    + " run as root, or let your group: chgrp GROUP %s && chmod g+r %s")
                .formatted(KernelFile.words(zone.resolve("name"), ""), counter, counter));
        return;
      }
    }
    open("RAPL", () -> RaplMeter.open(zones, scope, clock));
  }

  private void pmic() {
    FirmwareCommand.find(root)
        .ifPresent(command -> {
          try {
            meters.add(PmicMeter.open(command));
          } catch (IOException e) {
            // the program is on every Raspberry Pi, the meter on the 5 alone: others lack nothing
            if (KernelFile.words(root.resolve("proc/device-tree/model"), "")
                .startsWith("Raspberry Pi 5")) {
              unreadable.add("Raspberry Pi 5 PMIC: " + e.getMessage());
            }
          }
        });
  }
}
