package io.millrace.rig.power.sim;

import io.millrace.node.budget.Instruments;
import io.millrace.node.budget.Readings;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.World;
import java.util.Random;

/** Instruments that see the world, each reading off by chance and all of them off together. */
final class SimulatedInstruments implements Instruments {
  private final Scenario.Meters meters;
  private final World world;
  private final Random random;
  private long lastNs;
  private double lastNanoJ;

  SimulatedInstruments(Scenario.Meters meters, World world, long seed) {
    this.meters = meters;
    this.world = world;
    random = new Random(seed);
  }

  @Override
  public boolean measurePower() {
    return meters.power();
  }

  @Override
  public void read(Readings into) {
    long now = world.nanoTime();
    if (meters.power() && now > lastNs) {
      double nanoJ = world.log().energyUntil(now);
      double milliW = (nanoJ - lastNanoJ) / (now - lastNs) * 1e3;
      into.milliW(
          Math.max(0, milliW * (1 + meters.bias()) * (1 + meters.noise() * random.nextGaussian())));
      lastNs = now;
      lastNanoJ = nanoJ;
    }
    if (meters.thermometer()) {
      into.celsius(world.body().celsius());
    }
    if (meters.gauge()) {
      world.battery().map(Battery::milliJ).ifPresent(into::batteryMilliJ);
    }
  }

  @Override
  public void close() {}
}
