package io.millrace.sensors.live;

/**
 * How a source that broke is started again.
 *
 * @param firstMs wait before the first try; doubled with each that gives nothing
 * @param mostMs longest wait
 * @param triesAtStart how many starts may fail before the source has given anything at all: then
 *     something is wired or written wrongly, and waiting does not help
 */
public record Backoff(int firstMs, int mostMs, int triesAtStart) {
  /** 250 ms up to 30 s, and three tries at the start. */
  public static final Backoff DEFAULT = new Backoff(250, 30_000, 3);

  public Backoff {
    if (firstMs < 0 || mostMs < firstMs || triesAtStart < 1) {
      throw new IllegalArgumentException(
          "waits from %d to %d ms and %d tries; waits must not be negative nor shrink, tries at least 1"
              .formatted(firstMs, mostMs, triesAtStart));
    }
  }

  /** The wait after {@code failures} failures in a row, at least 1. */
  public long waitNs(int failures) {
    long doubled = (long) firstMs << Math.min(20, failures - 1);
    return Math.min(doubled, mostMs) * 1_000_000L;
  }
}
