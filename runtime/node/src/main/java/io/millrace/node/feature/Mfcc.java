package io.millrace.node.feature;

import io.millrace.node.window.Window;
import io.millrace.sensors.SampleFormat;

/** {@link FeatureSettings.Mfcc}. */
final class Mfcc implements FeatureExtractor {
  private final LogMel mel;
  private final int windowSamples;
  private final boolean peak;
  private final double[][] cosines;

  Mfcc(FeatureSettings.Mfcc settings, SampleFormat format, int windowSamples) {
    mel = new LogMel(settings.mel(), format, windowSamples);
    this.windowSamples = windowSamples;
    peak = settings.peak();
    int bands = settings.mel().bands();
    cosines = new double[settings.coefficients()][bands];
    for (int k = 0; k < cosines.length; k++) {
      for (int b = 0; b < bands; b++) {
        cosines[k][b] = Math.sqrt(2.0 / bands) * Math.cos(Math.PI * k * (b + 0.5) / bands);
      }
    }
  }

  @Override
  public int length() {
    return mel.frames() * cosines.length;
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    mel.begin(Window.UNKNOWN);
    write(samples, out, offset);
  }

  @Override
  public void extract(Window window, float[] out, int offset) {
    mel.begin(window.position());
    write(window.values(), out, offset);
  }

  private void write(float[] samples, float[] out, int offset) {
    double gain = peak ? MelBank.peakGain(samples, windowSamples) : 1;
    int at = offset;
    for (int f = 0; f < mel.frames(); f++) {
      double[] bands = mel.frame(samples, f, gain);
      for (double[] cosine : cosines) {
        double sum = 0;
        for (int b = 0; b < bands.length; b++) {
          sum += cosine[b] * bands[b];
        }
        out[at++] = (float) sum;
      }
    }
  }
}
