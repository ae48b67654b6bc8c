package io.millrace.sensors.power;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A battery in {@code /sys/class/power_supply}, as a meter and as a gauge (kernel documentation,
 * ABI/testing/sysfs-class-power and power/power_supply_class: microvolts, microamperes, microwatts,
 * microwatt hours, microampere hours).
 *
 * <p>Power is {@code power_now}, or {@code current_now} times {@code voltage_now}. The
 * documentation wants a negative current while a battery discharges, drivers for ACPI show a
 * positive one, so that {@code status} decides and the sign counts only where the status is
 * unknown. A battery that charges shows what flows into it, not what the board takes: that is an
 * error, not a number.
 */
final class SysfsBattery implements PowerMeter, BatteryGauge {
  private static final double MILLIJ_PER_MICROWH = 3.6;

  private final String name;
  private final KernelFile status;
  private final KernelFile microW;
  private final KernelFile microA;
  private final KernelFile microV;
  private final KernelFile capacity;
  private final KernelFile microWh;
  private final KernelFile microAh;
  private final double nominalV;

  /** {@code null} stands for what the battery does not have. */
  SysfsBattery(Path folder) {
    this.name = "battery " + folder.getFileName();
    this.status = attribute(folder, "status");
    this.microW = attribute(folder, "power_now");
    this.microA = attribute(folder, "current_now");
    this.microV = attribute(folder, "voltage_now");
    this.capacity = attribute(folder, "capacity");
    this.microWh = attribute(folder, "energy_now");
    this.microAh = attribute(folder, "charge_now");
    this.nominalV = nominalV(folder);
  }

  /** Whether the folder is a battery that powers the machine, not one of a mouse. */
  static boolean isBattery(Path folder) {
    return KernelFile.words(folder.resolve("type"), "").equals("Battery")
        && !KernelFile.words(folder.resolve("scope"), "System").equals("Device")
        && !KernelFile.words(folder.resolve("present"), "1").equals("0");
  }

  /** Whether it shows power in one of the two ways. */
  boolean measuresPower() {
    return microW != null || (microA != null && microV != null);
  }

  /** Whether it shows how full it is. */
  boolean gauges() {
    return capacity != null;
  }

  private static KernelFile attribute(Path folder, String file) {
    Path path = folder.resolve(file);
    return Files.exists(path) ? new KernelFile(path) : null;
  }

  private static double nominalV(Path folder) {
    try (KernelFile design = new KernelFile(folder.resolve("voltage_min_design"))) {
      return design.number() / 1e6;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Scope scope() {
    return Scope.BATTERY;
  }

  @Override
  public double averageMilliW() throws IOException {
    State state = state();
    double milliW =
        microW != null ? microW.number() / 1e3 : microA.number() * (microV.number() / 1e9);
    if (state == State.DISCHARGING || (state == State.UNKNOWN && milliW < 0)) {
      return Math.abs(milliW);
    }
    throw new IOException(
        "%s is %s: it shows what the board takes only while it discharges"
            .formatted(name, state == State.UNKNOWN ? "of unknown state" : status.words()));
  }

  @Override
  public State state() throws IOException {
    if (status == null) {
      return State.UNKNOWN;
    }
    if (status.says("Discharging")) {
      return State.DISCHARGING;
    }
    if (status.says("Charging")) {
      return State.CHARGING;
    }
    if (status.says("Full")) {
      return State.FULL;
    }
    return status.says("Not charging") ? State.RESTING : State.UNKNOWN;
  }

  @Override
  public double chargeShare() throws IOException {
    if (capacity == null) {
      throw new IOException(name + " does not show its capacity");
    }
    long percent = capacity.number();
    if (percent < 0 || percent > 100) {
      throw new IOException(
          "%s says %d %%; capacity is from 0 to 100".formatted(capacity.path(), percent));
    }
    return percent / 100.0;
  }

  @Override
  public double remainingMilliJ() throws IOException {
    if (microWh != null) {
      return microWh.number() * MILLIJ_PER_MICROWH;
    }
    return microAh == null ? Double.NaN : microAh.number() * nominalV * MILLIJ_PER_MICROWH;
  }

  @Override
  public void close() throws IOException {
    for (KernelFile file :
        new KernelFile[] {status, microW, microA, microV, capacity, microWh, microAh}) {
      if (file != null) {
        file.close();
      }
    }
  }
}
