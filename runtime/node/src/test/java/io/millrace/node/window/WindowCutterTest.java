package io.millrace.node.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.window.WindowSettings.Gaps;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowCutterTest {
  private static final long PERIOD_NS = 10_000_000;
  private static final SampleFormat FORMAT =
      new SampleFormat(
          "two",
          List.of(new SampleFormat.Channel("x", "1", 1), new SampleFormat.Channel("y", "1", 1)),
          100);

  private long position;

  /** Puts up to {@code samples} samples behind a hole; channel x counts, y is its negative. */
  private int feed(WindowCutter cutter, int samples, int missing) {
    position += missing;
    SampleBlock block = cutter.block();
    int n = Math.min(samples, block.capacity());
    for (int i = 0; i < n; i++) {
      block.values()[block.offset() + 2 * i] = (float) (position + i);
      block.values()[block.offset() + 2 * i + 1] = (float) -(position + i);
    }
    block.filled(n, position * PERIOD_NS, missing);
    position += n;
    cutter.commit();
    return n;
  }

  private static WindowCutter cutter(int length, int hop, Gaps gaps, int block) {
    return new WindowCutter(
        FORMAT, new WindowSettings(Span.ofSamples(length), Span.ofSamples(hop), gaps), block);
  }

  private static void assertStartsAt(long sample, Window window, int length) {
    assertEquals(sample, window.position());
    assertEquals(sample * PERIOD_NS, window.startNs());
    assertEquals((sample + length) * PERIOD_NS, window.endNs());
    for (int i = 0; i < length; i++) {
      assertEquals((float) (sample + i), window.values()[2 * i]);
      assertEquals((float) -(sample + i), window.values()[2 * i + 1]);
    }
  }

  @Test
  void shouldCutTheSameWindowsFromBlocksOfAnySize() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      int length = 1 + random.nextInt(20);
      int hop = 1 + random.nextInt(30);
      int blockSamples = 1 + random.nextInt(25);
      WindowCutter cutter =
          cutter(length, hop, round % 2 == 0 ? Gaps.DROP : Gaps.MARK, blockSamples);
      Window window = new Window(cutter.valuesPerWindow());
      position = 0;
      long index = 0;
      while (position < 200) {
        feed(cutter, 1 + random.nextInt(blockSamples), 0);
        while (cutter.next(window)) {
          assertEquals(index, window.index());
          assertStartsAt(index * hop, window, length);
          assertEquals(0, window.missingSamples());
          index++;
        }
        long whole = position < length ? 0 : (position - length) / hop + 1;
        assertEquals(whole, index);
      }
      assertEquals(0, cutter.windowsGivenUp());
    }
  }

  @Test
  void shouldAskForNoSampleBehindTheNextWindow() {
    WindowCutter cutter = cutter(1_024, 160, Gaps.DROP, 160);
    Window window = new Window(cutter.valuesPerWindow());
    for (int i = 0; i < 6; i++) {
      assertEquals(160, feed(cutter, 1_000, 0));
    }
    // a window that is whole in the middle of a block would wait for the block's end
    assertEquals(64, feed(cutter, 1_000, 0));
    for (int i = 0; i < 20; i++) {
      assertTrue(cutter.next(window));
      assertFalse(cutter.next(window));
      for (int got = 0; got < 160; ) {
        got += feed(cutter, 1_000, 0); // two blocks where the ring ends
        assertTrue(got <= 160);
      }
    }
  }

  @Test
  void shouldGiveUpWindowsThatTouchAGapAndStartBehindIt() {
    WindowCutter cutter = cutter(4, 2, Gaps.DROP, 16);
    Window window = new Window(cutter.valuesPerWindow());
    assertEquals(4, feed(cutter, 5, 0));
    assertTrue(cutter.next(window));
    assertFalse(cutter.next(window));
    assertEquals(1, feed(cutter, 1, 0));
    assertEquals(1, feed(cutter, 4, 3));
    assertEquals(3, feed(cutter, 4, 0));
    // windows from 2, 4 and 6 would have held some of the samples 5, 6, 7
    assertEquals(3, cutter.windowsGivenUp());
    assertTrue(cutter.next(window));
    assertStartsAt(8, window, 4);
    assertEquals(1, window.index());
  }

  @Test
  void shouldRepeatTheLastSampleOverAMarkedGap() {
    WindowCutter cutter = cutter(6, 3, Gaps.MARK, 4);
    Window window = new Window(cutter.valuesPerWindow());
    feed(cutter, 4, 0);
    assertEquals(2, feed(cutter, 4, 2));
    assertTrue(cutter.next(window));
    assertEquals(2, window.missingSamples());
    assertEquals(0, window.startNs());
    assertEquals(List.of(0f, 1f, 2f, 3f, 3f, 3f), everySecond(window));
    assertEquals(1, feed(cutter, 4, 0));
    assertTrue(cutter.next(window));
    assertEquals(2, window.missingSamples());
    assertEquals(List.of(3f, 3f, 3f, 6f, 7f, 8f), everySecond(window));
    assertEquals(0, cutter.windowsGivenUp());
  }

  @Test
  void shouldTreatALongGapAsLost() {
    WindowCutter cutter = cutter(6, 6, Gaps.MARK, 4);
    Window window = new Window(cutter.valuesPerWindow());
    feed(cutter, 4, 0);
    feed(cutter, 4, 60);
    assertEquals(11, cutter.windowsGivenUp());
    feed(cutter, 4, 0);
    assertTrue(cutter.next(window));
    assertStartsAt(64, window, 6);
    assertEquals(0, window.missingSamples());
  }

  @Test
  void shouldMarkAnyNumberOfShortGaps() {
    Random random = new Random(8);
    WindowCutter cutter = cutter(7, 5, Gaps.MARK, 5);
    Window window = new Window(cutter.valuesPerWindow());
    List<Boolean> missing = new ArrayList<>();
    long index = 0;
    while (missing.size() < 3000) {
      int hole = missing.isEmpty() || random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(6);
      int n = feed(cutter, 1 + random.nextInt(5), hole);
      for (int i = 0; i < hole + n; i++) {
        missing.add(i < hole);
      }
      while (cutter.next(window)) {
        int start = (int) index++ * 5;
        int holes = 0;
        for (int i = 0; i < 7; i++) {
          holes += missing.get(start + i) ? 1 : 0;
          if (!missing.get(start + i)) {
            assertEquals((float) (start + i), window.values()[2 * i]);
          }
        }
        assertEquals(holes, window.missingSamples());
        assertEquals(start * PERIOD_NS, window.startNs());
      }
    }
  }

  private static List<Float> everySecond(Window window) {
    List<Float> x = new ArrayList<>();
    for (int i = 0; i < window.values().length; i += 2) {
      x.add(window.values()[i]);
    }
    return x;
  }

  @Test
  void shouldAllocateNothingWhileCutting() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    WindowCutter cutter = cutter(64, 16, Gaps.MARK, 16);
    Window window = new Window(cutter.valuesPerWindow());
    long least = Long.MAX_VALUE; // the first rounds are also charged for what the JIT does
    for (int round = 0; round < 8; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        feed(cutter, 16, i % 10 == 0 ? 3 : 0);
        while (cutter.next(window)) {
          window.completedAt(i);
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least);
  }
}
