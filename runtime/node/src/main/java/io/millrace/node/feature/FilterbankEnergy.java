package io.millrace.node.feature;

import io.millrace.node.window.Window;
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
  private final int bands;

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
    bands = settings.bands();
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
    return bank.frames() * bands;
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    bank.begin(Window.UNKNOWN);
    write(samples, out, offset);
  }

  @Override
  public void extract(Window window, float[] out, int offset) {
    bank.begin(window.position());
    write(window.values(), out, offset);
  }

  private void write(float[] samples, float[] out, int offset) {
    double gain = peak ? MelBank.peakGain(samples, windowSamples) : 1;
    double factor = gain * gain / bank.frameSamples();
    int at = offset;
    for (int f = 0; f < bank.frames(); f++) {
      for (double band : bank.bands(samples, f, EMPHASIS, MelBank.Weighs.POWER)) {
        double energy = Math.max(LEAST_ENERGY, band * factor);
        double level = (10 * Math.log10(energy) + OFFSET_DB) / RANGE_DB;
        out[at++] = (float) Math.max(0, Math.min(1, level));
      }
    }
  }
}
