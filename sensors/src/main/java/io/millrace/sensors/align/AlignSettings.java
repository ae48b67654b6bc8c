package io.millrace.sensors.align;

import java.util.Objects;
import java.util.OptionalLong;

/**
 * How sensors are put onto one axis.
 *
 * @param rateHz of the axis
 * @param method which value of a sensor stands for a moment
 * @param skewNs how far from that moment the samples may lie that the value is made of; empty: one
 *     and a half periods of the sensor each
 * @param lateNs how long a sensor is waited for: a moment that is longer ago by the clock, and for
 *     which some sensor has given nothing yet, becomes a gap of all
 */
public record AlignSettings(double rateHz, Method method, OptionalLong skewNs, long lateNs) {
  /** Which value of a sensor stands for a moment. No method filters: what lies between is lost. */
  public enum Method {
    /** The last sample up to that moment. */
    HOLD,
    /** The sample nearest to it, the earlier one if both are as near. */
    NEAREST,
    /** On the line between the samples before and after. */
    LINEAR
  }

  public AlignSettings {
    Objects.requireNonNull(method);
    Objects.requireNonNull(skewNs);
    boolean skewIsNegative = skewNs.isPresent() && skewNs.getAsLong() < 0;
    if (!(rateHz > 0 && rateHz <= 1e6) || lateNs < 0 || skewIsNegative) {
      throw new IllegalArgumentException(
          "rate %s Hz must be above 0 up to 1e6; skew %s ns and late %d ns must not be negative"
              .formatted(rateHz, skewNs, lateNs));
    }
  }
}
