package io.millrace.rig.power.scenario;

import io.millrace.rig.power.world.Link;
import io.millrace.rig.power.world.Sun;
import io.millrace.rig.power.world.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Another life of the same kind: weather, outages and what comes when are drawn anew, so that a
 * node is seen in lives that nobody looked at when it was made. Board, battery, limits and how
 * wrong the figures are stay.
 *
 * <ul>
 *   <li>Each day's sky is that of one of the scenario's own days, as likely one as another, up to a
 *       fifth clearer or duller: some lives have no good day, some no bad one.
 *   <li>Each phase of the link comes at another time, and lasts half to one and a half times as
 *       long.
 *   <li>Windows come up to a quarter more or less often in each stretch of the trace, whose bounds
 *       move by up to a fifth of the stretch before them; half to one and a half times as many are
 *       hard.
 *   <li>The air is up to 4 K warmer or colder in each stretch.
 * </ul>
 */
public final class Redraw {
  private static final double SKY = 0.2;
  private static final double TIMES = 0.5;
  private static final double RATE = 1.25;
  private static final double BOUND = 0.2;
  private static final double AIR_KELVIN = 4;

  private Redraw() {}

  /** The life of {@code scenario}'s kind that {@code seed} stands for; the same one each time. */
  public static Scenario of(Scenario scenario, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
    return scenario.in(
        seed,
        trace(scenario.trace(), random),
        sun(scenario.sun(), scenario.durationNs(), random),
        link(scenario.link(), scenario.durationNs(), random),
        air(scenario.ambientCelsius(), random));
  }

  private static double around(SplittableRandom random, double share) {
    return 1 + share * (2 * random.nextDouble() - 1);
  }

  private static Scenario.Trace trace(Scenario.Trace trace, SplittableRandom random) {
    long[] from = trace.everyNs().fromNs().clone();
    double[] every = trace.everyNs().values().clone();
    for (int i = 0; i < from.length; i++) {
      every[i] *= Math.pow(RATE, 2 * random.nextDouble() - 1);
    }
    for (int i = 1; i < from.length; i++) {
      long before = trace.everyNs().fromNs()[i] - trace.everyNs().fromNs()[i - 1];
      from[i] += Math.round(before * BOUND * (2 * random.nextDouble() - 1));
      from[i] = Math.max(from[i], from[i - 1] + 1);
    }
    double hard = Math.min(1, trace.hard() * around(random, TIMES));
    return new Scenario.Trace(new Timeline(from, every), trace.jitter(), hard);
  }

  private static Sun sun(Sun sun, long durationNs, SplittableRandom random) {
    int days = (int) Math.max(1, Math.ceilDiv(durationNs, 86_400_000_000_000L));
    double[] clear = new double[days];
    for (int d = 0; d < days; d++) {
      double like = sun.clearness()[random.nextInt(sun.clearness().length)];
      clear[d] = Math.min(1, like * around(random, SKY));
    }
    return new Sun(sun.peakMilliW(), sun.riseNs(), sun.setNs(), clear);
  }

  private static Link link(Link link, long durationNs, SplittableRandom random) {
    List<Link.Phase> phases = new ArrayList<>();
    for (Link.Phase p : link.phases()) {
      long within = p.everyNs() > 0 ? p.everyNs() : durationNs;
      long lasts = Math.round(p.durationNs() * around(random, TIMES));
      lasts = Math.max(1, Math.min(lasts, within));
      long latest = p.everyNs() > 0 ? within : Math.max(1, within - lasts);
      phases.add(
          new Link.Phase(p.state(), random.nextLong(latest), lasts, p.everyNs(), p.factor()));
    }
    return new Link(link.bytesPerSecond(), link.latencyNs(), link.jitter(), link.errors(), phases);
  }

  private static Timeline air(Timeline air, SplittableRandom random) {
    double[] values = air.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += AIR_KELVIN * (2 * random.nextDouble() - 1);
    }
    return new Timeline(air.fromNs(), values);
  }
}
