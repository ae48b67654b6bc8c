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
  private final int notes;

  /** One kind of features, and what it has heard if it goes on over the stream. */
  private record Part(
      FeatureSettings settings, FeatureExtractor shared, MicroStream stream, int noted) {
    Part(FeatureSettings settings, FeatureExtractor shared) {
      this(settings, shared, null, 0);
    }
  }

  /**
   * The front end for one or several kinds of features, which stand one behind the other.
   *
   * @throws IllegalArgumentException saying which setting does not fit this sensor or window
   */
  public FrontEnd(List<FeatureSettings> settings, SampleFormat format, int windowSamples) {
    this.format = format;
    this.windowSamples = windowSamples;
    int noted = 0;
    for (FeatureSettings s : settings) {
      Part part = part(s, noted);
      parts.add(part);
      boolean goesOn = part.stream() != null && part.stream().goesOn();
      noted += goesOn ? part.stream().frames() * part.stream().bands() : 0;
    }
    notes = noted;
  }

  private Part part(FeatureSettings settings, int noted) {
    return switch (settings) {
      case FeatureSettings.None none -> new Part(none, null);
      case FeatureSettings.Spectrum s -> new Part(s, new Spectrum(s, format, windowSamples));
      case FeatureSettings.LogMel m -> new Part(m, new LogMel(m, format, windowSamples));
      case FeatureSettings.Mfcc m -> new Part(m, new Mfcc(m, format, windowSamples));
      case FeatureSettings.FilterbankEnergy e ->
          new Part(e, new FilterbankEnergy(e, format, windowSamples));
      case FeatureSettings.MicroSpeech m ->
          new Part(m, null, new MicroStream(m, format, windowSamples), noted);
      case FeatureSettings.Image i -> new Part(i, new ImageLevels(i, format, windowSamples));
    };
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
            case FeatureSettings.MicroSpeech m ->
                new MicroSpeech(m.scale(), this, part.noted(), part.stream(), input);
            default -> part.shared();
          });
    }
    return all.size() == 1 ? all.getFirst() : new FeatureExtractor.Joined(all);
  }

  /**
   * Hears a window, whether or not its features will be asked for: what goes on over the stream
   * then knows it, and the window what was known then. To be called as windows come; one that was
   * heard before is passed over.
   */
  public void hear(Window window) {
    if (notes == 0 || window.position() == Window.UNKNOWN || window.isNotedBy(this)) {
      return;
    }
    int[] to = window.notes(notes);
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (part.stream() != null && part.stream().goesOn()) {
        part.stream().hear(window, to, part.noted());
      }
    }
    window.notedBy(this);
  }
}
