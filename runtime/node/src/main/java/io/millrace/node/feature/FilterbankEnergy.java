package io.millrace.node.feature;

import io.millrace.sensors.SampleFormat;

/** {@link FeatureSettings.FilterbankEnergy}. */
final class FilterbankEnergy implements FeatureExtractor {
  private static final double EMPHASIS = 1 - 1 / 32.0;
  private static final double LEAST_ENERGY = 1e-30;
  private static final double OFFSET_DB = 52;
  private static final double RANGE_DB = 64;

  private final MelBank bank;
  private final int windowSamples;
  private final boolean peak;
  private final double[] bands;

  FilterbankEnergy(
      FeatureSettings.FilterbankEnergy settings, SampleFormat format, int windowSamples) {
    bank =
        new MelBank(
            settings.frame(),
            settings.hop(),
            settings.fftLength(),
            settings.bands(),
            settings.range(),
            FilterbankEnergy::hamming,
            format,
            windowSamples);
    this.windowSamples = windowSamples;
    peak = settings.peak();
    bands = new double[settings.bands()];
  }

  /** {@code 0.54 - 0.46 cos(2 pi n / (N - 1))}: symmetric. */
  private static double[] hamming(int length) {
    double[] w = new double[length];
    for (int n = 0; n < length; n++) {
      w[n] = length == 1 ? 1 : 0.54 - 0.46 * Math.cos(2 * Math.PI * n / (length - 1));
    }
    return w;
  }

  @Override
  public int length() {
    return bank.frames() * bands.length;
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    double gain = peak ? MelBank.peakGain(samples, windowSamples) : 1;
    int at = offset;
    for (int f = 0; f < bank.frames(); f++) {
      bank.bands(samples, f, gain, EMPHASIS, MelBank.Weighs.POWER, bands);
      for (double band : bands) {
        double energy = Math.max(LEAST_ENERGY, band / bank.frameSamples());
        double level = (10 * Math.log10(energy) + OFFSET_DB) / RANGE_DB;
        out[at++] = (float) Math.max(0, Math.min(1, level));
      }
    }
  }
}
