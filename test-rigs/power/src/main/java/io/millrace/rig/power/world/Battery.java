package io.millrace.rig.power.world;

import java.util.Arrays;

/**
 * What is in a battery: it takes what the sun gives beyond the load, as fast as it may be charged
 * and until it is full, and gives what the load takes beyond the sun.
 *
 * <p>Over a stretch of constant load, charging changes between its cases only where the sun crosses
 * the load or the load plus what may be charged: at an arc sine. Between those the charge is
 * monotone, so that cutting it off at empty or full at the end is exact.
 */
public final class Battery {
  /**
   * A battery.
   *
   * @param capacityMilliJ full
   * @param startMilliJ at the start
   * @param chargeMilliW what it can be charged with at most; infinite where the panel is smaller
   * @param efficiency what is kept of what is charged, 0 to 1
   */
  public record Settings(
      double capacityMilliJ, double startMilliJ, double chargeMilliW, double efficiency) {
    public Settings {
      if (!(capacityMilliJ > 0) || !(startMilliJ >= 0) || startMilliJ > capacityMilliJ) {
        throw new IllegalArgumentException(
            "a battery of %s mJ that starts with %s mJ".formatted(capacityMilliJ, startMilliJ));
      }
      if (!(chargeMilliW > 0) || !(efficiency > 0) || efficiency > 1) {
        throw new IllegalArgumentException(
            "charging with %s mW at an efficiency of %s".formatted(chargeMilliW, efficiency));
      }
    }
  }

  private final Settings settings;
  private final Sun sun;
  private double milliJ;
  private double leastMilliJ;
  private long leastAtNs;
  private double wastedMilliJ;

  public Battery(Settings settings, Sun sun) {
    this.settings = settings;
    this.sun = sun;
    milliJ = settings.startMilliJ();
    leastMilliJ = milliJ;
  }

  /** What is in it. */
  public double milliJ() {
    return milliJ;
  }

  /** The least that was ever in it. */
  public double leastMilliJ() {
    return leastMilliJ;
  }

  /** When that was. */
  public long leastAtNs() {
    return leastAtNs;
  }

  /** What the sun gave and found no room. */
  public double wastedMilliJ() {
    return wastedMilliJ;
  }

  public Settings settings() {
    return settings;
  }

  /** The board takes {@code loadMilliW} from {@code fromNs} to {@code toNs}. */
  void pass(long fromNs, long toNs, double loadMilliW) {
    for (long at = fromNs; at < toNs; ) {
      long end = Math.min(toNs, sun.nextBoundaryNs(at));
      double a = sun.amplitude(at);
      if (a == 0) {
        stretch(at, end, loadMilliW, a);
      } else {
        day(at, end, loadMilliW, a);
      }
      at = end;
    }
  }

  private void day(long fromNs, long toNs, double load, double a) {
    long rise = sun.riseOf(fromNs);
    long[] cuts = new long[6];
    int n = 0;
    cuts[n++] = fromNs;
    for (double level : new double[] {load, load + settings.chargeMilliW()}) {
      if (level < a) {
        double angle = Math.asin(level / a);
        n = cut(cuts, n, rise + Math.round(angle / sun.omega()), fromNs, toNs);
        n = cut(cuts, n, rise + Math.round((Math.PI - angle) / sun.omega()), fromNs, toNs);
      }
    }
    cuts[n++] = toNs;
    Arrays.sort(cuts, 0, n);
    for (int i = 0; i + 1 < n; i++) {
      stretch(cuts[i], cuts[i + 1], load, a);
    }
  }

  private static int cut(long[] cuts, int n, long at, long fromNs, long toNs) {
    if (at > fromNs && at < toNs) {
      cuts[n++] = at;
      return n;
    }
    return n;
  }

  /** Within it the case does not change. */
  private void stretch(long fromNs, long toNs, double load, double a) {
    if (toNs <= fromNs) {
      return;
    }
    double seconds = (toNs - fromNs) / 1e9;
    double sunMilliJ = a == 0 ? 0 : sun.integral(a, fromNs, toNs);
    double net = sunMilliJ - load * seconds;
    if (net > 0) {
      double charged = Math.min(net, settings.chargeMilliW() * seconds) * settings.efficiency();
      double kept = Math.min(charged, settings.capacityMilliJ() - milliJ);
      wastedMilliJ += net - kept / settings.efficiency();
      milliJ += kept;
      return;
    }
    milliJ = Math.max(0, milliJ + net);
    if (milliJ < leastMilliJ) {
      leastMilliJ = milliJ;
      leastAtNs = toNs;
    }
  }
}
