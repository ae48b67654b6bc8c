package io.millrace.sensors.pi4j.settings;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Checks that say what, value and limit. */
final class Limits {
  private Limits() {}

  static void oneOf(String chip, String what, double value, String unit, double... allowed) {
    if (Arrays.stream(allowed).noneMatch(a -> a == value)) {
      String list =
          Arrays.stream(allowed).mapToObj(Limits::plain).collect(Collectors.joining(", "));
      throw refuse(chip, what, value, unit, "it can be " + list);
    }
  }

  static void between(
      String chip, String what, double value, String unit, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw refuse(chip, what, value, unit, "it can be " + plain(least) + " to " + plain(most));
    }
  }

  /** Rates that a chip makes by dividing {@code base} by 1 to {@code most}. */
  static void divided(String chip, double rateHz, double base, int most) {
    double divisor = base / rateHz;
    if (!(divisor >= 0.999 && divisor <= most + 0.001)
        || Math.abs(divisor - Math.rint(divisor)) > 0.01 * divisor) {
      throw refuse(
          chip,
          "rate",
          rateHz,
          "Hz",
          "it can be "
              + plain(base)
              + " divided by 1 to "
              + most
              + ": "
              + plain(base)
              + ", "
              + plain(base / 2)
              + ", … "
              + plain(base / most));
    }
  }

  private static IllegalArgumentException refuse(
      String chip, String what, double value, String unit, String allowed) {
    return new IllegalArgumentException(
        chip + ": " + what + " " + plain(value) + " " + unit + "; " + allowed + " " + unit);
  }

  private static String plain(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(Float.toString((float) value)).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }
}
