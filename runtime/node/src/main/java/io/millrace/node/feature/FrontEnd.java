package io.millrace.node.feature;

import io.millrace.node.window.Window;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * The front end of one stream of windows. Models come and go; what was heard stays: every extractor
 * that this hands out works on the same frames, and those that windows share are worked out once.
 * For one thread, but for {@link #extractor}; allocates nothing while it works.
 */
public final class FrontEnd {
  private final List<Part> parts = new ArrayList<>();
  private final SampleFormat format;
  private final int windowSamples;

  /** One kind of features, and what it has heard if it goes on over the stream. */
  private record Part(FeatureSettings settings, FeatureExtractor shared, MicroStream stream) {}

  /**
   * The front end for one or several kinds of features, which stand one behind the other.
   *
   * @param historySamples for how long, beyond a window, frames of a stream are kept: windows that
   *     come back later than that are worked out on their own
   * @throws IllegalArgumentException saying which setting does not fit this sensor or window
   */
  public FrontEnd(
      List<FeatureSettings> settings, SampleFormat format, int windowSamples, long historySamples) {
    this.format = format;
    this.windowSamples = windowSamples;
    for (FeatureSettings s : settings) {
      parts.add(
          switch (s) {
            case FeatureSettings.None none -> new Part(none, null, null);
            case FeatureSettings.Spectrum of ->
                new Part(s, new Spectrum(of, format, windowSamples), null);
            case FeatureSettings.LogMel of ->
                new Part(s, new LogMel(of, format, windowSamples), null);
            case FeatureSettings.Mfcc of -> new Part(s, new Mfcc(of, format, windowSamples), null);
            case FeatureSettings.FilterbankEnergy of ->
                new Part(s, new FilterbankEnergy(of, format, windowSamples), null);
            case FeatureSettings.MicroSpeech of ->
                new Part(s, null, new MicroStream(of, format, windowSamples, historySamples));
            case FeatureSettings.Image of ->
                new Part(s, new ImageLevels(of, format, windowSamples), null);
          });
    }
  }

  /**
   * What a model takes. Any thread may ask for it; it works in the thread of the windows.
   *
   * @param input quantization of the model's input, for samples that are stored integers
   * @throws IllegalArgumentException if the input is not one that the settings can be stored in
   */
  public FeatureExtractor extractor(Quantization input) {
    List<FeatureExtractor> all = new ArrayList<>();
    for (Part part : parts) {
      all.add(
          switch (part.settings()) {
            case FeatureSettings.None none -> new PassThrough(format, windowSamples, input);
            case FeatureSettings.MicroSpeech of ->
                new MicroSpeech(of.scale(), part.stream(), input);
            default -> part.shared();
          });
    }
    return all.size() == 1 ? all.getFirst() : new FeatureExtractor.Joined(all);
  }

  /**
   * Hears a window, whether or not its features will be asked for: what goes on over the stream
   * then knows it. Windows that were heard before are passed over.
   */
  public void hear(Window window) {
    for (int i = 0; i < parts.size(); i++) {
      MicroStream stream = parts.get(i).stream();
      if (stream != null) {
        stream.hear(window);
      }
    }
  }
}
