package io.millrace.sensors.clock;

/** A monotonic clock for differences and deadlines, and the wall clock for people. */
public interface Clock {
  /** Nanoseconds since some fixed moment; never goes back. */
  long nanoTime();

  /** Milliseconds since 1970-01-01T00:00Z; may jump either way. */
  long wallTimeEpochMs();

  /** Waits until {@link #nanoTime} is at least {@code nanoTime}; returns at once if it is. */
  void sleepUntil(long nanoTime) throws InterruptedException;

  /** Waits {@code durationNs} nanoseconds; returns at once for zero or less. */
  default void sleep(long durationNs) throws InterruptedException {
    sleepUntil(nanoTime() + durationNs);
  }

  /**
   * The {@link System#nanoTime} value at which this clock will show {@code nanoTime} if nobody
   * skips ahead: what a call that waits in real time takes as its deadline.
   */
  default long systemNanoTime(long nanoTime) {
    return System.nanoTime() + (nanoTime - nanoTime());
  }

  /** Whether time passes only as it is told to, not while work is done. */
  default boolean simulated() {
    return false;
  }

  /** The machine's clocks. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
