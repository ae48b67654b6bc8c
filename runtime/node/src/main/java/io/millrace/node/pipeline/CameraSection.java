package io.millrace.node.pipeline;

import io.millrace.sensors.camera.CameraCapture;
import io.millrace.sensors.camera.PictureSettings;
import io.millrace.sensors.camera.PictureSettings.Colours;
import io.millrace.sensors.camera.PictureSettings.Range;
import io.millrace.sensors.camera.RawFormat;
import io.millrace.sensors.live.Backoff;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The {@code sensor.camera} section, and what pictures of a folder become. */
final class CameraSection {
  private CameraSection() {}

  static SensorSettings read(Entry entry) throws PipelineException {
    Section s =
        entry.section("command", "format", "size", "rate", "strict-rate", "picture", "buffer");
    List<String> command = new ArrayList<>();
    for (Entry word : s.required("command").list()) {
      command.add(word.text());
    }
    String[] words = Arrays.stream(RawFormat.values()).map(RawFormat::word).toArray(String[]::new);
    RawFormat format = RawFormat.valueOf(s.required("format").word(words).toUpperCase(Locale.ROOT));
    Entry size = s.required("size");
    int[] frame = size(size);
    size.make(() -> format.frameBytes(frame[0], frame[1]));
    double rateHz = s.required("rate").quantity(Unit.RATE, false);
    boolean strict = s.optional("strict-rate", true, Entry::bool);
    PictureSettings picture = picture(s.required("picture"));
    int buffer = s.optional("buffer", 1, e -> e.integer(1, 64));
    return entry.make(() ->
        new SensorSettings.Camera(
            new CameraCapture(
                command,
                format,
                frame[0],
                frame[1],
                rateHz,
                strict,
                picture,
                buffer,
                Backoff.DEFAULT)));
  }

  /** {@code {size: [96, 96], colours: rgb, range: limited}}. */
  static PictureSettings picture(Entry entry) throws PipelineException {
    Section s = entry.section("size", "colours", "range");
    int[] size = size(s.required("size"));
    Colours colours =
        s.optional("colours", "rgb", e -> e.word("rgb", "gray")).equals("rgb")
            ? Colours.RGB
            : Colours.GRAY;
    Range range =
        s.optional("range", "limited", e -> e.word("limited", "full")).equals("limited")
            ? Range.LIMITED
            : Range.FULL;
    return entry.make(() -> new PictureSettings(size[0], size[1], colours, range));
  }

  /** Width and height. */
  private static int[] size(Entry entry) throws PipelineException {
    List<Entry> both = entry.list();
    if (both.size() != 2) {
      throw entry.bad("must be width and height, such as [640, 480]");
    }
    return new int[] {both.get(0).integer(1, 16_384), both.get(1).integer(1, 16_384)};
  }
}
