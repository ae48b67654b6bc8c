package io.millrace.sensors.power;

import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Intel's and AMD's running average power limit in the powercap tree: {@code energy_uj} counts
 * microjoules and starts anew behind {@code max_energy_range_uj} (kernel documentation,
 * power/powercap). The zone "psys" is the whole platform; "package-N" is a processor with its
 * graphics, less than the machine takes.
 *
 * <p>At 100 W a counter of 2^32 units of 61 microjoules goes round once in 44 minutes: asked more
 * seldom than that, whole rounds are missed. A round is taken to be the range long; it is one unit
 * longer.
 */
final class RaplMeter implements PowerMeter {
  private final String name;
  private final Scope scope;
  private final EnergyCounter energy;

  private RaplMeter(String name, Scope scope, EnergyCounter energy) {
    this.name = name;
    this.scope = scope;
    this.energy = energy;
  }

  /**
   * Opens zones, whose sum is measured.
   *
   * @throws IOException if a counter cannot be read
   */
  static RaplMeter open(List<Path> zones, Scope scope, Clock clock) throws IOException {
    KernelFile[] counters = new KernelFile[zones.size()];
    long[] wraps = new long[zones.size()];
    StringBuilder name = new StringBuilder("RAPL");
    for (int i = 0; i < counters.length; i++) {
      Path zone = zones.get(i);
      counters[i] = new KernelFile(zone.resolve("energy_uj"));
      try (KernelFile range = new KernelFile(zone.resolve("max_energy_range_uj"))) {
        wraps[i] = range.number();
      }
      name.append(i == 0 ? " " : " + ").append(KernelFile.words(zone.resolve("name"), "zone"));
    }
    EnergyCounter energy = new EnergyCounter(clock, counters, wraps);
    energy.start();
    return new RaplMeter(name.toString(), scope, energy);
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
    return true;
  }

  @Override
  public double averageMilliW() throws IOException {
    return energy.averageMilliW();
  }

  @Override
  public void close() throws IOException {
    energy.close();
  }
}
