package io.millrace.device;

import java.util.Objects;

/**
 * A clock that a core can be set to.
 *
 * @param hz the clock, in hertz
 * @param activeCoreMilliW what one busy core adds to the idle board at that clock, in milliwatts
 */
public record FrequencyStep(double hz, Figure activeCoreMilliW) {
  public FrequencyStep {
    if (!(hz > 0) || Double.isInfinite(hz)) {
      throw new IllegalArgumentException("a step of " + hz + " Hz; it must be above 0");
    }
    Objects.requireNonNull(activeCoreMilliW);
  }
}
