package io.millrace.cli.calibrate;

import io.millrace.device.DeviceProfile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Energies fitted to windows of measured power:
 *
 * <pre>
 * power = idle + busy cores * spinning + the sum over work and bytes of (count a second * energy)
 * </pre>
 *
 * by least squares without negative figures. A figure is determined if its standard error is at
 * most a tenth of it; one of which the windows say less is not claimed, and says why.
 *
 * @param estimates what was fitted, by key
 * @param residuals a line for each workload
 * @param meanMilliW the mean of the absolute differences of all windows
 * @param mostMilliW the largest of them
 * @param rSquared the share of the windows' variance that the model explains
 */
public record EnergyFit(
    Map<DeviceProfile.Key, Estimate> estimates,
    List<Residual> residuals,
    double meanMilliW,
    double mostMilliW,
    double rSquared) {
  /** The largest standard error of a determined figure, as a share of it. */
  static final double ALLOWED_ERROR = 0.1;

  /**
   * A fitted figure, in its key's unit.
   *
   * @param doubt why it is not determined; empty if it is
   */
  public record Estimate(double value, double standardError, String doubt) {
    public boolean determined() {
      return doubt.isEmpty();
    }
  }

  /** What was measured under a workload, and what the model has, both in milliwatts. */
  public record Residual(Workload workload, double measuredMilliW, double modelMilliW) {
    public double offPercent() {
      return 100 * (modelMilliW - measuredMilliW) / measuredMilliW;
    }
  }

  /**
   * A term of the sum.
   *
   * @param key the figure
   * @param work what has to be measured to know it
   * @param count of a window, so that the figure is in its key's unit
   */
  private record Term(DeviceProfile.Key key, String work, ToDoubleFunction<PowerWindow> count) {}

  // picojoules times a count a second are nanomilliwatts: hence 1e-9
  private static final List<Term> TERMS =
      List.of(
          new Term(DeviceProfile.Key.IDLE_MILLIW, "nothing", _ -> 1),
          new Term(
              DeviceProfile.Key.SPINNING_CORE_MILLIW, "a busy core", w -> w.workload().cores()),
          new Term(
              DeviceProfile.Key.INT8_MAC_PICOJ,
              "the matrix kernel",
              w -> w.perSecond().macs() * 1e-9),
          new Term(
              DeviceProfile.Key.DEPTHWISE_MAC_PICOJ,
              "the depthwise kernel",
              w -> w.perSecond().depthwiseMacs() * 1e-9),
          new Term(
              DeviceProfile.Key.ELEMENT_PICOJ,
              "the vector kernel",
              w -> w.perSecond().elements() * 1e-9),
          new Term(
              DeviceProfile.Key.RAM_BYTE_PICOJ, "copying", w -> w.perSecond().ramBytes() * 1e-9));

  public EnergyFit {
    estimates = Map.copyOf(estimates);
    residuals = List.copyOf(residuals);
  }

  /**
   * Fits the model.
   *
   * @throws IllegalArgumentException if there are not more windows than figures
   */
  static EnergyFit of(List<PowerWindow> windows) {
    int n = windows.size();
    int figures = TERMS.size();
    if (n <= figures) {
      throw new IllegalArgumentException(
          "%d windows, but %d figures: more windows are needed".formatted(n, figures));
    }
    double[][] columns = new double[figures][n];
    double[] y = new double[n];
    double mean = 0;
    for (int i = 0; i < n; i++) {
      y[i] = windows.get(i).milliW();
      mean += y[i] / n;
      for (int j = 0; j < figures; j++) {
        columns[j][i] = TERMS.get(j).count().applyAsDouble(windows.get(i));
      }
    }
    double[] x = NonNegativeLeastSquares.solve(columns, y);
    double squares = NonNegativeLeastSquares.residual(columns, y, x);
    double noise = Math.sqrt(squares / (n - figures));
    Map<DeviceProfile.Key, Estimate> estimates = new EnumMap<>(DeviceProfile.Key.class);
    for (int j = 0; j < figures; j++) {
      double own = NonNegativeLeastSquares.ownLength(columns, j);
      estimates.put(TERMS.get(j).key(), estimate(TERMS.get(j), x[j], noise, own));
    }
    double variance = 0;
    double absolute = 0;
    double most = 0;
    for (int i = 0; i < n; i++) {
      double off = Math.abs(y[i] - model(columns, x, i));
      absolute += off / n;
      most = Math.max(most, off);
      variance += (y[i] - mean) * (y[i] - mean);
    }
    return new EnergyFit(
        estimates,
        residuals(windows, columns, x),
        absolute,
        most,
        variance == 0 ? 0 : 1 - squares / variance);
  }

  private static Estimate estimate(Term term, double value, double noise, double own) {
    if (own == 0) {
      return new Estimate(
          value,
          Double.POSITIVE_INFINITY,
          "no window tells it from the other figures: " + term.work() + " was not measured");
    }
    double error = noise / own;
    if (value > 0 && error <= ALLOWED_ERROR * value) {
      return new Estimate(value, error, "");
    }
    return new Estimate(
        value,
        error,
        value == 0
            ? "the windows show none of it, give or take %s".formatted(number(error))
            : "%s give or take %s, which is more than %.0f %%"
                .formatted(number(value), number(error), 100 * ALLOWED_ERROR));
  }

  private static double model(double[][] columns, double[] x, int window) {
    double milliW = 0;
    for (int j = 0; j < x.length; j++) {
      milliW += x[j] * columns[j][window];
    }
    return milliW;
  }

  private static List<Residual> residuals(
      List<PowerWindow> windows, double[][] columns, double[] x) {
    List<Residual> residuals = new ArrayList<>();
    for (Workload workload : windows.stream().map(PowerWindow::workload).distinct().toList()) {
      double measured = 0;
      double model = 0;
      int rounds = 0;
      for (int i = 0; i < windows.size(); i++) {
        if (windows.get(i).workload().equals(workload)) {
          measured += windows.get(i).milliW();
          model += model(columns, x, i);
          rounds++;
        }
      }
      residuals.add(new Residual(workload, measured / rounds, model / rounds));
    }
    return residuals;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
