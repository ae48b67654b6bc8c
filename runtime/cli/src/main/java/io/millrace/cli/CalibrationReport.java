package io.millrace.cli;

import io.millrace.cli.calibrate.Calibration;
import io.millrace.cli.calibrate.EnergyFit;
import io.millrace.cli.calibrate.ThermalFit;
import io.millrace.device.FrequencyStep;
import io.millrace.sensors.power.PowerMeter;
import io.millrace.sensors.power.PowerMeters;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** What {@code calibrate} prints: which meter, how well the model fits, what was determined. */
final class CalibrationReport {
  private final PrintWriter out;

  CalibrationReport(PrintWriter out) {
    this.out = out;
  }

  /** The first meter that can be read now; says which, and why others cannot. */
  Optional<PowerMeter> chosen(PowerMeters.Found found) {
    found.unreadable().forEach(m -> out.println("  not readable: " + m));
    for (PowerMeter meter : found.meters()) {
      try {
        double milliW = meter.averageMilliW();
        out.printf(
            Locale.ROOT,
            "  meter: %s, sees %s; %.0f mW now%n",
            meter.name(),
            switch (meter.scope()) {
              case BOARD -> "the board";
              case BATTERY -> "all that hangs on the battery";
              case PART -> "a part of the board: what the idle board and its RAM take is not in it";
            },
            milliW);
        return Optional.of(meter);
      } catch (IOException e) {
        out.println("  not usable now: " + e.getMessage());
      }
    }
    out.println(
        "  no power meter found (hwmon, a discharging battery, RAPL, the PMIC of a Raspberry Pi 5):"
            + " energies stay modelled");
    return Optional.empty();
  }

  /** The fit of the energy model and what it leaves. */
  void energy(EnergyFit fit) {
    Table table = new Table("workload", "measured mW", "model mW", "off");
    for (EnergyFit.Residual r : fit.residuals()) {
      table.row(
          r.workload().words(),
          String.format(Locale.ROOT, "%.0f", r.measuredMilliW()),
          String.format(Locale.ROOT, "%.0f", r.modelMilliW()),
          String.format(Locale.ROOT, "%+.1f %%", r.offPercent()));
    }
    table.print(out);
    out.printf(
        Locale.ROOT,
        "  residuals of the windows: %.1f mW on average, %.1f mW at most; R2 %.4f%n",
        fit.meanMilliW(),
        fit.mostMilliW(),
        fit.rSquared());
  }

  /** Clocks whose power was measured, or why there are none. */
  void clocks(Calibration calibration, String problem) {
    if (!problem.isEmpty()) {
      out.println("  clocks not measured: " + problem);
    }
    for (FrequencyStep step : calibration.measuredSteps()) {
      out.printf(
          Locale.ROOT,
          "  at %.0f MHz an active core takes %.0f mW%n",
          step.hz() / 1e6,
          step.activeCoreMilliW().value());
    }
  }

  /** The fit of the thermal model. */
  void heat(ThermalFit fit) {
    if (fit.determined()) {
      out.printf(
          Locale.ROOT,
          "  heat: %.1f K/W, %.1f J/K, time constant %.0f s; at most %.1f K off the curve%n",
          fit.kelvinPerWatt(),
          fit.joulePerKelvin(),
          fit.tauSeconds(),
          fit.mostK());
    }
  }

  /** All figures that were measured, and all that were tried and kept. */
  void figures(Calibration calibration) {
    Table table = new Table("figure", "measured", "before", "that was");
    calibration
        .measured()
        .forEach((key, figure) ->
            table.row(
                key.word(),
                number(figure.value()),
                calibration.before(key).map(f -> number(f.value())).orElse(""),
                calibration.before(key).map(f -> f.provenance().words()).orElse("")));
    table.print(out);
    calibration
        .kept()
        .forEach((key, why) -> out.println("  kept: " + key.word() + ", not determined: " + why));
    out.println(
        "  not measured, kept: slot overhead, hand-over and wake-up between cores, radio, supply");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
