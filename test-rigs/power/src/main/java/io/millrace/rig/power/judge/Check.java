package io.millrace.rig.power.judge;

/**
 * One limit and how near the run came to it.
 *
 * @param name which limit, for people
 * @param limit what was allowed
 * @param worst the worst that was
 * @param unit of both
 * @param atNs when that was
 * @param atLeast whether the limit is the least allowed; else the most
 */
public record Check(
    String name, double limit, double worst, String unit, long atNs, boolean atLeast) {
  /** What sums of many numbers may be off by. */
  private static final double ROUNDING = 1e-9;

  /** Whether it was broken. */
  public boolean broken() {
    double slack = ROUNDING * Math.max(1, Math.abs(limit));
    return atLeast ? worst < limit - slack : worst > limit + slack;
  }
}
