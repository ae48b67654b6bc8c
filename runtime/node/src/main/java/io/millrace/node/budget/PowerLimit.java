package io.millrace.node.budget;

import java.util.OptionalDouble;

/**
 * Average power that no span may exceed.
 *
 * @param milliW the most, the idle board included
 * @param windowNs the span
 * @param burstMilliJ what may be spent at once when nothing was spent for long; empty for a quarter
 *     of what a span may take above idle, but at least two of the dearest answers. Less spreads
 *     answers more evenly
 */
public record PowerLimit(double milliW, long windowNs, OptionalDouble burstMilliJ) {
  public PowerLimit {
    requirePositive("power", milliW);
    requirePositive("burst", burstMilliJ.orElse(1));
    if (windowNs < 1_000_000 || windowNs > 366L * 86_400 * 1_000_000_000) {
      throw new IllegalArgumentException(
          "power window of " + windowNs + " ns is not within 1 ms to 366 days");
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(what + " " + value + " must be above 0");
    }
  }
}
