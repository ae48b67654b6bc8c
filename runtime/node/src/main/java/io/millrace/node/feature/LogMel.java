package io.millrace.node.feature;

import io.millrace.node.window.Window;
import io.millrace.sensors.SampleFormat;

/** {@link FeatureSettings.LogMel}. */
final class LogMel implements FeatureExtractor {
  private final FeatureSettings.LogMel settings;
  private final MelBank bank;
  private final MelBank.Weighs weighs;
  private final double[] scaled;

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
    scaled = new double[settings.bands()];
  }

  int frames() {
    return bank.frames();
  }

  /** See {@link MelBank#begin}. */
  void begin(long position) {
    bank.begin(position);
  }

  /** Scaled bands of one frame of samples that are multiplied by {@code gain}; not a copy. */
  double[] frame(float[] samples, int frame, double gain) {
    double factor = weighs == MelBank.Weighs.POWER ? gain * gain : gain;
    double[] bands = bank.bands(samples, frame, 0, weighs);
    for (int b = 0; b < scaled.length; b++) {
      scaled[b] = settings.scale().of(bands[b] * factor, settings.floor());
    }
    return scaled;
  }

  @Override
  public int length() {
    return bank.frames() * scaled.length;
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    begin(Window.UNKNOWN);
    write(samples, out, offset);
  }

  @Override
  public void extract(Window window, float[] out, int offset) {
    begin(window.position());
    write(window.values(), out, offset);
  }

  private void write(float[] samples, float[] out, int offset) {
    int at = offset;
    for (int f = 0; f < bank.frames(); f++) {
      for (double band : frame(samples, f, 1)) {
        out[at++] = (float) band;
      }
    }
  }
}
