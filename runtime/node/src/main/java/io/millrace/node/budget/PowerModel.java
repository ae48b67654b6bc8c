package io.millrace.node.budget;

/**
 * How far the modelled figures are from the board's true ones, by what a meter says.
 *
 * <p>The truth is taken as {@code measured = a idle + b computing + c radio}, where each term is
 * the modelled energy of a stretch of time and a, b, c are factors near 1. They are estimated by a
 * Kalman filter whose state stands still but for a slow drift: R. E. Kalman, A new approach to
 * linear filtering and prediction problems (1960), with one scalar measurement at a time (Joseph's
 * form of the update, which keeps the covariance positive). Before the first measurement each
 * factor is 1, and two standard deviations are the margin that the user declared: all errors within
 * it count as likely.
 *
 * <p>What is charged is the upper end, {@code factor + 4 sigma}, but not beyond what was declared:
 * the whole declared margin without a meter, little more than the truth with one. Four, since a
 * limit is broken by the first error of many.
 */
public final class PowerModel {
  private static final int N = 3;
  private static final double SIGMAS = 4;

  /** A standard deviation never falls below it: meters, too, are only so good. */
  private static final double LEAST_SIGMA = 0.001;

  /** What a factor may drift within an hour, as a standard deviation. */
  private static final double DRIFT_PER_HOUR = 0.003;

  /** Above this share of what was expected, off for so long, a disagreement is reported. */
  private static final double DISAGREEMENT_NS = 60e9;

  private final double[] factor = {1, 1, 1};
  private final double[] covariance = new double[N * N];
  private final double[] spent = new double[N];
  private final double[] gain = new double[N];
  private final double[] scratch = new double[N * N];
  private final double margin;
  private final double meterError;
  private final double bound;
  private long measurements;
  private double measuredNanoJ;
  private double modelledNanoJ;
  private double averagedNs;
  private boolean disagrees;
  private double lastRatio = 1;

  /**
   * @param margin share by which each modelled figure may be off; 0: taken for exact, and not
   *     corrected by a meter either
   * @param meterError one standard deviation of one reading of the meter, as a share
   * @param bound share by which measured and modelled power may differ before it is reported
   */
  public PowerModel(double margin, double meterError, double bound) {
    if (!(margin >= 0 && margin < 1) || !(meterError > 0) || !(bound > 0)) {
      throw new IllegalArgumentException(
          "margin %s must be within 0 to 1, meter error %s and bound %s above 0"
              .formatted(margin, meterError, bound));
    }
    this.margin = margin;
    this.meterError = meterError;
    this.bound = bound;
    for (int i = 0; i < N; i++) {
      covariance[i * N + i] = Math.pow(margin / 2, 2);
    }
  }

  /** Upper end of what the idle board's figure has to be multiplied by. */
  public double idleFactor() {
    return upper(0);
  }

  /** The same for computing. */
  public double computeFactor() {
    return upper(1);
  }

  /** The same for the radio. */
  public double radioFactor() {
    return upper(2);
  }

  private double upper(int i) {
    if (margin == 0) {
      return 1;
    }
    double sigma = Math.sqrt(covariance[i * N + i]);
    double upper = Math.max(0, factor[i] + SIGMAS * sigma);
    // what is declared holds until the meter says that it does not
    return upper <= 1 + margin ? upper : Math.max(1 + margin, factor[i] + sigma);
  }

  /** Modelled energy of an answer that was worked out, nanojoules. */
  public void computed(long nanoJ) {
    spent[1] += nanoJ;
  }

  /** Modelled energy of traffic, nanojoules. */
  public void transferred(long nanoJ) {
    spent[2] += nanoJ;
  }

  /**
   * A meter says what a stretch of time took, in which all that was worked out and transferred
   * since the last one happened.
   *
   * @param idleNanoJ what the idle board takes in it, as modelled
   * @param totalNanoJ what the meter says
   */
  public void measured(double durationNs, double idleNanoJ, double totalNanoJ) {
    spent[0] = idleNanoJ;
    compare(durationNs, totalNanoJ);
    if (margin > 0) {
      update(durationNs, totalNanoJ);
    }
    measurements++;
    spent[1] = 0;
    spent[2] = 0;
  }

  private void compare(double durationNs, double totalNanoJ) {
    measuredNanoJ += totalNanoJ;
    modelledNanoJ += spent[0] + spent[1] + spent[2];
    averagedNs += durationNs;
    if (averagedNs >= DISAGREEMENT_NS && modelledNanoJ > 0) {
      lastRatio = measuredNanoJ / modelledNanoJ;
      disagrees = Math.abs(lastRatio - 1) > bound;
      measuredNanoJ = 0;
      modelledNanoJ = 0;
      averagedNs = 0;
    }
  }

  private void update(double durationNs, double totalNanoJ) {
    double drift = Math.pow(DRIFT_PER_HOUR, 2) * durationNs / 3.6e12;
    for (int i = 0; i < N; i++) {
      covariance[i * N + i] += drift;
    }
    double expected = 0;
    double variance = Math.pow(meterError * totalNanoJ, 2);
    for (int i = 0; i < N; i++) {
      expected += factor[i] * spent[i];
      gain[i] = 0;
      for (int j = 0; j < N; j++) {
        gain[i] += covariance[i * N + j] * spent[j];
      }
    }
    for (int i = 0; i < N; i++) {
      variance += spent[i] * gain[i];
    }
    if (!(variance > 0)) {
      return;
    }
    double noise = Math.pow(meterError * totalNanoJ, 2);
    for (int i = 0; i < N; i++) {
      gain[i] /= variance;
      factor[i] = Math.max(0, factor[i] + gain[i] * (totalNanoJ - expected));
    }
    joseph(noise);
  }

  /** {@code P := (I - k h) P (I - k h)' + k r k'}. */
  private void joseph(double noise) {
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        double sum = 0;
        for (int k = 0; k < N; k++) {
          sum += ((i == k ? 1 : 0) - gain[i] * spent[k]) * covariance[k * N + j];
        }
        scratch[i * N + j] = sum;
      }
    }
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        double sum = gain[i] * noise * gain[j];
        for (int k = 0; k < N; k++) {
          sum += scratch[i * N + k] * ((j == k ? 1 : 0) - gain[j] * spent[k]);
        }
        covariance[i * N + j] = sum;
      }
    }
    for (int i = 0; i < N; i++) {
      covariance[i * N + i] = Math.max(covariance[i * N + i], LEAST_SIGMA * LEAST_SIGMA);
    }
  }

  /** How often a meter was read. */
  public long measurements() {
    return measurements;
  }

  /** Whether measured and modelled power of the last minute differ by more than the bound. */
  public boolean disagrees() {
    return disagrees;
  }

  /** Measured by modelled energy of the last whole minute; 1 before the first. */
  public double ratio() {
    return lastRatio;
  }
}
