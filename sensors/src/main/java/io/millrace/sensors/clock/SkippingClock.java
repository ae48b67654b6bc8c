package io.millrace.sensors.clock;

/**
 * Runs with the machine's clocks while there is work, and skips what would be waited: a recording
 * is replayed as fast as possible, yet every budget and deadline sees the time that the recording
 * took. Both clocks skip together. One thread waits; others may look.
 */
public final class SkippingClock implements Clock {
  private volatile long skippedNs;

  /** A clock that has skipped nothing yet. */
  public SkippingClock() {}

  @Override
  public long nanoTime() {
    return System.nanoTime() + skippedNs;
  }

  @Override
  public long wallTimeEpochMs() {
    return System.currentTimeMillis() + skippedNs / 1_000_000;
  }

  @Override
  public void sleepUntil(long nanoTime) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    long aheadNs = nanoTime - nanoTime();
    long skipped = skippedNs; // one thread alone writes it
    skippedNs = skipped + Math.max(0, aheadNs);
  }

  @Override
  public long systemNanoTime(long nanoTime) {
    return nanoTime - skippedNs;
  }
}
