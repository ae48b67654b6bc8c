package io.millrace.sensors.message;

/**
 * Puts arrivals onto an axis of a nominal rate. An arrival less than half a period off its place is
 * that place's; the axis follows the sender by an eighth of what it is off, so that a sender whose
 * clock runs fast or slow slips no place. Later, places stay empty: a gap. Sooner, the arrival has
 * no place of its own.
 */
final class NominalTime {
  private static final double SHARE_FOLLOWED = 1 / 8.0;

  private final double periodNs;
  private boolean started;
  private double lastNs;

  NominalTime(double rateHz) {
    periodNs = 1e9 / rateHz;
  }

  /** How many places further than the last one it is; 0 for none of its own. */
  long place(long arrivedNs) {
    if (!started) {
      started = true;
      lastNs = arrivedNs;
      return 1;
    }
    double places = (arrivedNs - lastNs) / periodNs;
    long steps = Math.round(places);
    if (steps >= 1) {
      lastNs += steps * periodNs;
      lastNs += (arrivedNs - lastNs) * SHARE_FOLLOWED;
    }
    return Math.max(0, steps);
  }

  /** The time of the last place. */
  long lastNs() {
    return Math.round(lastNs);
  }
}
