package io.millrace.node.feature;

import io.millrace.sensors.SampleFormat;

/** {@link FeatureSettings.LogMel}. */
final class LogMel implements FeatureExtractor {
  private final FeatureSettings.LogMel settings;
  private final MelBank bank;
  private final MelBank.Weighs weighs;
  private final double[] bands;

  LogMel(FeatureSettings.LogMel settings, SampleFormat format, int windowSamples) {
    this.settings = settings;
    bank =
        new MelBank(
            settings.frame(),
            settings.hop(),
            settings.fftLength(),
            settings.bands(),
            settings.range(),
            Fourier::hann,
            format,
            windowSamples);
    weighs = settings.squared() ? MelBank.Weighs.POWER : MelBank.Weighs.MAGNITUDE;
    bands = new double[settings.bands()];
  }

  int frames() {
    return bank.frames();
  }

  /** Scaled bands of one frame of samples that are multiplied by {@code gain}; not a copy. */
  double[] frame(float[] samples, int frame, double gain) {
    bank.bands(samples, frame, gain, 0, weighs, bands);
    for (int b = 0; b < bands.length; b++) {
      bands[b] = settings.scale().of(bands[b], settings.floor());
    }
    return bands;
  }

  @Override
  public int length() {
    return bank.frames() * bands.length;
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    int at = offset;
    for (int f = 0; f < bank.frames(); f++) {
      double[] scaled = frame(samples, f, 1);
      for (int b = 0; b < scaled.length; b++) {
        out[at++] = (float) scaled[b];
      }
    }
  }
}
