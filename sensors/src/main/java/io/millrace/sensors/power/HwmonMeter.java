package io.millrace.sensors.power;

import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A chip that the kernel's hardware monitoring reads: {@code energy*_input}, a counter in
 * microjoules, or {@code power*_input} or {@code power*_average}, in microwatts (kernel
 * documentation, hwmon/sysfs-interface, "Power" and "Energy").
 *
 * <p>What a chip sees is where it was soldered. The monitors that people put into a supply line
 * (INA2xx, LTC2945 and the like) and ACPI's power meter are taken to see the board; a chip that is
 * not known so, for example a graphics processor, a part of it.
 */
final class HwmonMeter implements PowerMeter {
  /** Drivers of monitors that sit in a supply line, from the kernel's documentation of hwmon. */
  private static final Set<String> IN_THE_SUPPLY =
      Set.of(
          "ina209",
          "ina218",
          "ina219",
          "ina220",
          "ina226",
          "ina230",
          "ina231",
          "ina233",
          "ina234",
          "ina237",
          "ina238",
          "ina260",
          "ina700",
          "ina780",
          "sq52206",
          "sy24655",
          "ltc2945",
          "ltc2947",
          "ltc2949",
          "ltc4282",
          "lm25066",
          "power_meter");

  private final String name;
  private final Scope scope;
  private final KernelFile microW;
  private final EnergyCounter energy;

  private HwmonMeter(String name, Scope scope, KernelFile microW, EnergyCounter energy) {
    this.name = name;
    this.scope = scope;
    this.microW = microW;
    this.energy = energy;
  }

  /**
   * Opens an attribute of a chip.
   *
   * @throws IOException if it cannot be read now
   */
  static HwmonMeter open(Path attribute, Clock clock) throws IOException {
    Path folder = attribute.getParent();
    String chip = KernelFile.words(folder.resolve("name"), "hwmon");
    String file = attribute.getFileName().toString();
    String label =
        KernelFile.words(folder.resolve(file.substring(0, file.indexOf('_')) + "_label"), "");
    String name = "hwmon %s%s (%s)".formatted(chip, label.isEmpty() ? "" : " " + label, attribute);
    Scope scope = IN_THE_SUPPLY.contains(chip) ? Scope.BOARD : Scope.PART;
    KernelFile number = new KernelFile(attribute);
    if (file.startsWith("energy")) {
      EnergyCounter energy = new EnergyCounter(clock, new KernelFile[] {number}, new long[] {0});
      energy.start();
      return new HwmonMeter(name, scope, null, energy);
    }
    number.number();
    return new HwmonMeter(name, scope, number, null);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Scope scope() {
    return scope;
  }

  @Override
  public boolean countsEnergy() {
    return energy != null;
  }

  @Override
  public double averageMilliW() throws IOException {
    return energy != null ? energy.averageMilliW() : microW.number() / 1e3;
  }

  @Override
  public void close() throws IOException {
    if (energy != null) {
      energy.close();
    } else {
      microW.close();
    }
  }
}
