package io.millrace.node.feature;

import io.millrace.node.feature.FeatureSettings.MicroScale;
import io.millrace.node.window.Window;
import io.millrace.program.Quantization;

/** {@link FeatureSettings.MicroSpeech}: what a model's input makes of the frames. */
final class MicroSpeech implements FeatureExtractor {
  private static final double REAL_PER_STEP = 1 / 25.6;

  private final FrontEnd frontEnd;
  private final int noted;
  private final MicroStream stream;
  private final boolean stored;
  private final float inputScale;
  private final int inputZeroPoint;

  /**
   * @param noted where the front end notes this stream's frames in a window
   */
  MicroSpeech(
      MicroScale scale, FrontEnd frontEnd, int noted, MicroStream stream, Quantization input) {
    this.frontEnd = frontEnd;
    this.noted = noted;
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
      write(frames[f], 0, stream.bands(), out, offset + f * stream.bands());
    }
  }

  @Override
  public void extract(Window window, float[] out, int offset) {
    frontEnd.hear(window);
    if (stream.goesOn() && window.isNotedBy(frontEnd)) {
      write(window.notes(0), noted, length(), out, offset);
    } else {
      extract(window.values(), out, offset);
    }
  }

  private void write(int[] bands, int from, int count, float[] out, int at) {
    for (int b = 0; b < count; b++) {
      int band = bands[from + b];
      out[at + b] = stored ? asStored(band) : (float) (band * REAL_PER_STEP);
    }
  }

  /** The real number that the model's input stores as the wanted integer. */
  private float asStored(int band) {
    int wanted = Math.min(127, (band * 256 + 333) / 666 - 128);
    return (wanted - inputZeroPoint) * inputScale;
  }
}
