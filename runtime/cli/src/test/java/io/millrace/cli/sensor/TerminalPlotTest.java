package io.millrace.cli.sensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TerminalPlotTest {
  private static final SampleFormat FORMAT =
      new SampleFormat(
          "test",
          List.of(
              new SampleFormat.Channel("x", "m/s2", 1), new SampleFormat.Channel("temp", "1", 1)),
          10);

  private final StringWriter text = new StringWriter();
  private int columns = 40;
  private final TerminalPlot plot = new TerminalPlot(FORMAT, new PrintWriter(text), () -> columns);

  /** Draws one block and returns what was written for it. */
  private String take(long missing, float... values) {
    SampleBlock block = new SampleBlock(values, FORMAT);
    block.filled(values.length / 2, 0, missing);
    text.getBuffer().setLength(0);
    plot.take(block);
    return text.toString();
  }

  @Test
  void shouldDrawARowForEachChannelInPlace() {
    assertTrue(take(0, 0, 5).startsWith("\rx    ▁"));
    take(0, 7, 5);
    String third = take(0, 3.5f, 5);

    assertTrue(third.startsWith("\033[2A\rx    ▁█▅ "), third);
    assertTrue(third.contains("3.5000 m/s2\033[K\n\rtemp ▁▁▁ "), third);
    assertTrue(third.endsWith("5.0000\033[K\n"), third);
  }

  @Test
  void shouldShowTheLargestOfABlockAndLeaveGapsOpen() {
    take(0, 0, 0, 8, 0, 1, 0);
    String after = take(3, 4, 0);

    assertTrue(after.contains("x    ▁ ▁".replace("▁ ▁", "█ ▁")), after);
  }

  @Test
  void shouldFollowTheTerminalsWidth() {
    for (int width : new int[] {40, 120, 24, 10, 2}) {
      columns = width;
      for (int i = 0; i < 200; i++) {
        for (String line : take(0, i, -i).split("\n", -1)) {
          String seen = line.replaceAll("\033\\[[0-9]*[AK]|\r", "");
          assertTrue(seen.length() < width, seen);
        }
      }
    }
    columns = 60;
    String row = take(0, 1, 1).split("\n", 2)[0];
    assertEquals(36, row.chars().filter(c -> c >= '▁' && c <= '█').count(), row);
  }
}
