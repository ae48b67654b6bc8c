package io.millrace.node.feature;

import io.millrace.node.feature.FeatureSettings.MicroScale;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;

/** {@link FeatureSettings.MicroSpeech}. */
final class MicroSpeech implements FeatureExtractor {
  private static final double REAL_PER_STEP = 1 / 25.6;

  private final MicroFrontend frontend;
  private final int frames;
  private final int frameSamples;
  private final int hop;
  private final short[] samples16;
  private final int[] bands;
  private final boolean stored;
  private final float inputScale;
  private final int inputZeroPoint;

  MicroSpeech(
      FeatureSettings.MicroSpeech settings,
      SampleFormat format,
      int windowSamples,
      Quantization input) {
    frameSamples = settings.frame().samples(format.rateHz());
    hop = settings.hop().samples(format.rateHz());
    if (format.width() != 1 || frameSamples > windowSamples) {
      throw new IllegalArgumentException(
          "micro-speech takes one channel and frames within the window; %d channels, a frame of %d, a window of %d samples"
              .formatted(format.width(), frameSamples, windowSamples));
    }
    if (format.rateHz() != Math.rint(format.rateHz())) {
      throw new IllegalArgumentException(
          "micro-speech takes a rate of whole hertz, not " + format.rateHz());
    }
    stored = settings.scale() == MicroScale.STORED;
    if (stored && (input.isNone() || input.isPerAxis())) {
      throw new IllegalArgumentException(
          "micro-speech with 'scale: stored' needs a model whose input is INT8; use 'scale: real'");
    }
    inputScale = stored ? input.scale() : 1;
    inputZeroPoint = stored ? input.zeroPoint() : 0;
    frontend =
        new MicroFrontend(
            frameSamples,
            (int) format.rateHz(),
            settings.bands(),
            settings.range().fromHz(),
            settings.range().toHz(),
            settings.pcan());
    frames = (windowSamples - frameSamples) / hop + 1;
    samples16 = new short[windowSamples];
    bands = new int[settings.bands()];
  }

  @Override
  public int length() {
    return frames * bands.length;
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    for (int i = 0; i < samples16.length; i++) {
      samples16[i] = (short) Math.max(-32768, Math.min(32767, Math.rint(samples[i] * 32768.0)));
    }
    frontend.reset();
    int at = offset;
    for (int f = 0; f < frames; f++) {
      frontend.frame(samples16, f * hop, bands, 0);
      for (int band : bands) {
        out[at++] = stored ? asStored(band) : (float) (band * REAL_PER_STEP);
      }
    }
  }

  /** The real number that the model's input stores as the wanted integer. */
  private float asStored(int band) {
    int wanted = Math.min(127, (band * 256 + 333) / 666 - 128);
    return (wanted - inputZeroPoint) * inputScale;
  }
}
