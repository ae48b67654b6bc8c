package io.millrace.cli.sensor;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Records into comma-separated numbers as {@code CsvRecording} reads them: the same values to the
 * last bit, the same gaps. Column {@code time} counts seconds on the stream's own axis, sample
 * number over rate, so that a gap is as many samples wide as the sensor said. A sample with a value
 * that is not finite has an empty field there, and is a missing one when it is read.
 */
public final class CsvRecorder implements SampleSink {
  private static final int FRACTION_DIGITS = 9;

  private final Path file;
  private final SampleFormat format;
  private final Writer out;
  private final StringBuilder line = new StringBuilder();
  private long position;

  /** Makes {@code file}, which must not be there yet, with its header. */
  public CsvRecorder(Path file, SampleFormat format) throws IOException {
    this.file = file;
    this.format = format;
    this.out =
        new BufferedWriter(
            new OutputStreamWriter(RecordingFile.create(file), StandardCharsets.UTF_8));
    line.append("time[s]");
    for (SampleFormat.Channel channel : format.channels()) {
      String name = word(channel.name());
      line.append(',').append(name.equals("time") ? "time_" : name);
      line.append('[').append(word(channel.unit())).append(']');
    }
    out.append(line.append('\n'));
    out.flush();
  }

  /** A header has no quotes: what would end a field or a unit cannot be in it. */
  private static String word(String text) {
    return text.strip().replaceAll("[,\"\\[\\]\\r\\n]", "_");
  }

  @Override
  public void take(SampleBlock block) throws IOException {
    position += block.missingBefore();
    int width = format.width();
    for (int i = 0; i < block.samples(); i++) {
      line.setLength(0);
      time(position++);
      for (int c = 0; c < width; c++) {
        line.append(',');
        value(block.values()[block.offset() + i * width + c]);
      }
      out.append(line.append('\n'));
    }
    out.flush(); // a power cut takes a tenth of a second
  }

  private void time(long index) {
    long ns = format.spanNs(index);
    String fraction = Long.toString(ns % 1_000_000_000);
    line.append(ns / 1_000_000_000).append('.');
    line.repeat('0', FRACTION_DIGITS - fraction.length()).append(fraction);
  }

  /** The shortest decimal that comes back as this float even by way of a double. */
  private void value(float value) {
    if (!Float.isFinite(value)) {
      return;
    }
    String text = Float.toString(value);
    line.append((float) Double.parseDouble(text) == value ? text : Double.toString(value));
  }

  /** How a pipeline file names the recording. */
  public String replay() {
    return "sensor: {replay: %s, rate: %s Hz, time: {column: time, unit: s}}"
        .formatted(file, new BigDecimal(Double.toString(format.rateHz())).toPlainString());
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
