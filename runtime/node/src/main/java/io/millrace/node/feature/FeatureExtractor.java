package io.millrace.node.feature;

import io.millrace.node.window.Window;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.util.List;

/** Works out the features of a window. For one thread; allocates nothing while it works. */
public interface FeatureExtractor {
  /** How many values {@link #extract} writes. */
  int length();

  /**
   * Writes the features of one window, whatever came before it.
   *
   * @param samples [sample, channel]
   * @param out where to, {@link #length} values from {@code offset}, in real units
   */
  void extract(float[] samples, float[] out, int offset);

  /**
   * Writes the features of a window of a stream. They are those of the window on its own, worked
   * out with less effort where windows overlap, except for features that say that they go on over
   * the stream.
   *
   * @param out where to, {@link #length} values from {@code offset}, in real units
   */
  default void extract(Window window, float[] out, int offset) {
    extract(window.values(), out, offset);
  }

  /**
   * The extractor of a {@link FrontEnd} that no other model shares.
   *
   * @param input quantization of the model's input, for samples that are stored integers
   * @throws IllegalArgumentException saying which setting does not fit this sensor or window
   */
  static FeatureExtractor of(
      List<FeatureSettings> settings, SampleFormat format, int windowSamples, Quantization input) {
    return new FrontEnd(settings, format, windowSamples).extractor(input);
  }

  /** Several kinds of features of one window. */
  record Joined(List<FeatureExtractor> parts, int length) implements FeatureExtractor {
    Joined(List<FeatureExtractor> parts) {
      this(List.copyOf(parts), parts.stream().mapToInt(FeatureExtractor::length).sum());
    }

    @Override
    public void extract(float[] samples, float[] out, int offset) {
      int at = offset;
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).extract(samples, out, at);
        at += parts.get(i).length();
      }
    }

    @Override
    public void extract(Window window, float[] out, int offset) {
      int at = offset;
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).extract(window, out, at);
        at += parts.get(i).length();
      }
    }
  }
}
