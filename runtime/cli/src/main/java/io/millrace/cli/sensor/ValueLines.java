package io.millrace.cli.sensor;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Prints the last sample of each block: a tenth of a second, or each sample where they are rarer.
 */
public final class ValueLines implements SampleSink {
  private final SampleFormat format;
  private final PrintWriter out;
  private long position;

  public ValueLines(SampleFormat format, PrintWriter out) {
    this.format = format;
    this.out = out;
  }

  @Override
  public void take(SampleBlock block) {
    if (block.missingBefore() > 0) {
      out.println("  " + block.missingBefore() + " samples are missing");
    }
    position += block.missingBefore() + block.samples();
    StringBuilder line = new StringBuilder();
    line.append(String.format(Locale.ROOT, "%9.3f s", (position - 1) / format.rateHz()));
    int at = block.offset() + (block.samples() - 1) * format.width();
    for (int c = 0; c < format.channels().size(); c++) {
      SampleFormat.Channel channel = format.channels().get(c);
      line.append("  ").append(channel.name()).append(' ');
      line.append(number(block.values()[at + c]));
      line.append(channel.unit().equals("1") ? "" : " " + channel.unit());
    }
    out.println(line);
  }

  /** Five significant digits. */
  static String number(float value) {
    if (!Float.isFinite(value)) {
      return Float.toString(value);
    }
    double size = Math.abs((double) value);
    if (size != 0 && (size < 1e-4 || size >= 1e6)) {
      return String.format(Locale.ROOT, "%.4e", value);
    }
    int before = size < 1 ? 1 : (int) Math.floor(Math.log10(size)) + 1;
    return String.format(Locale.ROOT, "%." + Math.max(0, 5 - before) + "f", value);
  }

  @Override
  public void close() {
    out.flush();
  }
}
