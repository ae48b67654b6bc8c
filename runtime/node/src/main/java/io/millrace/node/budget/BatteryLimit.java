package io.millrace.node.budget;

/**
 * A battery that must last.
 *
 * @param capacityMilliJ what it holds when full, millijoules
 * @param startMilliJ what it holds at the start, until a gauge has been read
 * @param reserveMilliJ what must never be touched
 * @param lastNs how long it must last: from the start on, or from every moment on
 * @param rolling whether from every moment on: then the idle board could always go on for {@code
 *     lastNs} without a sun
 * @param gaugeError share of the capacity by which a gauge may read too much
 */
public record BatteryLimit(
    double capacityMilliJ,
    double startMilliJ,
    double reserveMilliJ,
    long lastNs,
    boolean rolling,
    double gaugeError) {
  public BatteryLimit {
    if (!(capacityMilliJ > 0) || Double.isInfinite(capacityMilliJ)) {
      throw new IllegalArgumentException("battery of " + capacityMilliJ + " mJ");
    }
    if (!(startMilliJ >= 0) || startMilliJ > capacityMilliJ) {
      throw new IllegalArgumentException(
          "a battery of %s mJ cannot start with %s mJ".formatted(capacityMilliJ, startMilliJ));
    }
    if (!(reserveMilliJ >= 0) || reserveMilliJ >= capacityMilliJ) {
      throw new IllegalArgumentException(
          "a battery of %s mJ cannot keep %s mJ".formatted(capacityMilliJ, reserveMilliJ));
    }
    if (lastNs < 1_000_000_000L) {
      throw new IllegalArgumentException("a battery must last a second at least, not " + lastNs);
    }
    if (!(gaugeError >= 0) || gaugeError > 0.5) {
      throw new IllegalArgumentException(
          "gauge error of " + gaugeError + " is not within 0 to 0.5");
    }
  }
}
