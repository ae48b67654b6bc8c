package io.millrace.sensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * What every sensor keeps, whatever is behind it. A test class of a sensor extends this and says
 * how to make one; it has a virtual clock, and its source never ends.
 */
public abstract class SensorContract {
  /** A sensor to test, and what is known of it. */
  public record Subject(
      Sensor sensor, VirtualClock clock, double rateTolerance, long bytesPerSample) {}

  /**
   * A fresh sensor with an endless source.
   *
   * <p>{@code rateTolerance} is how far the true rate may be from the format's, 0.02 for two
   * percent; {@code bytesPerSample} what it may allocate at most, 0 for nothing.
   */
  protected abstract Subject subject() throws Exception;

  /** After how many samples' time a late reader has certainly lost some. */
  protected long moreThanIsBuffered() {
    return 10_000;
  }

  // when the sample after the last block is due
  private boolean following;
  private long expectedNs;

  private static SampleBlock block(Sensor sensor, int samples) {
    return new SampleBlock(new float[samples * sensor.format().width()], sensor.format());
  }

  @Test
  void shouldKeepItsFormat() throws Exception {
    Subject s = subject();
    try (Sensor sensor = s.sensor()) {
      SampleFormat format = sensor.format();
      SampleBlock block = block(sensor, 3);
      for (int i = 0; i < 20; i++) {
        sensor.read(block);
        assertEquals(format, sensor.format());
      }
    }
  }

  @Test
  void shouldFillTheBlockAndNothingBeyondIt() throws Exception {
    for (int capacity : new int[] {1, 2, 7, 50}) {
      Subject s = subject();
      try (Sensor sensor = s.sensor()) {
        int width = sensor.format().width();
        float[] values = new float[(capacity + 2) * width];
        SampleBlock block = new SampleBlock(values, sensor.format());
        for (int i = 0; i < 10; i++) {
          java.util.Arrays.fill(values, Float.NaN);
          block.aim(width, capacity);
          int samples = sensor.read(block);
          assertEquals(capacity, samples, "no hole, so the block is full");
          assertEquals(samples, block.samples());
          for (int v = 0; v < values.length; v++) {
            boolean inside = v >= width && v < (capacity + 1) * width;
            assertEquals(!inside, Float.isNaN(values[v]), "value " + v);
          }
        }
      }
    }
  }

  @Test
  void shouldStampSamplesByItsRate() throws Exception {
    Subject s = subject();
    try (Sensor sensor = s.sensor()) {
      follow(s, block(sensor, 13), 400, 0);
      assertEquals(0, sensor.overruns());
    }
  }

  @Test
  void shouldReportWhatALateReaderLost() throws Exception {
    Subject s = subject();
    try (Sensor sensor = s.sensor()) {
      SampleBlock block = block(sensor, 8);
      follow(s, block, 30, 0);
      long before = sensor.overruns();
      s.clock().advance(sensor.format().spanNs(moreThanIsBuffered()));
      long missing = follow(s, block, 60, 1);
      assertTrue(missing > 0, "a gap was reported");
      assertEquals(missing, sensor.overruns() - before);
    }
  }

  /**
   * Reads and compares each block's time with the one before it.
   *
   * @return samples that were missing
   */
  private long follow(Subject s, SampleBlock block, int reads, int gaps) throws Exception {
    double periodNs = 1e9 / s.sensor().format().rateHz();
    long missing = 0;
    long overruns = s.sensor().overruns();
    int holes = 0;
    for (int i = 0; i < reads; i++) {
      int samples = s.sensor().read(block);
      assertTrue(samples >= 1, "at least one sample a read");
      assertTrue(block.missingBefore() >= 0);
      assertTrue(s.sensor().overruns() >= overruns, "overruns go up only");
      overruns = s.sensor().overruns();
      long passed = block.missingBefore();
      if (following) {
        double off = Math.abs(block.firstNs() - expectedNs - passed * periodNs);
        double allowed = periodNs + (samples + passed + 64) * periodNs * s.rateTolerance();
        assertTrue(off <= allowed, "read " + i + " is off by " + off / periodNs + " periods");
      }
      following = true;
      holes += passed > 0 ? 1 : 0;
      missing += passed;
      long endNs = block.firstNs() + (long) (samples * periodNs);
      assertTrue(
          endNs - s.clock().nanoTime() <= (2 + samples * s.rateTolerance()) * periodNs,
          "a sample is given out once it has been taken");
      expectedNs = endNs;
    }
    assertTrue(holes <= gaps, holes + " holes");
    return missing;
  }

  @Test
  void shouldGiveNothingOnceClosed() throws Exception {
    Subject s = subject();
    SampleBlock block = block(s.sensor(), 4);
    s.sensor().read(block);
    s.sensor().close();
    s.sensor().close();
    assertThrows(IOException.class, () -> s.sensor().read(block));
  }

  @Test
  void shouldStopWaitingWhenInterrupted() throws Exception {
    Subject s = subject();
    try (Sensor sensor = s.sensor()) {
      SampleBlock block = block(sensor, 4);
      sensor.read(block);
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> sensor.read(block));
    }
  }

  @Test
  void shouldAllocateNoMoreThanPromised() throws Exception {
    Subject s = subject();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Sensor sensor = s.sensor()) {
      SampleBlock block = block(sensor, 64);
      int reads = s.bytesPerSample() == 0 ? 300 : 5;
      long allowed = s.bytesPerSample() * block.capacity() * reads;
      long least = Long.MAX_VALUE; // the first rounds are also charged for what the JIT does
      for (int round = 0; round < 8; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < reads; i++) {
          sensor.read(block);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertTrue(least <= allowed, sensor.format().source() + " allocated " + least + " bytes");
    }
  }
}
