package io.millrace.sensors.pi4j.stream;

/**
 * When the samples of a chip were taken that keeps its own time and stamps nothing. Nothing is
 * known of a sample but that it was not yet in the FIFO at one look and was at a later one, and
 * that is enough: with {@code n} samples unread at a look that began at {@code b} and ended at
 * {@code a},
 *
 * <pre>
 *   time of the newest   next + (n - 1) period  is at most  a
 *   time of the one due  next + n period        is after    b
 * </pre>
 *
 * Between looks time goes on by the period, and where a look contradicts, it is moved by just as
 * much as it contradicts. Truth and estimate both lie between the bounds, so they differ by less
 * than a period and the look's own duration, for ever. The period is measured over {@link #WINDOW}
 * to twice as many samples, so that it follows the chip's temperature.
 */
final class SampleClock {
  /** Samples over which a period is measured: its error is some 1 / WINDOW. */
  static final int WINDOW = 16_384;

  /** Fewer than these tell less than the nominal rate does. */
  private static final int LEAST = 512;

  /**
   * A chip further off than this is not what it was set to; time still holds, the rate is not
   * believed.
   */
  private static final double WIDEST = 0.15;

  private final double nominalNs;
  private double periodNs;
  private boolean known;

  // the next unread sample: its time is a whole number of nanoseconds and a rest
  private long nextNs;
  private double restNs;

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
    return nextNs + (long) (restNs + (samples - 0.5) * periodNs);
  }

  /**
   * How many samples are gone, if {@code waiting} are what is left of all that were taken by the
   * time of the look.
   */
  long lost(long beforeNs, long afterNs, int waiting) {
    long middleNs = beforeNs + (afterNs - beforeNs) / 2;
    return Math.max(0, Math.round((middleNs - nextNs - restNs) / periodNs + 0.5 - waiting));
  }

  /** {@code samples} are gone: the next one is that much later, and the count starts anew. */
  void skip(long samples) {
    advance(samples);
    anchored = false;
  }

  /** {@code samples} were read. */
  void consumed(int samples) {
    advance(samples);
    counted += samples;
  }

  private void advance(long samples) {
    move(samples * periodNs);
  }

  private void move(double ns) {
    restNs += ns;
    long whole = (long) Math.floor(restNs);
    nextNs += whole;
    restNs -= whole;
  }

  /**
   * A look at the FIFO found {@code waiting} unread samples, at least one, none of them lost before.
   * An empty FIFO tells nothing: the chip may be late, or may have stopped.
   */
  void observe(long beforeNs, long afterNs, int waiting) {
    if (!known) {
      known = true;
      nextNs = afterNs;
      restNs = 0;
      move((0.5 - waiting) * periodNs);
    }
    // times are compared as differences: a monotonic clock may be anywhere
    double newestNs = nextNs - afterNs + restNs + (waiting - 1) * periodNs;
    double dueNs = nextNs - beforeNs + restNs + waiting * periodNs;
    if (newestNs > 0) {
      move(-newestNs);
    } else if (dueNs <= 0) {
      move(1 - dueNs);
    }
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
      if (Math.abs(measured / nominalNs - 1) < WIDEST) {
        periodNs = measured;
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
