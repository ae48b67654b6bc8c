package io.millrace.rig.power.sim;

import io.millrace.rig.power.scenario.Scenario;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which windows come, and when.
 *
 * @param atNs when each is whole, ascending
 * @param hard whether it is one that the small network is not sure of
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Windows(long[] atNs, boolean[] hard) {
  private static final int MOST = 5_000_000;

  /**
   * As {@code scenario} says.
   *
   * @throws IllegalArgumentException if there are more than five million
   */
  public static Windows of(Scenario scenario) {
    SplittableRandom random = new SplittableRandom(scenario.seed());
    Scenario.Trace trace = scenario.trace();
    long[] at = new long[1024];
    boolean[] hard = new boolean[1024];
    int n = 0;
    long nominal = 0;
    while (true) {
      double every = trace.everyNs().at(nominal);
      nominal += Math.round(every);
      long when = nominal + Math.round((random.nextDouble() - 0.5) * 2 * trace.jitter() * every);
      if (when >= scenario.durationNs()) {
        return new Windows(Arrays.copyOf(at, n), Arrays.copyOf(hard, n));
      }
      if (n == MOST) {
        throw new IllegalArgumentException(
            "more than " + MOST + " windows; make the duration shorter or the time between longer");
      }
      if (n == at.length) {
        at = Arrays.copyOf(at, 2 * n);
        hard = Arrays.copyOf(hard, 2 * n);
      }
      at[n] = n == 0 ? Math.max(0, when) : Math.max(at[n - 1] + 1, when);
      hard[n++] = random.nextDouble() < trace.hard();
    }
  }

  /** How many. */
  public int count() {
    return atNs.length;
  }
}
