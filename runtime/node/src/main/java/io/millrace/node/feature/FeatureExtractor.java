package io.millrace.node.feature;

import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.util.List;

/** Works out the features of a window. For one thread; allocates nothing while it works. */
public interface FeatureExtractor {
  /** How many values {@link #extract} writes. */
  int length();

  /**
   * Writes the features of one window.
   *
   * @param samples [sample, channel]
   * @param out where to, {@link #length} values from {@code offset}, in real units
   */
  void extract(float[] samples, float[] out, int offset);

  /**
   * The extractor for one or several kinds of features, which stand one behind the other.
   *
   * @param input quantization of the model's input, for samples that are stored integers
   * @throws IllegalArgumentException saying which setting does not fit this sensor or window
   */
  static FeatureExtractor of(
      List<FeatureSettings> settings, SampleFormat format, int windowSamples, Quantization input) {
    List<FeatureExtractor> parts =
        settings.stream().map(s -> of(s, format, windowSamples, input)).toList();
    return parts.size() == 1 ? parts.getFirst() : new Joined(parts);
  }

  private static FeatureExtractor of(
      FeatureSettings settings, SampleFormat format, int windowSamples, Quantization input) {
    return switch (settings) {
      case FeatureSettings.None none -> new PassThrough(format, windowSamples, input);
      case FeatureSettings.Spectrum s -> new Spectrum(s, format, windowSamples);
      case FeatureSettings.LogMel m -> new LogMel(m, format, windowSamples);
      case FeatureSettings.Mfcc m -> new Mfcc(m, format, windowSamples);
      case FeatureSettings.FilterbankEnergy e -> new FilterbankEnergy(e, format, windowSamples);
      case FeatureSettings.MicroSpeech m -> new MicroSpeech(m, format, windowSamples, input);
      case FeatureSettings.Image i -> new ImageLevels(i, format, windowSamples);
    };
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
  }
}
