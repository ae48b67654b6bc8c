package io.millrace.node.budget;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All limits of a node on what it spends.
 *
 * @param power average powers, each over its own span
 * @param peakMilliW power at one moment, the idle board included
 * @param battery a battery that must last
 * @param heat how hot the board may get
 * @param uplink bytes of a day
 * @param margin share by which each modelled figure may be off, 0 to 1
 * @param meterError one standard deviation of one reading of a power meter, as a share
 * @param disagreement share by which measured and modelled power may differ before that is an alert
 */
public record BudgetSettings(
    List<PowerLimit> power,
    OptionalDouble peakMilliW,
    Optional<BatteryLimit> battery,
    Optional<HeatLimit> heat,
    Optional<UplinkLimit> uplink,
    double margin,
    double meterError,
    double disagreement) {
  /** A meter of one per cent. */
  public static final double USUAL_METER_ERROR = 0.01;

  /** A quarter more or less than expected is no error of a model any more. */
  public static final double USUAL_DISAGREEMENT = 0.25;

  /** No limit at all. */
  public static final BudgetSettings UNLIMITED = power(List.of());

  public BudgetSettings {
    power = List.copyOf(power);
    Objects.requireNonNull(peakMilliW);
    Objects.requireNonNull(battery);
    Objects.requireNonNull(heat);
    Objects.requireNonNull(uplink);
    if (!(margin >= 0 && margin < 1)) {
      throw new IllegalArgumentException("margin of " + margin + " is not within 0 to 1");
    }
    if (!(meterError > 0 && meterError < 0.5) || !(disagreement > 0)) {
      throw new IllegalArgumentException(
          "meter error of %s must be within 0 to 0.5, disagreement of %s above 0"
              .formatted(meterError, disagreement));
    }
    if (peakMilliW.isPresent() && !(peakMilliW.getAsDouble() > 0)) {
      throw new IllegalArgumentException("peak of " + peakMilliW.getAsDouble() + " mW");
    }
  }

  /** Average powers alone, figures taken for exact. */
  public static BudgetSettings power(List<PowerLimit> power) {
    return new BudgetSettings(
        power,
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        USUAL_METER_ERROR,
        USUAL_DISAGREEMENT);
  }
}
