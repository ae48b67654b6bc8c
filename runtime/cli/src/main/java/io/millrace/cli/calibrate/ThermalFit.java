package io.millrace.cli.calibrate;

import java.util.Locale;

/**
 * Thermal resistance and capacity from a heating step, for a processor that is one body:
 *
 * <pre>
 * temperature(t) = idle + rise * (1 - exp(-t / tau))
 * kelvin per watt = rise / step of power       joule per kelvin = tau / kelvin per watt
 * </pre>
 *
 * Rise and time constant are the pair with the least squares. They are determined if the standard
 * error of each is at most a tenth of it, which needs a step of about twice the time constant.
 *
 * @param kelvinPerWatt the resistance between processor and air
 * @param joulePerKelvin the capacity
 * @param tauSeconds the time constant
 * @param mostK the largest difference between a sample and the curve
 * @param doubt why the two are not determined; empty if they are
 */
public record ThermalFit(
    double kelvinPerWatt, double joulePerKelvin, double tauSeconds, double mostK, String doubt) {
  /** The board must not be warming or cooling before the step. */
  private static final double ALLOWED_DRIFT_K = 1;

  /** Sensors of processors have steps of up to half a kelvin. */
  private static final double LEAST_RISE_K = 3;

  private static final int LEAST_SAMPLES = 10;

  public boolean determined() {
    return doubt.isEmpty();
  }

  /** Fits a step of {@code stepMilliW}. */
  static ThermalFit of(HeatingStep step, double stepMilliW) {
    int n = step.samples().size();
    if (n < LEAST_SAMPLES) {
      return undetermined(
          "%d samples until the limit of temperature: cool the board first".formatted(n));
    }
    if (Math.abs(step.idleDriftK()) > ALLOWED_DRIFT_K) {
      return undetermined(
          "the idle board drifted by %+.1f K before the step: let it rest, then try again"
              .formatted(step.idleDriftK()));
    }
    if (!(stepMilliW > 0)) {
      return undetermined("power did not rise");
    }
    double tau = leastSquaresTau(step);
    double rise = rise(step, tau);
    if (!(rise >= LEAST_RISE_K)) {
      return undetermined(
          String.format(Locale.ROOT, "it rose by %.1f K; %.0f K are needed", rise, LEAST_RISE_K));
    }
    double[][] slopes = new double[2][n];
    double most = 0;
    for (int i = 0; i < n; i++) {
      double t = step.samples().get(i).seconds();
      double gone = Math.exp(-t / tau);
      slopes[0][i] = 1 - gone;
      slopes[1][i] = -rise * gone * t / (tau * tau);
      most = Math.max(most, Math.abs(warmer(step, i) - rise * (1 - gone)));
    }
    double noise = Math.sqrt(squares(step, tau) / (n - 2));
    double riseError = noise / NonNegativeLeastSquares.ownLength(slopes, 0);
    double tauError = noise / NonNegativeLeastSquares.ownLength(slopes, 1);
    double kelvinPerWatt = rise / stepMilliW * 1e3;
    boolean sure =
        riseError <= EnergyFit.ALLOWED_ERROR * rise && tauError <= EnergyFit.ALLOWED_ERROR * tau;
    return new ThermalFit(
        kelvinPerWatt,
        tau / kelvinPerWatt,
        tau,
        most,
        sure
            ? ""
            : String.format(
                Locale.ROOT,
                "rise %.1f give or take %.1f K, time constant %.0f give or take %.0f s: heat longer",
                rise,
                riseError,
                tau,
                tauError));
  }

  private static ThermalFit undetermined(String doubt) {
    return new ThermalFit(Double.NaN, Double.NaN, Double.NaN, Double.NaN, doubt);
  }

  /** A grid of a hundredth and more, then halving: the curve has one least point. */
  private static double leastSquaresTau(HeatingStep step) {
    double longest = 20 * step.samples().getLast().seconds();
    double best = 1;
    for (double tau = 1; tau < longest; tau *= 1.05) {
      if (squares(step, tau) < squares(step, best)) {
        best = tau;
      }
    }
    for (double factor = 1.02; factor > 1.0001; factor = Math.sqrt(factor)) {
      for (double tau : new double[] {best * factor, best / factor}) {
        if (squares(step, tau) < squares(step, best)) {
          best = tau;
        }
      }
    }
    return best;
  }

  /** The rise that fits best for a time constant. */
  private static double rise(HeatingStep step, double tau) {
    double product = 0;
    double square = 0;
    for (int i = 0; i < step.samples().size(); i++) {
      double shape = -Math.expm1(-step.samples().get(i).seconds() / tau);
      product += shape * warmer(step, i);
      square += shape * shape;
    }
    return product / square;
  }

  private static double warmer(HeatingStep step, int sample) {
    return step.samples().get(sample).celsius() - step.idleCelsius();
  }

  private static double squares(HeatingStep step, double tau) {
    double rise = rise(step, tau);
    double sum = 0;
    for (int i = 0; i < step.samples().size(); i++) {
      double off = warmer(step, i) + rise * Math.expm1(-step.samples().get(i).seconds() / tau);
      sum += off * off;
    }
    return sum;
  }
}
