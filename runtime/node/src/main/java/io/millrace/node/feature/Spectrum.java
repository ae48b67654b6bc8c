package io.millrace.node.feature;

import io.millrace.sensors.SampleFormat;
import java.util.Arrays;

/**
 * {@link FeatureSettings.Spectrum}. Amplitudes are scaled by the sum of the window, as G. Heinzel,
 * A. Ruediger and R. Schilling, Spectrum and spectral density estimation by the Discrete Fourier
 * transform (2002), section 9, do for the linear spectrum, of peaks instead of RMS. The squared
 * envelope is that of the analytic signal within a band, relative to its mean: R. B. Randall and J.
 * Antoni, Rolling element bearing diagnostics - A tutorial, Mechanical Systems and Signal
 * Processing 25 (2011), section 3.
 */
final class Spectrum implements FeatureExtractor {
  private final FeatureSettings.Spectrum settings;
  private final int channels;
  private final int samples;
  private final int bins;
  private final double[] hann;
  private final double amplitude;
  private final Fourier fourier;
  private final int bandFrom;
  private final int bandTo;
  private final int[] pointBin;
  private final double[] pointShare;

  Spectrum(FeatureSettings.Spectrum settings, SampleFormat format, int windowSamples) {
    this.settings = settings;
    channels = format.width();
    samples = windowSamples;
    if (windowSamples < 2) {
      throw new IllegalArgumentException(
          "a window of 1 sample has no spectrum; make it longer than %s s"
              .formatted(1 / format.rateHz()));
    }
    int length = settings.fftLength().orElse(Fourier.lengthFor(windowSamples));
    fourier = new Fourier(length);
    if (length < windowSamples) {
      throw new IllegalArgumentException(
          "fft-length %d is below the window's %d samples".formatted(length, windowSamples));
    }
    int most = length / 2 + 1 - settings.firstBin();
    bins = settings.bins().orElse(most);
    if (settings.firstBin() < 0 || bins < 1 || bins > most) {
      throw new IllegalArgumentException(
          "first-bin %d and bins %d do not lie within the %d bins of fft-length %d"
              .formatted(settings.firstBin(), bins, length / 2 + 1, length));
    }
    double binHz = format.rateHz() / length;
    int points = settings.axis().map(FeatureSettings.LogAxis::points).orElse(0);
    pointBin = new int[points];
    pointShare = new double[points];
    settings.axis().ifPresent(axis -> place(axis, binHz));
    hann = Fourier.hann(windowSamples);
    amplitude = 2 / Arrays.stream(hann).sum();
    bandFrom = settings.envelope().map(b -> (int) Math.ceil(b.fromHz() / binHz)).orElse(0);
    bandTo = settings.envelope().map(b -> (int) Math.floor(b.toHz() / binHz)).orElse(0);
    if (settings.envelope().isPresent() && (length != windowSamples || bandTo > length / 2)) {
      throw new IllegalArgumentException(
          "an envelope needs a window of a power of two samples (it has %d) and a band up to %s Hz at most"
              .formatted(windowSamples, format.rateHz() / 2));
    }
  }

  private void place(FeatureSettings.LogAxis axis, double binHz) {
    int lastBin = fourier.re().length / 2;
    if (axis.toHz() > lastBin * binHz) {
      throw new IllegalArgumentException(
          "an axis up to %s Hz ends above half of the rate, %s Hz"
              .formatted(axis.toHz(), lastBin * binHz));
    }
    double octaves = Math.log(axis.toHz() / axis.fromHz());
    for (int p = 0; p < pointBin.length; p++) {
      double bin = axis.fromHz() * Math.exp(octaves * p / (axis.points() - 1)) / binHz;
      pointBin[p] = Math.min((int) bin, lastBin - 1);
      pointShare[p] = bin - pointBin[p];
    }
  }

  @Override
  public int length() {
    return channels * (pointBin.length > 0 ? pointBin.length : bins);
  }

  @Override
  public void extract(float[] values, float[] out, int offset) {
    double[] re = fourier.re();
    double[] im = fourier.im();
    for (int c = 0; c < channels; c++) {
      for (int n = 0; n < samples; n++) {
        re[n] = values[n * channels + c];
      }
      Arrays.fill(re, samples, re.length, 0);
      Arrays.fill(im, 0);
      if (settings.envelope().isPresent()) {
        squareEnvelope(re, im);
      }
      for (int n = 0; n < samples; n++) {
        re[n] *= hann[n];
      }
      fourier.forward();
      for (int p = 0; p < pointBin.length; p++) {
        double low = level(pointBin[p]);
        double high = level(pointBin[p] + 1);
        out[offset + c * pointBin.length + p] = (float) (low + (high - low) * pointShare[p]);
      }
      for (int b = 0; pointBin.length == 0 && b < bins; b++) {
        out[offset + c * bins + b] = (float) level(settings.firstBin() + b);
      }
    }
  }

  /** The scaled amplitude of one bin. */
  private double level(int k) {
    double re = fourier.re()[k];
    double im = fourier.im()[k];
    return settings.scale().of(Math.sqrt(re * re + im * im) * amplitude, settings.floor());
  }

  /** Replaces the signal by its squared envelope within the band, divided by its mean, less 1. */
  private void squareEnvelope(double[] re, double[] im) {
    fourier.forward();
    Arrays.fill(re, 0, bandFrom, 0);
    Arrays.fill(im, 0, bandFrom, 0);
    Arrays.fill(re, bandTo + 1, re.length, 0);
    Arrays.fill(im, bandTo + 1, im.length, 0);
    fourier.inverse();
    double sum = 0;
    for (int n = 0; n < re.length; n++) {
      re[n] = re[n] * re[n] + im[n] * im[n];
      sum += re[n];
    }
    // silence has no envelope; it must not become NaN
    double perMean = sum > 0 ? re.length / sum : 0;
    for (int n = 0; n < re.length; n++) {
      re[n] = sum > 0 ? re[n] * perMean - 1 : 0;
    }
    Arrays.fill(im, 0);
  }
}
