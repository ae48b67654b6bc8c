package io.millrace.node.feature;

import io.millrace.node.feature.FeatureSettings.Band;
import io.millrace.node.window.Span;
import io.millrace.sensors.SampleFormat;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * Mel bands of overlapping frames of one channel: a frame under a window, its spectrum, triangles
 * that are linear in mel; see {@link FeatureSettings.LogMel}.
 */
final class MelBank {
  private final KeptFrames kept;
  private final double[] opening;
  private final int hop;
  private final double[] window;
  private final Fourier fourier;
  private final int[] firstBin;
  private final double[][] weights;
  private final double[] spectrum;

  /** What of the spectrum the triangles weigh. */
  enum Weighs {
    MAGNITUDE,
    POWER
  }

  MelBank(
      Span frameSpan,
      Span hopSpan,
      OptionalInt fftLength,
      int bands,
      Band range,
      IntFunction<double[]> windowOf,
      SampleFormat format,
      int windowSamples) {
    int frame = frameSpan.samples(format.rateHz());
    hop = hopSpan.samples(format.rateHz());
    int length = fftLength.orElse(Fourier.lengthFor(frame));
    if (format.width() != 1) {
      throw new IllegalArgumentException(
          "a front end of mel bands takes one channel, the sensor gives " + format.width());
    }
    if (frame < 2) {
      throw new IllegalArgumentException(
          "a frame of 1 sample has no spectrum; make it longer than %s s"
              .formatted(1 / format.rateHz()));
    }
    if (frame > windowSamples || length < frame) {
      throw new IllegalArgumentException(
          "a frame of %d samples fits neither more than the window's %d nor more than fft-length %d"
              .formatted(frame, windowSamples, length));
    }
    if (range.toHz() > format.rateHz() / 2) {
      throw new IllegalArgumentException(
          "bands up to %s Hz need a rate of twice that, the sensor's is %s Hz"
              .formatted(range.toHz(), format.rateHz()));
    }
    kept = new KeptFrames(hop, (windowSamples - frame) / hop + 1, bands);
    opening = new double[bands];
    window = windowOf.apply(frame);
    fourier = new Fourier(length);
    spectrum = new double[length / 2 + 1];
    firstBin = new int[bands];
    weights = new double[bands][];
    placeTriangles(range, format.rateHz() / length);
  }

  static double mel(double hz) {
    return 1127 * Math.log1p(hz / 700);
  }

  private void placeTriangles(Band range, double hzPerBin) {
    double low = mel(range.fromHz());
    double step = (mel(range.toHz()) - low) / (weights.length + 1);
    double[] weight = new double[spectrum.length];
    for (int b = 0; b < weights.length; b++) {
      int first = spectrum.length;
      int last = -1;
      for (int k = 1; k < spectrum.length; k++) {
        double rise = (mel(k * hzPerBin) - (low + b * step)) / step;
        weight[k] = Math.max(0, Math.min(rise, 2 - rise));
        if (weight[k] > 0) {
          first = Math.min(first, k);
          last = k;
        }
      }
      firstBin[b] = first;
      weights[b] = last < 0 ? new double[0] : Arrays.copyOfRange(weight, first, last + 1);
    }
  }

  int frames() {
    return kept.count();
  }

  int frameSamples() {
    return window.length;
  }

  /** The frames asked for from now on are those of a window at {@code position} of the stream. */
  void begin(long position) {
    kept.begin(position);
  }

  /**
   * The bands of one frame of this window, which nobody may write to.
   *
   * @param emphasis how much of the sample before is taken off each one; before the window's first
   *     there is none, and so its first frame is no other window's
   */
  double[] bands(float[] samples, int frame, double emphasis, Weighs weighs) {
    boolean opens = frame == 0 && emphasis != 0;
    double[] out = opens ? opening : kept.row(frame);
    if (opens || !kept.isKnown(frame)) {
      transform(samples, frame * hop, emphasis, weighs);
      weigh(out);
      kept.worked(frame);
    }
    return out;
  }

  private void weigh(double[] out) {
    for (int b = 0; b < weights.length; b++) {
      double sum = 0;
      for (int i = 0; i < weights[b].length; i++) {
        sum += weights[b][i] * spectrum[firstBin[b] + i];
      }
      out[b] = sum;
    }
  }

  private void transform(float[] samples, int start, double emphasis, Weighs weighs) {
    double[] re = fourier.re();
    double[] im = fourier.im();
    for (int n = 0; n < window.length; n++) {
      double before = start + n == 0 ? 0 : samples[start + n - 1];
      re[n] = (samples[start + n] - emphasis * before) * window[n];
    }
    Arrays.fill(re, window.length, re.length, 0);
    Arrays.fill(im, 0);
    fourier.forward();
    for (int k = 0; k < spectrum.length; k++) {
      double power = re[k] * re[k] + im[k] * im[k];
      spectrum[k] = weighs == Weighs.POWER ? power : Math.sqrt(power);
    }
  }

  /** One over the largest sample that is a finite number, or 1 where none is above 0. */
  static double peakGain(float[] samples, int count) {
    float largest = 0;
    for (int i = 0; i < count; i++) {
      if (samples[i] > largest && samples[i] <= Float.MAX_VALUE) {
        largest = samples[i];
      }
    }
    return largest > 0 ? 1.0 / largest : 1;
  }
}
