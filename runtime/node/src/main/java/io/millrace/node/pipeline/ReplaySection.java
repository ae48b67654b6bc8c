package io.millrace.node.pipeline;

import io.millrace.node.pipeline.SensorSettings.Format;
import io.millrace.node.window.Span;
import io.millrace.sensors.replay.CsvRecording;
import io.millrace.sensors.replay.ReplayOptions;
import io.millrace.sensors.replay.TensorRecording;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The {@code sensor} section of a recording. */
final class ReplaySection {
  private ReplaySection() {}

  static SensorSettings read(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "replay",
            "format",
            "pace",
            "loop",
            "limit",
            "buffer",
            "type",
            "shape",
            "rate",
            "columns",
            "time",
            "resample",
            "pictures");
    Entry replay = s.required("replay");
    Path file = replay.path();
    String ending = file.toString().replaceAll(".*\\.", "").toLowerCase(Locale.ROOT);
    String format =
        s.has("format")
            ? s.required("format").word("wav", "csv", "tensor", "pictures")
            : s.has("pictures")
                ? "pictures"
                : switch (ending) {
                  case "wav", "csv" -> ending;
                  case "bin" -> "tensor";
                  default -> throw replay.bad("give 'format': the ending does not tell it");
                };
    Format how =
        switch (format) {
          case "wav" -> wav(s);
          case "csv" -> csv(s);
          case "pictures" -> pictures(s);
          default -> tensor(s);
        };
    boolean fast = s.optional("pace", "real", e -> e.word("real", "fast")).equals("fast");
    if (fast) {
      s.refuse("means nothing at 'pace: fast', which never loses samples", "buffer");
    }
    ReplayOptions options =
        new ReplayOptions(
            s.optional("loop", false, Entry::bool),
            s.optional("limit", 0L, ReplaySection::samples),
            s.optional("buffer", 0L, ReplaySection::samples));
    SensorSettings settings = new SensorSettings.Replay(file, how, fast, options);
    if (settings.givesWindows()) {
      s.refuse("means nothing where each sample is a window's worth", "resample");
    }
    if (!format.equals("pictures")) {
      s.refuse("means nothing for other recordings than folders of pictures", "pictures");
    }
    return SensorSection.resampled(settings, s);
  }

  private static long samples(Entry entry) throws PipelineException {
    if (entry.span() instanceof Span.Samples samples) {
      return samples.count();
    }
    throw entry.bad("'" + entry.text() + "' must be a number of samples, such as '100 samples'");
  }

  private static Format wav(Section s) throws PipelineException {
    s.refuse("means nothing for a WAVE file", "type", "shape", "rate", "columns", "time");
    return new Format.Wav();
  }

  private static Format csv(Section s) throws PipelineException {
    s.refuse("means nothing for a CSV file", "type", "shape");
    List<String> columns = new ArrayList<>();
    for (Entry column : s.optional("columns", List.<Entry>of(), Entry::list)) {
      columns.add(column.text());
    }
    Optional<CsvRecording.TimeColumn> time = s.optional("time", ReplaySection::timeColumn);
    if (time.isEmpty()) {
      s.required("rate");
    }
    OptionalDouble rate = s.optional("rate", OptionalDouble.empty(), ReplaySection::optionalRate);
    return new Format.Csv(new CsvRecording.Options(columns, time, rate));
  }

  private static Format pictures(Section s) throws PipelineException {
    s.refuse("means nothing for pictures", "type", "shape", "columns", "time");
    return new Format.Pictures(
        CameraSection.picture(s.required("pictures")),
        s.required("rate").quantity(Unit.RATE, false));
  }

  private static OptionalDouble optionalRate(Entry entry) throws PipelineException {
    return OptionalDouble.of(entry.quantity(Unit.RATE, false));
  }

  private static CsvRecording.TimeColumn timeColumn(Entry entry) throws PipelineException {
    Section s = entry.section("column", "unit");
    double unit =
        switch (s.required("unit").word("s", "ms", "us", "ns")) {
          case "s" -> 1;
          case "ms" -> 1e-3;
          case "us" -> 1e-6;
          default -> 1e-9;
        };
    return new CsvRecording.TimeColumn(s.required("column").text(), unit);
  }

  private static Format tensor(Section s) throws PipelineException {
    s.refuse("means nothing for raw tensors", "columns", "time");
    List<Integer> shape = new ArrayList<>();
    long elements = 1;
    for (Entry extent : s.required("shape").list()) {
      shape.add(extent.integer(1, 1 << 28));
      elements *= shape.getLast();
      if (elements > 1 << 28) {
        throw extent.bad("the tensor has more than 2^28 elements");
      }
    }
    TensorRecording.Type type =
        switch (s.required("type").word("int8", "uint8", "int16", "float32")) {
          case "int8" -> TensorRecording.Type.INT8;
          case "uint8" -> TensorRecording.Type.UINT8;
          case "int16" -> TensorRecording.Type.INT16;
          default -> TensorRecording.Type.FLOAT32;
        };
    return new Format.Tensor(type, shape, s.required("rate").quantity(Unit.RATE, false));
  }
}
