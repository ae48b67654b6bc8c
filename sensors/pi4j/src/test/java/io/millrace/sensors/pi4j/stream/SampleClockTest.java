package io.millrace.sensors.pi4j.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleClockTest {
  private static final double NOMINAL_HZ = 1000;

  /** A chip whose rate wanders with temperature, looked at by a machine that is late at random. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldStayWithinAPeriodAndTheLookWhateverTheMachineDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double error = 0.95 + 0.1 * random.nextDouble();
    SampleClock clock = new SampleClock(NOMINAL_HZ);
    double[] takenNs = new double[400_000];
    double ns = -3e9 + random.nextInt(1_000_000);
    for (int i = 0; i < takenNs.length; i++) {
      double drift = 1 + 2e-4 * Math.sin(i / 60_000.0);
      ns += 1e9 / (NOMINAL_HZ * error * drift);
      takenNs[i] = ns;
    }
    int read = 0;
    int written = 0;
    double nowNs = takenNs[0];
    long lastStampNs = Long.MIN_VALUE;
    while (written < takenNs.length - 1000) {
      nowNs += 1e6 * (1 + random.nextInt(30)) + random.nextInt(900_000);
      long beforeNs = (long) nowNs;
      nowNs += random.nextInt(300_000); // the look itself
      long seenNs = (long) nowNs;
      nowNs += random.nextInt(300_000);
      long afterNs = (long) nowNs;
      while (takenNs[written] <= seenNs) {
        written++;
      }
      int waiting = written - read;
      if (waiting == 0) {
        continue;
      }
      clock.observe(beforeNs, afterNs, waiting);
      double periodNs = 1e9 / (NOMINAL_HZ * error);
      double off = Math.abs(clock.nextNs() - takenNs[read]);
      // until a rate is measured, a batch of 31 samples may be off by five percent of itself
      double allowed = periodNs + 700_000 + (read < 2000 ? 31 * 0.06 * periodNs : 0);
      assertTrue(off <= allowed, "sample " + read + " is off by " + off + " ns");
      assertTrue(clock.nextNs() > lastStampNs, "time goes on");
      lastStampNs = clock.nextNs();
      int taken = Math.max(1, random.nextInt(waiting + 1));
      clock.consumed(taken);
      read += taken;
    }
    assertEquals(NOMINAL_HZ * error, 1e9 / clock.periodNs(), 1.0);
  }

  @Test
  void shouldSayHowManySamplesAreGone() {
    SampleClock clock = new SampleClock(NOMINAL_HZ);
    long now = 50_000_000;
    clock.observe(now, now, 10);
    clock.consumed(10);
    // the next one is due half a period from now on average; 100 periods later 32 are left of 100
    long later = now + 100_000_000;
    assertEquals(68, clock.lost(later, later, 32));
    assertEquals(0, clock.lost(later, later, 100));
    clock.skip(68, false);
    clock.observe(later, later, 32);
    assertTrue(Math.abs(clock.nextNs() - (later - 31_500_000)) < 1_000_000);
  }

  /**
   * Samples at whole milliseconds, looked at whenever, until the interval is short; then a new
   * start.
   */
  @Test
  void shouldForgetThePhaseOfAChipThatBeganAnew() {
    for (boolean restarted : new boolean[] {false, true}) {
      SampleClock clock = new SampleClock(NOMINAL_HZ);
      int read = 0;
      for (long now = 500_000; read < 60_000; now += 7_300_000) {
        int waiting = (int) (now / 1_000_000) + 1 - read;
        clock.observe(now, now, waiting);
        clock.consumed(waiting);
        read += waiting;
      }
      int skipped = 500;
      long look = (read + skipped) * 1_000_000L + 100_000; // the old phase is 0.1 ms ago
      clock.skip(skipped, restarted);
      clock.observe(look, look, 1);
      long agoNs = look - clock.nextNs();
      assertEquals(restarted ? 500_000.0 : 100_000.0, (double) agoNs, 60_000.0);
    }
  }

  @Test
  void shouldNotBelieveARateThatNoOscillatorHas() {
    SampleClock clock = new SampleClock(NOMINAL_HZ);
    for (int i = 1; i < 200; i++) {
      long now = i * 20_000_000L; // half of the nominal rate
      clock.observe(now, now, 10);
      clock.consumed(10);
      assertTrue(Math.abs(clock.nextNs() - now) < 2_000_000, "time holds all the same");
    }
    assertEquals(1e6, clock.periodNs());
  }
}
