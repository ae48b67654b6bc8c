package io.millrace.ota.transfer;

import io.millrace.sensors.clock.Clock;

/** So many bytes a second: a token bucket that holds one second's worth. For one thread. */
public final class RateLimit implements Allowance {
  private final double bytesPerNs;
  private final double capacity;
  private final Clock clock;
  private double tokens;
  private long lastNs;

  /**
   * A full bucket.
   *
   * @param bytesPerSecond at least 1
   */
  public RateLimit(long bytesPerSecond, Clock clock) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("rate of " + bytesPerSecond + " bytes a second");
    }
    bytesPerNs = bytesPerSecond / 1e9;
    capacity = bytesPerSecond;
    tokens = capacity;
    this.clock = clock;
    lastNs = clock.nanoTime();
  }

  @Override
  public Answer ask(int bytes, long waitedNs) {
    long now = clock.nanoTime();
    tokens = Math.min(capacity, tokens + (now - lastNs) * bytesPerNs);
    lastNs = now;
    // what is larger than the bucket goes when it is full, and is paid for afterwards
    double needed = Math.min(bytes, capacity);
    if (tokens < needed) {
      return new Answer.Wait((long) Math.ceil((needed - tokens) / bytesPerNs), "the rate limit");
    }
    tokens -= bytes;
    return Answer.GO;
  }
}
