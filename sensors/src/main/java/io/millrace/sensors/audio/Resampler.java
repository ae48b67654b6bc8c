package io.millrace.sensors.audio;

import java.math.BigInteger;

/**
 * Changes a stream's rate by a ratio of whole numbers, {@code up / down}: a low-pass filter on the
 * axis of {@code up} times the input's rate, of which only the taps that meet a sample are worked
 * out (polyphase). For one thread; allocates nothing after it is made.
 *
 * <p>The filter is a sinc under a Kaiser window (J. F. Kaiser, Nonrecursive digital filter design
 * using the I0-sinh window function, 1974). With {@code f} the lower of both rates:
 *
 * <ul>
 *   <li>pass band up to {@value #PASS} f, ripple at most 0.001 dB,
 *   <li>stop band from {@value #STOP} f on, at least {@value #ATTENUATION_DB} dB down: what would
 *       alias is not there,
 *   <li>linear phase: {@link #delay} input samples, taken off the times.
 * </ul>
 *
 * <p>Position and phase are whole numbers, so the stream does not drift however long it runs.
 * Outputs are made only where the filter lies wholly on samples that are there: no transient at the
 * start or behind a gap, but as many outputs fewer.
 */
public final class Resampler {
  /** End of the pass band, in parts of the lower rate. */
  public static final double PASS = 0.46;

  /** Start of the stop band, in parts of the lower rate. */
  public static final double STOP = 0.5;

  /** How far down the stop band is. */
  public static final double ATTENUATION_DB = 80;

  /** What the formulas are given, which are estimates: so much more that the bound holds. */
  private static final double DESIGN_DB = ATTENUATION_DB + 4;

  private static final int MAX_FACTOR = 1 << 16;
  private static final int MAX_TAPS = 1 << 22;

  /** Bounds the ratio so that a factor is found for rates that are not whole numbers. */
  private static final double RATE_STEPS_PER_HZ = 1000;

  private final int up;
  private final int down;
  private final int channels;
  private final int taps;
  private final float[][] phases;
  private final double delay;
  // samples of each channel, one channel behind the other, each twice: a run of taps never wraps
  private final float[] history;
  private int place;
  private long filled;
  private long phase;

  /**
   * From one rate to another.
   *
   * @param fromHz rate of the input, in steps of a thousandth of a hertz
   * @param toHz rate of the output, likewise
   * @throws IllegalArgumentException if the ratio is not one of whole numbers up to 65536, or so
   *     far from 1 that the filter would be larger than 4 million taps
   */
  public Resampler(double fromHz, double toHz, int channels) {
    long from = Math.round(fromHz * RATE_STEPS_PER_HZ);
    long to = Math.round(toHz * RATE_STEPS_PER_HZ);
    if (from < 1 || to < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "from %s to %s Hz on %d channels; both rates must be above 0, channels at least 1"
              .formatted(fromHz, toHz, channels));
    }
    long divisor = BigInteger.valueOf(from).gcd(BigInteger.valueOf(to)).longValueExact();
    if (to / divisor > MAX_FACTOR || from / divisor > MAX_FACTOR) {
      throw new IllegalArgumentException(
          "%s to %s Hz is a ratio of %d to %d; whole numbers up to %d are allowed"
              .formatted(fromHz, toHz, from / divisor, to / divisor, MAX_FACTOR));
    }
    up = (int) (to / divisor);
    down = (int) (from / divisor);
    this.channels = channels;
    // rates on the axis of up times the input's rate: the lower of both rates is 1 / max(up, down)
    double lower = 1.0 / Math.max(up, down);
    double transition = (STOP - PASS) * lower;
    // Kaiser's estimate of the length for this attenuation
    double wanted = (DESIGN_DB - 7.95) / (14.36 * transition) + 1;
    if (wanted > MAX_TAPS) {
      throw new IllegalArgumentException(
          "from %s to %s Hz needs %.0f filter taps, at most %d are made; choose nearer rates"
              .formatted(fromHz, toHz, wanted, MAX_TAPS));
    }
    taps = (int) Math.ceil(wanted / up);
    int length = taps * up - 1; // odd or one short of a phase: the last tap of the last phase is 0
    phases = new float[up][taps];
    double centre = (length - 1) / 2.0;
    delay = centre / up;
    design(length, centre, (PASS + STOP) / 2 * lower);
    history = new float[channels * 2 * taps];
    reset();
  }

  private void design(int length, double centre, double cutoff) {
    double beta = 0.1102 * (DESIGN_DB - 8.7);
    double scale = 1 / bessel0(beta);
    double[] h = new double[taps * up];
    for (int n = 0; n < length; n++) {
      double t = n - centre;
      double r = t / (centre == 0 ? 1 : centre);
      double x = 2 * Math.PI * cutoff * t;
      double sinc = t == 0 ? 1 : Math.sin(x) / x;
      h[n] = sinc * bessel0(beta * Math.sqrt(Math.max(0, 1 - r * r))) * scale;
    }
    for (int p = 0; p < up; p++) {
      double sum = 0;
      for (int k = 0; k < taps; k++) {
        sum += h[k * up + p];
      }
      for (int k = 0; k < taps; k++) {
        // oldest sample first; each phase passes a constant unchanged
        phases[p][taps - 1 - k] = (float) (h[k * up + p] / sum);
      }
    }
  }

  /** The modified Bessel function of the first kind and order 0, by its series. */
  private static double bessel0(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > sum * 1e-17; k++) {
      term *= x / (2 * k) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }

  /** Output samples per {@link #down} input samples. */
  public int up() {
    return up;
  }

  /** Input samples per {@link #up} output samples. */
  public int down() {
    return down;
  }

  /** By how many input samples the middle of the filter lies behind its newest sample. */
  public double delay() {
    return delay;
  }

  /** How many samples the filter lies on. */
  public int taps() {
    return taps;
  }

  /** Forgets all samples: what comes next does not follow what came before. */
  public void reset() {
    place = 0;
    filled = 0;
    phase = 0;
  }

  /** Takes one input sample, its channels side by side. All outputs must have been taken. */
  public void put(float[] from, int offset) {
    for (int c = 0; c < channels; c++) {
      int base = c * 2 * taps + place;
      history[base] = from[offset + c];
      history[base + taps] = from[offset + c];
    }
    place = place + 1 == taps ? 0 : place + 1;
    filled++;
  }

  /** Whether an output can be taken: one that lies within the newest input period. */
  public boolean hasNext() {
    return filled >= taps && phase < up;
  }

  /** Where the next output lies behind the newest input sample, in input periods, without delay. */
  public double offset() {
    return (double) phase / up;
  }

  /** Writes the next output sample. {@link #hasNext} must be true. */
  public void next(float[] to, int offset) {
    float[] h = phases[(int) phase];
    for (int c = 0; c < channels; c++) {
      int base = c * 2 * taps + place;
      double even = 0;
      double odd = 0;
      int k = 0;
      for (; k + 1 < taps; k += 2) {
        even += h[k] * history[base + k];
        odd += h[k + 1] * history[base + k + 1];
      }
      if (k < taps) {
        even += h[k] * history[base + k];
      }
      to[offset + c] = (float) (even + odd);
    }
    phase += down;
  }

  /** Ends the newest input period. To be called once {@link #hasNext} is false. */
  public void advance() {
    if (filled >= taps) {
      phase -= up;
    }
  }
}
