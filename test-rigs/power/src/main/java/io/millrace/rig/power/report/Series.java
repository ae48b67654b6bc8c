package io.millrace.rig.power.report;

import io.millrace.node.budget.Limit;
import io.millrace.rig.power.sim.Outcomes;
import io.millrace.rig.power.sim.Simulation;
import io.millrace.rig.power.world.EnergyLog;
import java.util.Arrays;

/** A run in equal stretches of time, for plots. */
final class Series {
  /** Power is looked at so often in each stretch. */
  private static final int LOOKS = 16;

  private final Simulation.Run run;
  private final int count;
  private final long stepNs;

  Series(Simulation.Run run, int count) {
    this.run = run;
    this.count = count;
    stepNs = Math.max(1, run.setup().scenario().durationNs() / count);
  }

  /** Average power of each stretch, milliwatts. */
  double[] power() {
    EnergyLog log = run.world().log();
    double[] power = new double[count];
    for (int i = 0; i < count; i++) {
      double nanoJ = log.energyUntil((i + 1) * stepNs) - log.energyUntil(i * stepNs);
      power[i] = nanoJ / stepNs * 1e3;
    }
    return power;
  }

  /** The highest of some averages over the {@code windowNs} before moments of each stretch. */
  double[] average(long windowNs) {
    EnergyLog log = run.world().log();
    double[] average = new double[count];
    Arrays.fill(average, Double.NaN);
    for (int i = 0; i < count; i++) {
      for (int k = 1; k <= LOOKS; k++) {
        long at = i * stepNs + stepNs * k / LOOKS;
        if (at >= windowNs) {
          double milliW = (log.energyUntil(at) - log.energyUntil(at - windowNs)) / windowNs * 1e3;
          average[i] = Double.isNaN(average[i]) ? milliW : Math.max(average[i], milliW);
        }
      }
    }
    return average;
  }

  private int step(int window) {
    return (int) Math.min(count - 1L, run.outcomes().windows().atNs()[window] / stepNs);
  }

  /** Windows of each stretch that {@code plan} answered. */
  double[] answeredBy(int plan) {
    double[] n = new double[count];
    for (int w = 0; w < run.outcomes().windows().count(); w++) {
      n[step(w)] += run.outcomes().plan(w) == plan ? 1 : 0;
    }
    return n;
  }

  /** Windows of each stretch that nobody answered, and {@code limit} decided so last. */
  double[] lostTo(Limit limit) {
    Outcomes o = run.outcomes();
    double[] n = new double[count];
    for (int w = 0; w < o.windows().count(); w++) {
      n[step(w)] += o.answeredNs(w) == Outcomes.NONE && o.limit(w) == limit ? 1 : 0;
    }
    return n;
  }

  /** Windows of each stretch that nobody answered. */
  double[] lost() {
    double[] n = new double[count];
    for (int w = 0; w < run.outcomes().windows().count(); w++) {
      n[step(w)] += run.outcomes().answeredNs(w) == Outcomes.NONE ? 1 : 0;
    }
    return n;
  }

  /** The latency that {@code share} of each stretch's answers keep, milliseconds; NaN for none. */
  double[] latencyMs(double share) {
    Outcomes o = run.outcomes();
    double[][] all = new double[count][];
    int[] n = new int[count];
    for (int w = 0; w < o.windows().count(); w++) {
      if (o.answeredNs(w) != Outcomes.NONE) {
        int i = step(w);
        if (all[i] == null || n[i] == all[i].length) {
          all[i] = all[i] == null ? new double[16] : Arrays.copyOf(all[i], 2 * n[i]);
        }
        all[i][n[i]++] = (o.answeredNs(w) - o.windows().atNs()[w]) / 1e6;
      }
    }
    double[] latency = new double[count];
    for (int i = 0; i < count; i++) {
      latency[i] = Double.NaN;
      if (n[i] > 0) {
        Arrays.sort(all[i], 0, n[i]);
        latency[i] = all[i][(int) Math.min(n[i] - 1L, Math.round(Math.ceil(share * n[i]) - 1))];
      }
    }
    return latency;
  }
}
