package io.millrace.sensors.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResampledSensorTest {
  /** A sine, with a gap of 1000 samples after each 20000. */
  static final class Source implements Sensor {
    private final SampleFormat format =
        new SampleFormat("sine", List.of(new SampleFormat.Channel("x", "1", 1)), 48_000);
    private final long samples;
    private final boolean gaps;
    private final Random random = new Random(3);
    private long position;

    Source(long samples, boolean gaps) {
      this.samples = samples;
      this.gaps = gaps;
    }

    static double at(double seconds) {
      return Math.sin(2 * Math.PI * 440 * seconds);
    }

    @Override
    public SampleFormat format() {
      return format;
    }

    @Override
    public int read(SampleBlock block) {
      if (position >= samples) {
        return END;
      }
      long missing = gaps && position > 0 && position % 21_000 == 20_000 ? 1000 : 0;
      position += missing;
      long untilGap = 20_000 - position % 21_000;
      int n = (int) Math.min(Math.min(block.capacity(), 1 + random.nextInt(500)), untilGap);
      for (int i = 0; i < n; i++) {
        block.values()[block.offset() + i] = (float) at((position + i) / 48_000.0);
      }
      block.filled(n, Math.round(position * 1e9 / 48_000), missing);
      position += n;
      return n;
    }

    @Override
    public long overruns() {
      return 7;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  @Test
  void shouldGiveTheSourceAtTheTimesItSaysAndItsGaps() throws Exception {
    try (ResampledSensor sensor = new ResampledSensor(new Source(100_000, true), 16_000)) {
      assertEquals(16_000, sensor.format().rateHz());
      assertEquals(7, sensor.overruns());
      SampleBlock block = new SampleBlock(new float[100], sensor.format());
      double lastEnd = 0;
      int gaps = 0;
      long given = 0;
      for (int n = sensor.read(block); n != Sensor.END; n = sensor.read(block)) {
        double first = block.firstNs() / 1e9;
        if (block.missingBefore() > 0) {
          gaps++;
          assertEquals(first, lastEnd + block.missingBefore() / 16_000.0, 1 / 30_000.0);
        } else if (given > 0) {
          assertEquals(lastEnd, first, 1e-7);
        }
        for (int i = 0; i < n; i++) {
          assertEquals(Source.at(first + i / 16_000.0), block.values()[i], 3e-4);
        }
        lastEnd = first + n / 16_000.0;
        given += n;
        block.aim(0, 100);
      }
      assertEquals(4, gaps);
      assertTrue(given > 30_000);
      assertEquals(Sensor.END, sensor.read(block));
    }
  }

  /** A clock that runs 50 parts per million fast, in steps of 100 Hz, with a gap in every hour. */
  private static final class Hourly implements Sensor {
    private static final double TRUE_HZ = 100 * (1 + 50e-6);
    private static final long HOUR = 360_018;
    private final long samples = 24 * HOUR;
    private long position;

    /** When a sample was taken: by the true rate, not by the one that the format names. */
    static double seconds(long sample) {
      return sample / TRUE_HZ;
    }

    static double at(double seconds) {
      return Math.sin(2 * Math.PI * 3.7 * seconds);
    }

    @Override
    public SampleFormat format() {
      return new SampleFormat("hourly", List.of(new SampleFormat.Channel("x", "1", 1)), 100);
    }

    @Override
    public int read(SampleBlock block) {
      if (position >= samples) {
        return END;
      }
      long missing = position > 0 && position % HOUR == 0 ? 250 : 0;
      position += missing;
      int n = (int) Math.min(block.capacity(), HOUR - position % HOUR);
      for (int i = 0; i < n; i++) {
        block.values()[block.offset() + i] = (float) at(seconds(position + i));
      }
      block.filled(n, Math.round(seconds(position) * 1e9), missing);
      position += n;
      return n;
    }

    @Override
    public long overruns() {
      return 0;
    }

    @Override
    public void close() {
      // nothing is open
    }
  }

  /** 24 hours: times stay those of the samples, and nothing is lost but the gaps. */
  @Test
  void shouldKeepTimeOverADay() throws Exception {
    double outHz = 40;
    try (ResampledSensor sensor = new ResampledSensor(new Hourly(), outHz)) {
      SampleBlock block = new SampleBlock(new float[64], sensor.format());
      double startS = Double.NaN;
      double endS = 0;
      double worstValue = 0;
      double worstStep = 0;
      long counted = 0;
      int gaps = 0;
      for (int n = sensor.read(block); n != Sensor.END; n = sensor.read(block)) {
        double first = block.firstNs() / 1e9;
        startS = Double.isNaN(startS) ? first : startS;
        if (block.missingBefore() > 0) {
          gaps++;
        } else if (counted > 0) {
          worstStep = Math.max(worstStep, Math.abs(first - endS));
        }
        for (int i = 0; i < n; i++) {
          double said = Hourly.at(first + i / outHz);
          worstValue = Math.max(worstValue, Math.abs(said - block.values()[i]));
        }
        counted += n + block.missingBefore();
        endS = first + n / outHz;
        block.aim(0, 64);
      }
      assertEquals(23, gaps);
      assertTrue(worstStep < 1e-4, "a step of " + worstStep + " s between blocks");
      assertTrue(worstValue < 3e-3, "off by " + worstValue);
      // whole samples are counted, each gap to the nearest one, at a rate 50 millionths too low
      double expected = (endS - startS) * outHz * (1 + 50e-6);
      assertEquals(expected, (double) counted, 24, "samples and gaps against the time");
      assertEquals(24 * 3600, endS, 2);
    }
  }

  @Test
  void shouldAllocateNothing() throws Exception {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    try (ResampledSensor sensor = new ResampledSensor(new Source(Long.MAX_VALUE, true), 16_000)) {
      SampleBlock block = new SampleBlock(new float[160], sensor.format());
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 8; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
          block.aim(0, 160);
          sensor.read(block);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least);
    }
  }
}
