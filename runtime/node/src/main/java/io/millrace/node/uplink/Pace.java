package io.millrace.node.uplink;

/**
 * Bytes that flow in at a rate that changes, and are held for an hour at most: what is spent keeps
 * to the rate, and a rest buys a burst. A message larger than an hour's bytes goes when all of them
 * are there, and is paid for afterwards. For one thread.
 */
final class Pace {
  private static final double HELD_MS = 3_600_000;

  private double credit = Double.NaN;
  private long lastNs;

  /** Whether {@code bytes} may go now, at a rate of {@code bytesPerMs} from the last look on. */
  boolean allows(long bytes, double bytesPerMs, long nowNs) {
    double most = bytesPerMs * HELD_MS;
    credit =
        Double.isNaN(credit) ? most : Math.min(most, credit + (nowNs - lastNs) / 1e6 * bytesPerMs);
    lastNs = nowNs;
    return bytesPerMs > 0 && credit >= Math.min((double) bytes, most);
  }

  /** Bytes went. */
  void spent(long bytes) {
    credit -= bytes;
  }
}
