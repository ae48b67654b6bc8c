package io.millrace.node.admission;

/**
 * Which plan is affordable for good. Answering every window comes before answering some of them
 * better: the cheapest plan has the first claim on what flows in, and only the surplus buys better
 * ones.
 *
 * <p>The surplus gathers as credit at {@code income - rate of windows x cheapest energy}. A better
 * plan is stepped up to once the credit pays for several windows of it, and stepped down from when
 * it no longer pays for one: so it changes now and then, not with each window.
 */
final class Ladder {
  /** How many windows the credit must pay for before a better plan is begun. */
  private static final int STEP_UP = 8;

  /** And how many it may gather for. */
  private static final int MOST = 32;

  /** Windows over which their rate is averaged. */
  private static final double MEMORY = 16;

  private double gapNs = Double.NaN;
  private long lastArrivalNs;
  private long arrivals;
  private double creditNanoJ = Double.NaN;
  private boolean free;
  private long creditNs;
  private int level;

  /** A window has come. */
  void arrived(long nowNs) {
    if (arrivals++ > 0) {
      double gap = Math.max(1, nowNs - lastArrivalNs);
      gapNs = Double.isNaN(gapNs) ? gap : gapNs + (gap - gapNs) / MEMORY;
    }
    lastArrivalNs = nowNs;
  }

  /**
   * The plan to begin with.
   *
   * @param incomeMilliW power above idle that may be spent for good; may be infinite
   * @param energyNanoJ expected energy of each plan, best first; {@link Double#POSITIVE_INFINITY}
   *     where it is not to be had now
   */
  int level(long nowNs, double incomeMilliW, double[] energyNanoJ) {
    double least = cheapest(energyNanoJ);
    double dearest = dearest(energyNanoJ);
    free = Double.isInfinite(incomeMilliW);
    if (free || Double.isNaN(gapNs) || Double.isInfinite(least)) {
      level = 0;
      creditNs = nowNs;
      return level;
    }
    double most = MOST * (dearest - least);
    double surplus = incomeMilliW / 1e3 - least / gapNs;
    if (Double.isNaN(creditNanoJ)) {
      creditNanoJ = most;
    }
    creditNanoJ =
        Math.clamp(creditNanoJ + surplus * Math.max(0, nowNs - creditNs), 0, Math.max(0, most));
    creditNs = nowNs;
    step(energyNanoJ, least);
    return level;
  }

  private void step(double[] energyNanoJ, double least) {
    level = Math.min(level, energyNanoJ.length - 1);
    while (level < energyNanoJ.length - 1 && creditNanoJ < energyNanoJ[level] - least) {
      level++;
    }
    for (int better = 0; better < level; better++) {
      if (creditNanoJ >= STEP_UP * (energyNanoJ[better] - least)) {
        level = better;
      }
    }
  }

  /** From one window to the next on average, nanoseconds; NaN until there were two. */
  double gapNs() {
    return gapNs;
  }

  /** Whether the credit pays for something on top of an answer. */
  boolean affords(double nanoJ) {
    return free || Double.isNaN(creditNanoJ) || creditNanoJ >= nanoJ;
  }

  /** A plan was taken, or something on top of it. */
  void spent(double aboveCheapestNanoJ) {
    if (!free && !Double.isNaN(creditNanoJ)) {
      creditNanoJ = Math.max(0, creditNanoJ - Math.max(0, aboveCheapestNanoJ));
    }
  }

  static double cheapest(double[] energyNanoJ) {
    double least = Double.POSITIVE_INFINITY;
    for (double e : energyNanoJ) {
      least = Math.min(least, e);
    }
    return least;
  }

  private static double dearest(double[] energyNanoJ) {
    double most = 0;
    for (double e : energyNanoJ) {
      most = Double.isInfinite(e) ? most : Math.max(most, e);
    }
    return most;
  }
}
