package io.millrace.rig.power.world;

import java.util.Objects;

/**
 * A solar panel: half a sine from sunrise to sunset, times how clear the day is.
 *
 * @param peakMilliW what the panel gives into the battery at noon of a clear day
 * @param riseNs sunrise after midnight (UTC)
 * @param setNs sunset after midnight
 * @param clearness share of a clear day's sun for each day; the last goes on
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Sun(double peakMilliW, long riseNs, long setNs, double[] clearness) {
  static final long DAY_NS = 86_400_000_000_000L;

  /** No panel. */
  public static final Sun NONE = new Sun(0, 0, DAY_NS / 2, new double[] {0});

  public Sun {
    Objects.requireNonNull(clearness);
    if (!(peakMilliW >= 0) || riseNs < 0 || setNs <= riseNs || setNs > DAY_NS) {
      throw new IllegalArgumentException(
          "a panel of %s mW from %d to %d ns of the day".formatted(peakMilliW, riseNs, setNs));
    }
    if (clearness.length == 0) {
      throw new IllegalArgumentException("a panel needs the clearness of a day at least");
    }
  }

  /** The most at {@code ns}'s day, milliwatts; 0 at night. */
  double amplitude(long ns) {
    long inDay = Math.floorMod(ns, DAY_NS);
    if (inDay < riseNs || inDay >= setNs) {
      return 0;
    }
    int day = (int) Math.min(clearness.length - 1, Math.floorDiv(ns, DAY_NS));
    return peakMilliW * clearness[day];
  }

  /** Sunrise of the day of {@code ns}. */
  long riseOf(long ns) {
    return Math.floorDiv(ns, DAY_NS) * DAY_NS + riseNs;
  }

  /** Radians a nanosecond. */
  double omega() {
    return Math.PI / (setNs - riseNs);
  }

  /** When day or night ends. */
  long nextBoundaryNs(long ns) {
    long midnight = Math.floorDiv(ns, DAY_NS) * DAY_NS;
    long inDay = ns - midnight;
    return midnight + (inDay < riseNs ? riseNs : inDay < setNs ? setNs : DAY_NS + riseNs);
  }

  /** What it gives at {@code ns}, milliwatts. */
  public double milliW(long ns) {
    double a = amplitude(ns);
    return a == 0 ? 0 : a * Math.sin(omega() * (ns - riseOf(ns)));
  }

  /** What it gives from {@code fromNs} to {@code toNs}, millijoules. */
  public double milliJ(long fromNs, long toNs) {
    double sum = 0;
    for (long at = fromNs; at < toNs; ) {
      long end = Math.min(toNs, nextBoundaryNs(at));
      double a = amplitude(at);
      if (a > 0) {
        sum += integral(a, at, end);
      }
      at = end;
    }
    return sum;
  }

  /** Within one day, millijoules: {@code a / omega (cos - cos)}. */
  double integral(double a, long fromNs, long toNs) {
    long rise = riseOf(fromNs);
    double w = omega();
    return a / w * (Math.cos(w * (fromNs - rise)) - Math.cos(w * (toNs - rise))) / 1e9;
  }
}
