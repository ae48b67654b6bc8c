package io.millrace.cli.calibrate;

import java.util.List;
import java.util.Locale;

/**
 * What a workload adds to the idle board.
 *
 * @param milliW the difference of the means
 * @param standardError of it, from the windows' own scatter
 */
record Difference(double milliW, double standardError) {
  /** Of windows among which there are at least two of each. */
  static Difference of(List<PowerWindow> windows, Workload workload) {
    double[] busy = of(windows.stream().filter(w -> w.workload().equals(workload)).toList());
    double[] idle = of(windows.stream().filter(w -> w.workload().equals(Workload.IDLE)).toList());
    return new Difference(busy[0] - idle[0], Math.sqrt(busy[1] + idle[1]));
  }

  /** Mean, and the square of its standard error. */
  private static double[] of(List<PowerWindow> windows) {
    int n = windows.size();
    double mean = windows.stream().mapToDouble(PowerWindow::milliW).sum() / n;
    double squares =
        windows.stream().mapToDouble(w -> (w.milliW() - mean) * (w.milliW() - mean)).sum();
    return new double[] {mean, squares / (n - 1) / n};
  }

  boolean determined() {
    return milliW > 0 && standardError <= EnergyFit.ALLOWED_ERROR * milliW;
  }

  String words() {
    return String.format(
        Locale.ROOT, "%.3g give or take %.3g mW above the idle board", milliW, standardError);
  }
}
