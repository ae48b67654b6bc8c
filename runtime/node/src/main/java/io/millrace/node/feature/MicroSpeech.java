package io.millrace.node.feature;

import io.millrace.node.feature.FeatureSettings.MicroScale;
import io.millrace.node.window.Window;
import io.millrace.program.Quantization;

/** {@link FeatureSettings.MicroSpeech}: what a model's input makes of the frames. */
final class MicroSpeech implements FeatureExtractor {
  private static final double REAL_PER_STEP = 1 / 25.6;

  private final MicroStream stream;
  private final boolean stored;
  private final float inputScale;
  private final int inputZeroPoint;

  MicroSpeech(MicroScale scale, MicroStream stream, Quantization input) {
    this.stream = stream;
    stored = scale == MicroScale.STORED;
    if (stored && (input.isNone() || input.isPerAxis())) {
      throw new IllegalArgumentException(
          "micro-speech with 'scale: stored' needs a model whose input is INT8; use 'scale: real'");
    }
    inputScale = stored ? input.scale() : 1;
    inputZeroPoint = stored ? input.zeroPoint() : 0;
  }

  @Override
  public int length() {
    return stream.frames() * stream.bands();
  }

  @Override
  public void extract(float[] samples, float[] out, int offset) {
    int[][] frames = stream.alone(samples);
    for (int f = 0; f < frames.length; f++) {
      write(frames[f], out, offset + f * stream.bands());
    }
  }

  @Override
  public void extract(Window window, float[] out, int offset) {
    long first = stream.firstFrame(window);
    if (first < 0) {
      extract(window.values(), out, offset);
      return;
    }
    for (int f = 0; f < stream.frames(); f++) {
      write(stream.frame(first + f), out, offset + f * stream.bands());
    }
  }

  private void write(int[] bands, float[] out, int at) {
    for (int b = 0; b < bands.length; b++) {
      out[at + b] = stored ? asStored(bands[b]) : (float) (bands[b] * REAL_PER_STEP);
    }
  }

  /** The real number that the model's input stores as the wanted integer. */
  private float asStored(int band) {
    int wanted = Math.min(127, (band * 256 + 333) / 666 - 128);
    return (wanted - inputZeroPoint) * inputScale;
  }
}
