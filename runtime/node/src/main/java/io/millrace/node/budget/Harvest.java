package io.millrace.node.budget;

/**
 * What charges a battery, as its gauge shows it: a day's harvest is what the gauge rose by and what
 * was taken meanwhile. The least of the last days is what a node may count on; a day that was not
 * seen yet counts as one without any.
 *
 * <p>What was taken is known from above, as charges are. So four fifths of it are counted: a
 * harvest may be taken for too small, which costs better answers, never for larger than it is by
 * more than charges are.
 */
final class Harvest {
  private static final int DAYS = 7;
  private static final double DAY_NS = 8.64e13;
  private static final double KNOWN = 0.8;

  /** How far back it remembers. */
  static final double MEMORY_NS = DAYS * DAY_NS;

  private final double[] ofDay = new double[DAYS];
  private int days;
  private double spentNanoJ;
  private double atDawnNanoJ;
  private long dawnNs;
  private boolean gauged;

  /** So much was taken from the battery. */
  void spent(double nanoJ) {
    spentNanoJ += nanoJ;
  }

  /** The gauge says so. */
  void gauged(long nowNs, double leftNanoJ) {
    if (!gauged || nowNs - dawnNs >= DAY_NS) {
      if (gauged) {
        double came = leftNanoJ - atDawnNanoJ + KNOWN * spentNanoJ;
        ofDay[days++ % DAYS] = Math.max(0, came) / (nowNs - dawnNs);
      }
      gauged = true;
      dawnNs = nowNs;
      atDawnNanoJ = leftNanoJ;
      spentNanoJ = 0;
    }
  }

  /** The least harvest of the last days, nanojoules a nanosecond. */
  double leastNanoJPerNs() {
    if (days < DAYS) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (double day : ofDay) {
      least = Math.min(least, day);
    }
    return least;
  }
}
