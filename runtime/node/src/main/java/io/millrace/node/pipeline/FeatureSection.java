package io.millrace.node.pipeline;

import io.millrace.node.feature.FeatureSettings;
import io.millrace.node.feature.FeatureSettings.Band;
import io.millrace.node.feature.FeatureSettings.LogAxis;
import io.millrace.node.feature.FeatureSettings.MicroNoise;
import io.millrace.node.feature.FeatureSettings.MicroScale;
import io.millrace.node.feature.FeatureSettings.MicroSpeech;
import io.millrace.node.feature.FeatureSettings.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The {@code features} section: one kind, or a list of kinds. */
final class FeatureSection {
  private static final String[] KINDS = {
    "spectrum", "log-mel", "mfcc", "filterbank-energy", "micro-speech", "image"
  };
  private static final int MAX_TRANSFORM = 1 << 20;

  private FeatureSection() {}

  static List<FeatureSettings> read(Section top) throws PipelineException {
    List<FeatureSettings> all = new ArrayList<>();
    for (Entry entry : top.optional("features", List.<Entry>of(), Entry::list)) {
      all.add(one(entry));
    }
    return all.isEmpty() ? List.of(new FeatureSettings.None()) : all;
  }

  private static FeatureSettings one(Entry entry) throws PipelineException {
    if (!entry.isMapping()) {
      entry.word("none");
      return new FeatureSettings.None();
    }
    Section s = entry.section(KINDS);
    if (s.entries().size() != 1) {
      throw entry.bad("name one of " + String.join(", ", KINDS) + "; several kinds are a list");
    }
    String kind = s.entries().keySet().iterator().next();
    Entry of = s.required(kind);
    return switch (kind) {
      case "spectrum" -> spectrum(of);
      case "log-mel" -> logMel(of);
      case "mfcc" -> mfcc(of);
      case "filterbank-energy" -> filterbankEnergy(of);
      case "micro-speech" -> microSpeech(of);
      default -> image(of);
    };
  }

  private static FeatureSettings mfcc(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "frame",
            "hop",
            "fft-length",
            "bands",
            "from",
            "to",
            "power",
            "scale",
            "floor",
            "coefficients",
            "peak");
    FeatureSettings.LogMel mel = logMel(entry, s);
    int coefficients = s.required("coefficients").integer(1, 4096);
    boolean peak = s.optional("peak", false, Entry::bool);
    return entry.make(() -> new FeatureSettings.Mfcc(mel, coefficients, peak));
  }

  private static FeatureSettings filterbankEnergy(Entry entry) throws PipelineException {
    Section s = entry.section("frame", "hop", "fft-length", "bands", "from", "to", "peak");
    var frame = s.required("frame").span();
    var hop = s.required("hop").span();
    OptionalInt fftLength = count(s, "fft-length");
    int bands = s.required("bands").integer(1, 4096);
    Band range = range(entry, s);
    boolean peak = s.optional("peak", false, Entry::bool);
    return entry.make(
        () -> new FeatureSettings.FilterbankEnergy(frame, hop, fftLength, bands, range, peak));
  }

  private static FeatureSettings microSpeech(Entry entry) throws PipelineException {
    if (!entry.isMapping()) {
      entry.word("default");
      return MicroSpeech.DEFAULT;
    }
    Section s = entry.section("frame", "hop", "bands", "from", "to", "pcan", "scale", "noise");
    MicroSpeech d = MicroSpeech.DEFAULT;
    var frame = s.optional("frame", d.frame(), Entry::span);
    var hop = s.optional("hop", d.hop(), Entry::span);
    int bands = s.optional("bands", d.bands(), e -> e.integer(1, 128));
    double from = s.optional("from", d.range().fromHz(), e -> e.quantity(Unit.FREQUENCY, true));
    double to = s.optional("to", d.range().toHz(), e -> e.quantity(Unit.FREQUENCY, false));
    boolean pcan = s.optional("pcan", true, Entry::bool);
    MicroScale scale =
        s.optional("scale", "stored", e -> e.word("stored", "real")).equals("stored")
            ? MicroScale.STORED
            : MicroScale.REAL;
    MicroNoise noise =
        s.optional("noise", "stream", e -> e.word("stream", "window")).equals("stream")
            ? MicroNoise.STREAM
            : MicroNoise.WINDOW;
    return entry.make(
        () -> new MicroSpeech(frame, hop, bands, new Band(from, to), pcan, scale, noise));
  }

  private static FeatureSettings image(Entry entry) throws PipelineException {
    Section s = entry.section("mean", "scale", "layout");
    List<Double> means = numbers(s, "mean", 0);
    List<Double> scales = numbers(s, "scale", 1);
    boolean planes = s.optional("layout", "hwc", e -> e.word("hwc", "chw")).equals("chw");
    return entry.make(() -> new FeatureSettings.Image(means, scales, planes));
  }

  private static List<Double> numbers(Section s, String key, double absent)
      throws PipelineException {
    List<Double> numbers = new ArrayList<>();
    for (Entry e : s.optional(key, List.<Entry>of(), Entry::list)) {
      numbers.add(e.number());
    }
    return numbers.isEmpty() ? List.of(absent) : numbers;
  }

  private static FeatureSettings spectrum(Entry entry) throws PipelineException {
    Section s =
        entry.section("fft-length", "first-bin", "bins", "axis", "scale", "floor", "envelope");
    var axis = s.optional("axis", FeatureSection::axis);
    if (axis.isPresent()) {
      s.refuse("means nothing with 'axis', which says what is kept", "first-bin", "bins");
    }
    OptionalInt fftLength = count(s, "fft-length");
    int firstBin = s.optional("first-bin", 0, e -> e.integer(0, MAX_TRANSFORM));
    OptionalInt bins = count(s, "bins");
    Scale scale = s.optional("scale", Scale.LINEAR, FeatureSection::scale);
    double floor = s.optional("floor", 1e-6, Entry::number);
    var envelope = s.optional("envelope", FeatureSection::band);
    return entry.make(() ->
        new FeatureSettings.Spectrum(fftLength, firstBin, bins, scale, floor, envelope, axis));
  }

  private static FeatureSettings logMel(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "frame", "hop", "fft-length", "bands", "from", "to", "power", "scale", "floor");
    return logMel(entry, s);
  }

  private static FeatureSettings.LogMel logMel(Entry entry, Section s) throws PipelineException {
    var frame = s.required("frame").span();
    var hop = s.required("hop").span();
    OptionalInt fftLength = count(s, "fft-length");
    int bands = s.required("bands").integer(1, 4096);
    Band range = range(entry, s);
    boolean squared = s.optional("power", false, Entry::bool);
    Scale scale = s.optional("scale", Scale.LN, FeatureSection::scale);
    double floor = s.optional("floor", 1e-6, Entry::number);
    return entry.make(() ->
        new FeatureSettings.LogMel(frame, hop, fftLength, bands, range, squared, scale, floor));
  }

  private static LogAxis axis(Entry entry) throws PipelineException {
    Section s = entry.section("from", "to", "points");
    double from = s.required("from").quantity(Unit.FREQUENCY, false);
    double to = s.required("to").quantity(Unit.FREQUENCY, false);
    int points = s.required("points").integer(2, MAX_TRANSFORM);
    return entry.make(() -> new LogAxis(from, to, points));
  }

  private static Band band(Entry entry) throws PipelineException {
    return range(entry, entry.section("from", "to"));
  }

  private static Band range(Entry entry, Section s) throws PipelineException {
    double from = s.required("from").quantity(Unit.FREQUENCY, true);
    double to = s.required("to").quantity(Unit.FREQUENCY, false);
    return entry.make(() -> new Band(from, to));
  }

  private static Scale scale(Entry entry) throws PipelineException {
    return switch (entry.word("linear", "log10", "ln")) {
      case "linear" -> Scale.LINEAR;
      case "log10" -> Scale.LOG10;
      default -> Scale.LN;
    };
  }

  private static OptionalInt count(Section s, String key) throws PipelineException {
    return s.optional(key, OptionalInt.empty(), e -> OptionalInt.of(e.integer(1, MAX_TRANSFORM)));
  }
}
