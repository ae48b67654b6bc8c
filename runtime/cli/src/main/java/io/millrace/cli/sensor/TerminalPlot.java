package io.millrace.cli.sensor;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import java.io.PrintWriter;
import java.util.function.IntSupplier;

/**
 * A plot in a terminal, one row a channel, that moves to the left: each column is the largest value
 * of a block, from the smallest to the largest of those that are shown. As wide as the terminal is
 * at that moment.
 */
public final class TerminalPlot implements SampleSink {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final char GAP = ' ';
  private static final int MOST_COLUMNS = 1024;
  private static final int FEWEST_COLUMNS = 4;
  private static final int VALUE_WIDTH = 12;

  private final SampleFormat format;
  private final PrintWriter out;
  private final IntSupplier columns;
  private final float[][] shown;
  private final int nameWidth;
  private int count;
  private boolean drawn;

  /** {@code columns} tells how wide the terminal is, each time. */
  public TerminalPlot(SampleFormat format, PrintWriter out, IntSupplier columns) {
    this.format = format;
    this.out = out;
    this.columns = columns;
    this.shown = new float[format.channels().size()][MOST_COLUMNS];
    this.nameWidth =
        format.channels().stream().mapToInt(c -> Math.min(16, c.name().length())).max().orElse(1);
  }

  @Override
  public void take(SampleBlock block) {
    if (block.missingBefore() > 0) {
      for (float[] row : shown) {
        row[count % MOST_COLUMNS] = Float.NaN;
      }
      count++;
    }
    int width = format.width();
    for (int c = 0; c < shown.length; c++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < block.samples(); i++) {
        largest = Math.max(largest, block.values()[block.offset() + i * width + c]);
      }
      shown[c][count % MOST_COLUMNS] = largest;
    }
    count++;
    draw(block.values(), block.offset() + (block.samples() - 1) * width);
  }

  private void draw(float[] values, int at) {
    int room = columns.getAsInt() - 1; // the last column would make some terminals wrap
    StringBuilder text = new StringBuilder();
    if (drawn) {
      text.append("\033[").append(shown.length).append('A');
    }
    drawn = true;
    for (int c = 0; c < shown.length; c++) {
      text.append('\r').append(row(c, values[at + c], room)).append("\033[K\n");
    }
    out.print(text);
    out.flush();
  }

  private String row(int channel, float last, int room) {
    SampleFormat.Channel kind = format.channels().get(channel);
    String unit = kind.unit().equals("1") ? "" : " " + kind.unit();
    String name = kind.name().substring(0, Math.min(nameWidth, kind.name().length()));
    String end = " %" + VALUE_WIDTH + "s%s";
    String tail = end.formatted(ValueLines.number(last), unit);
    int width = Math.min(MOST_COLUMNS, room - nameWidth - 1 - tail.length());
    StringBuilder row = new StringBuilder(name);
    row.repeat(' ', nameWidth - name.length() + 1);
    if (width >= FEWEST_COLUMNS) {
      bars(shown[channel], width, row);
    }
    row.append(tail);
    return row.length() > room ? row.substring(0, Math.max(0, room)) : row.toString();
  }

  private void bars(float[] values, int width, StringBuilder row) {
    int first = Math.max(0, count - width);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = first; i < count; i++) {
      float value = values[i % MOST_COLUMNS];
      if (Float.isFinite(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    for (int i = first; i < count; i++) {
      row.append(bar(values[i % MOST_COLUMNS], least, most));
    }
    row.repeat(' ', width - (count - first));
  }

  private static char bar(float value, float least, float most) {
    if (!Float.isFinite(value)) {
      return GAP;
    }
    double range = (double) most - least;
    double share = range > 0 ? (value - (double) least) / range : 0;
    return BLOCKS.charAt((int) Math.min(BLOCKS.length() - 1, share * BLOCKS.length()));
  }

  @Override
  public void close() {
    out.flush();
  }
}
