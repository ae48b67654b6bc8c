package io.millrace.sensors.align;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.align.AlignSettings.Method;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.SkippingClock;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class AlignerTest {
  private static final long MS = 1_000_000;

  private static SampleFormat format(String name, double rateHz) {
    return new SampleFormat(name, List.of(new SampleFormat.Channel("v", "1", 1)), rateHz);
  }

  private static AlignSettings settings(double rateHz, Method method) {
    return new AlignSettings(rateHz, method, OptionalLong.empty(), 1_000_000_000);
  }

  /** What an aligner gives of samples that are (time in ms, value) pairs for each sensor. */
  private static List<String> align(
      AlignSettings settings, long nowNs, double[] rates, double[][]... sensors) {
    List<SampleFormat> formats = new ArrayList<>();
    for (double rate : rates) {
      formats.add(format("s" + formats.size(), rate));
    }
    Aligner aligner = new Aligner(formats, settings);
    SampleBlock block = new SampleBlock(new float[rates.length], aligner.format());
    int[] next = new int[sensors.length];
    List<String> all = new ArrayList<>();
    while (true) {
      aligner.started();
      boolean fed = false;
      long lateBefore = aligner.late();
      for (int s = 0; s < sensors.length; s++) {
        while (aligner.wants(s) && next[s] < sensors[s].length) {
          double[] sample = sensors[s][next[s]++];
          aligner.offer(s, new float[] {(float) sample[1]}, 0, Math.round(sample[0] * MS));
          fed = true;
        }
      }
      block.aim(0, 1);
      if (aligner.take(block, fed ? Long.MIN_VALUE : nowNs) == 1) {
        StringBuilder text = new StringBuilder().append(block.firstNs() / MS).append(':');
        for (int s = 0; s < rates.length; s++) {
          text.append(' ').append(block.values()[s]);
        }
        all.add(text + (block.missingBefore() > 0 ? " after " + block.missingBefore() : ""));
      } else if (!fed && aligner.late() == lateBefore) {
        return all;
      }
    }
  }

  private static final double[][] TENS = {
    {0, 0}, {10, 10}, {20, 20}, {30, 30}, {40, 40}, {50, 50}, {60, 60}
  };
  private static final double[][] OTHER = {
    {4, 4}, {14, 14}, {24, 24}, {34, 34}, {44, 44}, {54, 54}
  };

  @Test
  void shouldHoldTheLastSample() {
    assertEquals(
        List.of("4: 0.0 4.0", "14: 10.0 14.0", "24: 20.0 24.0", "34: 30.0 34.0", "44: 40.0 44.0"),
        align(settings(100, Method.HOLD), Long.MIN_VALUE, new double[] {100, 100}, TENS, OTHER));
  }

  @Test
  void shouldTakeTheNearestSample() {
    double[][] shifted = {{7, 7}, {17, 17}, {27, 27}, {37, 37}, {47, 47}};
    assertEquals(
        List.of("7: 10.0 7.0", "17: 20.0 17.0", "27: 30.0 27.0", "37: 40.0 37.0"),
        align(
            settings(100, Method.NEAREST), Long.MIN_VALUE, new double[] {100, 100}, TENS, shifted));
  }

  @Test
  void shouldTakeTheLineBetweenSamples() {
    assertEquals(
        List.of("4: 4.0 4.0", "9: 9.0 9.0", "14: 14.0 14.0", "19: 19.0 19.0"),
        align(settings(200, Method.LINEAR), Long.MIN_VALUE, new double[] {100, 100}, TENS, OTHER)
            .subList(0, 4));
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void shouldMakeAGapOfOneAGapOfAll(Method method) {
    double[][] holed = {{0, 0}, {10, 10}, {60, 60}, {70, 70}, {80, 80}};
    double[][] whole = {
      {0, 0}, {10, 10}, {20, 20}, {30, 30}, {40, 40}, {50, 50}, {60, 60}, {70, 70}, {80, 80}
    };
    List<String> all =
        align(settings(100, method), Long.MIN_VALUE, new double[] {100, 100}, holed, whole);
    assertEquals("0: 0.0 0.0", all.getFirst());
    assertTrue(all.stream().filter(s -> s.contains("after")).count() == 1, all.toString());
    for (String sample : all) {
      int ms = Integer.parseInt(sample.substring(0, sample.indexOf(':')));
      assertTrue(ms <= 20 || ms >= 50, "no value is further than 15 ms from a sample: " + all);
    }
  }

  @Test
  void shouldGiveUpMomentsForWhichASensorIsLate() {
    AlignSettings settings = new AlignSettings(100, Method.HOLD, OptionalLong.empty(), 20 * MS);
    List<String> all =
        align(settings, 45 * MS, new double[] {100, 100}, TENS, new double[][] {{0, 0}, {10, 10}});
    assertEquals(List.of("0: 0.0 0.0"), all);
    List<String> back =
        align(
            settings,
            45 * MS,
            new double[] {100, 100},
            TENS,
            new double[][] {{0, 0}, {10, 10}, {40, 40}, {50, 50}, {60, 60}});
    assertEquals(
        List.of(
            "0: 0.0 0.0",
            "10: 10.0 10.0",
            "20: 20.0 10.0",
            "40: 40.0 40.0 after 1",
            "50: 50.0 50.0"),
        back);
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThrows(
        IllegalArgumentException.class, () -> new Aligner(List.of(), settings(1, Method.HOLD)));
    assertThrows(IllegalArgumentException.class, () -> settings(0, Method.HOLD));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AlignSettings(1, Method.HOLD, OptionalLong.empty(), -1));
  }

  /** A sensor that counts up and stops after so many samples. */
  private static final class Counting implements Sensor {
    private final SampleFormat format;
    private final long samples;
    private final long offsetNs;
    private final CountDownLatch stalls;
    private long position;
    private boolean closed;

    Counting(double rateHz, long samples, long offsetNs, CountDownLatch stalls) {
      format = AlignerTest.format("count" + rateHz, rateHz);
      this.samples = samples;
      this.offsetNs = offsetNs;
      this.stalls = stalls;
    }

    @Override
    public SampleFormat format() {
      return format;
    }

    @Override
    public int read(SampleBlock block) throws InterruptedException {
      if (position >= samples) {
        if (stalls == null) {
          return END;
        }
        stalls.await();
        return END;
      }
      int n = (int) Math.min(block.capacity(), samples - position);
      for (int i = 0; i < n; i++) {
        block.values()[block.offset() + i] = (position + i) % 100_000;
      }
      block.filled(n, offsetNs + format.spanNs(position), 0);
      position += n;
      return n;
    }

    @Override
    public long overruns() {
      return 2;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** 24 hours of three sensors of different rates: no gap, no drift. */
  @Test
  void shouldAlignADayWithoutGapOrDrift() throws Exception {
    long seconds = 86_400;
    List<Sensor> sensors =
        List.of(
            new Counting(100, 100 * seconds, 0, null),
            new Counting(33, 33 * seconds, 3 * MS, null),
            new Counting(1, seconds, 700 * MS, null));
    VirtualClock clock = new VirtualClock(0, 0);
    try (AlignedSensor aligned = new AlignedSensor(sensors, settings(50, Method.HOLD), clock)) {
      assertEquals(
          List.of("0.v", "1.v", "2.v"),
          aligned.format().channels().stream().map(c -> c.name()).toList());
      SampleBlock block = new SampleBlock(new float[3 * 40], aligned.format());
      long k = 0;
      for (int n = aligned.read(block); n != Sensor.END; n = aligned.read(block)) {
        assertEquals(0, block.missingBefore());
        assertEquals(700 * MS + k * 20 * MS, block.firstNs());
        for (int i = 0; i < n; i++, k++) {
          long t = 700 * MS + k * 20 * MS;
          long third = (long) Math.floor((t - 3 * MS + 1) * 33 / 1e9) % 100_000;
          assertEquals((float) (t / (10 * MS) % 100_000), block.values()[3 * i]);
          assertEquals((float) third, block.values()[3 * i + 1]);
          assertEquals(
              (float) ((t - 700 * MS) / 1_000_000_000 % 100_000), block.values()[3 * i + 2]);
        }
        block.aim(0, 40);
      }
      assertTrue(k >= 50 * (seconds - 2), k + " samples");
      assertEquals(6, aligned.overruns());
    }
    assertTrue(sensors.stream().allMatch(s -> ((Counting) s).closed));
  }

  @Test
  void shouldReadEachSensorInAThreadOfItsOwn() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    long start = Clock.system().nanoTime();
    List<Sensor> sensors =
        List.of(new Counting(100, 300, start, never), new Counting(100, 20, start, never));
    AlignSettings settings =
        new AlignSettings(100, Method.HOLD, OptionalLong.empty(), 3_600_000 * MS);
    try (AlignedSensor aligned = new AlignedSensor(sensors, settings, Clock.system())) {
      SampleBlock block = new SampleBlock(new float[2 * 1000], aligned.format());
      long given = 0;
      while (given < 19) {
        block.aim(0, 1000);
        given += aligned.read(block);
      }
      assertEquals(19, given);
      never.countDown();
      assertEquals(Sensor.END, aligned.read(block));
    }
  }

  @Test
  void shouldFailWhenOneOfThemDoes() throws Exception {
    Sensor broken =
        new Sensor() {
          @Override
          public SampleFormat format() {
            return AlignerTest.format("broken", 10);
          }

          @Override
          public int read(SampleBlock block) throws IOException {
            throw new IOException("bus stuck");
          }

          @Override
          public long overruns() {
            return 0;
          }

          @Override
          public void close() {
            // nothing is open
          }
        };
    for (Clock clock : List.of(Clock.system(), new SkippingClock())) {
      List<Sensor> sensors = List.of(new Counting(100, 10, 0, null), broken);
      try (AlignedSensor aligned = new AlignedSensor(sensors, settings(10, Method.HOLD), clock)) {
        SampleBlock block = new SampleBlock(new float[2], aligned.format());
        IOException e = assertThrows(IOException.class, () -> aligned.read(block));
        assertTrue(e.getMessage().contains("bus stuck"));
      }
    }
  }

  @Test
  void shouldAllocateNothing() throws Exception {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    List<Sensor> sensors =
        List.of(
            new Counting(100, Long.MAX_VALUE, 0, null), new Counting(70, Long.MAX_VALUE, 5, null));
    VirtualClock clock = new VirtualClock(0, 0);
    try (AlignedSensor aligned = new AlignedSensor(sensors, settings(90, Method.LINEAR), clock)) {
      SampleBlock block = new SampleBlock(new float[2 * 9], aligned.format());
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 8; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 300; i++) {
          block.aim(0, 9);
          aligned.read(block);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertEquals(0, least);
    }
  }
}
