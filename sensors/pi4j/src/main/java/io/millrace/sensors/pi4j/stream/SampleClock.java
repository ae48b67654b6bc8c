package io.millrace.sensors.pi4j.stream;

/**
 * When the samples of a chip were taken that keeps its own time and stamps nothing. Nothing is
 * known of a sample but that it was not yet in the FIFO at one look and was at a later one, and
 * that is enough: with {@code n} samples unread at a look that began at {@code b} and ended at
 * {@code a},
 *
 * <pre>
 *   the newest was taken by then     next + (n - 1) period  is at most  a
 *   the one after it was not         next + n period        is after    b
 * </pre>
 *
 * So the time of the next unread sample lies in an interval. Each look cuts it; between looks it
 * goes on by the period and widens by as much as the period may be wrong; the middle is what is
 * told. Since looks come at all phases of the chip's time, the interval is much shorter than a
 * period, and never longer than a period and the look itself: that is the largest error, for ever.
 * The period is measured over {@link #WINDOW} to twice as many samples, so that it follows the
 * chip's temperature.
 */
final class SampleClock {
  /** Samples over which a period is measured: its error is some 1 / WINDOW. */
  static final int WINDOW = 16_384;

  /** Fewer than these tell less than the nominal rate does. */
  private static final int LEAST = 512;

  /** How far off the nominal rate chips are; none in these data sheets is further. */
  private static final double TOLERANCE = 0.05;

  /** A chip further off than this is not what it was set to: its rate is not believed. */
  private static final double WIDEST = 0.15;

  /**
   * Where a look contradicts all before it, the chip's rate has moved: this share of a period is
   * left.
   */
  private static final double REOPENED = 0.25;

  private final double nominalNs;
  private double periodNs;
  private double uncertainty = TOLERANCE;
  private boolean known;

  // the interval of the next unread sample's time, from a whole number of nanoseconds near its
  // middle
  private long nextNs;
  private double lowNs;
  private double highNs;

  // samples since the count began, and two moments of the past to measure from
  private long counted;
  private long olderCount;
  private long olderNs;
  private long newerCount;
  private long newerNs;
  private boolean anchored;

  SampleClock(double rateHz) {
    nominalNs = 1e9 / rateHz;
    periodNs = nominalNs;
  }

  /** Whether a look has found samples since the start. */
  boolean known() {
    return known;
  }

  double periodNs() {
    return periodNs;
  }

  /** When the next unread sample was, or will be, taken. */
  long nextNs() {
    return nextNs;
  }

  /** When {@code samples} unread samples will most likely be there. */
  long dueNs(int samples) {
    return nextNs + (long) ((samples - 0.5) * periodNs);
  }

  /**
   * How many samples are gone, if {@code waiting} are what is left of all that were taken by the
   * time of the look.
   */
  long lost(long beforeNs, long afterNs, int waiting) {
    double sinceNextNs = beforeNs - nextNs + (afterNs - beforeNs) / 2;
    return Math.max(0, (long) Math.floor(sinceNextNs / periodNs) + 1 - waiting);
  }

  /**
   * {@code samples} are gone: the next one is that much later, and the count starts anew.
   *
   * @param restarted whether the chip has begun anew in between, so that only the next look tells
   *     its phase
   */
  void skip(long samples, boolean restarted) {
    advance(samples);
    anchored = false;
    if (restarted) {
      lowNs = Double.NEGATIVE_INFINITY;
      highNs = Double.POSITIVE_INFINITY;
    }
  }

  /** {@code samples} were read. */
  void consumed(int samples) {
    advance(samples);
    counted += samples;
  }

  private void advance(long samples) {
    lowNs += samples * periodNs * (1 - uncertainty);
    highNs += samples * periodNs * (1 + uncertainty);
    rebase();
  }

  private void rebase() {
    long whole = (long) Math.floor((lowNs + highNs) / 2);
    nextNs += whole;
    lowNs -= whole;
    highNs -= whole;
  }

  /**
   * A look at the FIFO found {@code waiting} unread samples, at least one, none of them lost
   * before. An empty FIFO tells nothing: the chip may be late, or may have stopped.
   */
  void observe(long beforeNs, long afterNs, int waiting) {
    if (!known) {
      known = true;
      nextNs = afterNs;
      lowNs = Double.NEGATIVE_INFINITY;
      highNs = Double.POSITIVE_INFINITY;
    }
    double unsure = waiting * periodNs * uncertainty;
    double latest = afterNs - nextNs - (waiting - 1) * periodNs + unsure;
    double earliest = beforeNs - nextNs - waiting * periodNs - unsure;
    if (latest < lowNs) {
      highNs = latest;
      lowNs = Math.max(earliest, latest - REOPENED * periodNs);
    } else if (earliest > highNs) {
      lowNs = earliest;
      highNs = Math.min(latest, earliest + REOPENED * periodNs);
    } else {
      lowNs = Math.max(lowNs, earliest);
      highNs = Math.min(highNs, latest);
    }
    rebase();
    measure(beforeNs + (afterNs - beforeNs) / 2, counted + waiting);
  }

  private void measure(long ns, long count) {
    if (!anchored) {
      anchored = true;
      olderNs = ns;
      olderCount = count;
      newerNs = ns;
      newerCount = count;
      return;
    }
    long samples = count - olderCount;
    if (samples >= LEAST) {
      double measured = (double) (ns - olderNs) / samples;
      // each end is within a period of its sample
      double error = 2.0 / samples;
      if (Math.abs(measured / nominalNs - 1) < WIDEST && error <= 2 * uncertainty) {
        periodNs = measured;
        uncertainty = error;
      }
    }
    if (count - newerCount >= WINDOW) {
      olderNs = newerNs;
      olderCount = newerCount;
      newerNs = ns;
      newerCount = count;
    }
  }
}
