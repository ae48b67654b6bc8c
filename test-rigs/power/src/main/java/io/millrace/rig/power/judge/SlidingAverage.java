package io.millrace.rig.power.judge;

import io.millrace.rig.power.world.EnergyLog;

/**
 * The highest average of any span of one length, exactly. Power is constant between the log's
 * moments, so the energy of {@code [s, s + W]} is linear in {@code s} between those {@code s} at
 * which one of its ends meets such a moment: the highest is at one of them.
 */
public final class SlidingAverage {
  /**
   * The highest.
   *
   * @param milliW its average
   * @param fromNs when the first such span begins
   */
  public record Highest(double milliW, long fromNs) {}

  private SlidingAverage() {}

  /** Of all spans of {@code windowNs} within {@code log}; one that is shorter ends in nothing. */
  public static Highest of(EnergyLog log, long windowNs) {
    long start = log.startNs();
    long end = log.endNs();
    if (end - start <= windowNs) {
      return new Highest(log.energyUntil(end) / windowNs * 1e3, start);
    }
    double most = Double.NEGATIVE_INFINITY;
    long at = start;
    int ahead = 0;
    int behind = 0;
    for (int i = 0; i < log.size(); i++) {
      long moment = log.fromNs(i);
      if (moment + windowNs <= end) {
        ahead = stretch(log, ahead, moment + windowNs);
        double energy = log.energyUntil(moment + windowNs, ahead) - log.energyUntil(moment, i);
        if (energy > most) {
          most = energy;
          at = moment;
        }
      }
      if (moment - windowNs >= start) {
        behind = stretch(log, behind, moment - windowNs);
        double energy = log.energyUntil(moment, i) - log.energyUntil(moment - windowNs, behind);
        if (energy > most) {
          most = energy;
          at = moment - windowNs;
        }
      }
    }
    double last = log.energyUntil(end) - log.energyUntil(end - windowNs);
    if (last > most) {
      most = last;
      at = end - windowNs;
    }
    return new Highest(most / windowNs * 1e3, at);
  }

  /** The stretch that holds {@code ns}, searched onwards from {@code from}. */
  private static int stretch(EnergyLog log, int from, long ns) {
    int i = from;
    while (i + 1 < log.size() && log.fromNs(i + 1) <= ns) {
      i++;
    }
    return i;
  }
}
