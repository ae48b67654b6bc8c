package io.millrace.node.pipeline;

/**
 * The pace at which windows come, and so how long one of them may keep the next waiting: until the
 * next one has to be begun to be in time, and no longer than there are places for those that come
 * meanwhile. For one thread.
 */
final class Pace {
  /** A window that comes faster than before is believed at once, a slower one by so much. */
  private static final int SLOWER = 8;

  private static final long LONGEST_GAP_NS = 3_600_000_000_000L;

  private final int places;
  private final long deadlineNs;
  private long gapNs;
  private long lastEndNs;
  private long windows;

  /**
   * @param gapNs from one window to the next, until windows have shown it
   * @param places for windows, in work or before it, beside the one that is being filled
   * @param deadlineNs from a whole window to its answer
   */
  Pace(long gapNs, int places, long deadlineNs) {
    this.gapNs = Math.clamp(gapNs, 1, LONGEST_GAP_NS);
    this.places = places;
    this.deadlineNs = deadlineNs;
  }

  /** A window has come whose last sample was taken then. */
  void came(long endNs) {
    long gap = Math.clamp(endNs - lastEndNs, 1, LONGEST_GAP_NS);
    if (windows > 0) {
      gapNs = windows == 1 || gap < gapNs ? gap : gapNs + (gap - gapNs) / SLOWER;
    }
    windows++;
    lastEndNs = endNs;
  }

  /** From one window to the next, nanoseconds. */
  long gapNs() {
    return gapNs;
  }

  /** Whether the sensor has the next window by now, read or not. */
  boolean nextIsDue(long nowNs) {
    return nowNs - lastEndNs >= gapNs;
  }

  /**
   * When the work on a window must be over, so that all that come behind it are in time and find a
   * place.
   *
   * @param completedNs when it was whole
   * @param waiting windows that wait beside it, each in its place
   * @param answerNs what an answer takes on the board
   */
  long untilNs(long completedNs, int waiting, long answerNs) {
    long inTimeNs = gapNs + deadlineNs - answerNs;
    // one place is the window's own; one gap is kept for giving places back
    long placedNs = (places - waiting - 1) * gapNs;
    return completedNs + Math.min(inTimeNs, placedNs);
  }
}
