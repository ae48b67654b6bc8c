package io.millrace.cli.calibrate;

import io.millrace.program.BadProgramException;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.power.PowerMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A stretch of time in which cores were kept busy and power was measured.
 *
 * @param workload what they did
 * @param milliW the average that the meter showed
 * @param perSecond what was done in a second of it
 */
record PowerWindow(Workload workload, double milliW, Done perSecond) {
  /** How often a meter is asked that shows only the moment. */
  private static final long STEP_NS = 50_000_000;

  /** Until caches, clocks and voltage have settled; no longer than the window itself. */
  private static final long SETTLE_NS = 300_000_000;

  /** Rounds over all workloads, so that a drift of the board falls on all alike. */
  static final int ROUNDS = 3;

  /** Measures one. */
  static PowerWindow measure(
      Workload workload, Loads loads, PowerMeter meter, Clock clock, double seconds)
      throws IOException, InterruptedException, BadProgramException {
    long settleNs = Math.min(SETTLE_NS, (long) (seconds * 1e9));
    if (workload.equals(Workload.IDLE)) {
      clock.sleep(settleNs);
      return new PowerWindow(workload, average(meter, clock, seconds), Done.NOTHING);
    }
    try (Loads.Load load = loads.start(workload)) {
      clock.sleep(settleNs);
      Done before = load.done();
      long startNs = clock.nanoTime();
      double milliW = average(meter, clock, seconds);
      Done after = load.done();
      return new PowerWindow(
          workload, milliW, after.perSecondSince(before, (clock.nanoTime() - startNs) / 1e9));
    }
  }

  /**
   * Measures what the model needs: nothing, each kind of work on one core, and spinning and the
   * matrix kernel on two and on all {@code cores}.
   *
   * @param progress is told each workload once
   */
  static List<PowerWindow> measureAll(
      Loads loads,
      PowerMeter meter,
      Clock clock,
      int cores,
      double seconds,
      Consumer<String> progress)
      throws IOException, InterruptedException, BadProgramException {
    List<PowerWindow> windows = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (Workload workload : workloads(cores)) {
        if (round == 0) {
          progress.accept("power, " + workload.words());
        }
        windows.add(measure(workload, loads, meter, clock, seconds));
      }
    }
    return windows;
  }

  static List<Workload> workloads(int cores) {
    List<Workload> all = new ArrayList<>(List.of(Workload.IDLE));
    for (Workload.Kind kind : Workload.Kind.values()) {
      if (kind != Workload.Kind.IDLE) {
        all.add(new Workload(kind, 1));
      }
    }
    for (int n = 2; n <= cores; n = n < cores ? Math.min(2 * n, cores) : n + 1) {
      all.add(new Workload(Workload.Kind.SPINNING, n));
      all.add(new Workload(Workload.Kind.MATRIX, n));
    }
    return all;
  }

  /** Average power over {@code seconds}, in milliwatts. */
  static double average(PowerMeter meter, Clock clock, double seconds)
      throws IOException, InterruptedException {
    long endNs = clock.nanoTime() + (long) (seconds * 1e9);
    double shown = meter.averageMilliW();
    if (meter.countsEnergy()) {
      clock.sleepUntil(endNs);
      return meter.averageMilliW();
    }
    double sum = shown;
    int readings = 1;
    while (clock.nanoTime() < endNs) {
      clock.sleep(STEP_NS);
      sum += meter.averageMilliW();
      readings++;
    }
    return sum / readings;
  }
}
