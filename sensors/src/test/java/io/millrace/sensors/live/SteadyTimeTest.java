package io.millrace.sensors.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SteadyTimeTest {
  private static final double RATE = 16_000;
  private static final long PERIOD_NS = 62_500;

  @Test
  void shouldTakeTheDelayOfABurstForWhatItIs() {
    SteadyTime time = new SteadyTime(RATE);
    long first = time.firstNs(160, 10_000_000);
    assertEquals(0, first);
    // the next burst is 3 ms late, the one after comes together with it
    assertEquals(160 * PERIOD_NS, time.firstNs(160, 23_000_000));
    assertEquals(320 * PERIOD_NS, time.firstNs(160, 30_000_000));
  }

  /** A day of a device that runs 200 ppm fast or slow, with bursts up to 20 ms late. */
  @Test
  void shouldFollowADriftingDeviceForADay() {
    for (double ppm : new double[] {-200, 0, 200}) {
      Random random = new Random(5);
      SteadyTime time = new SteadyTime(RATE);
      double burstNs = 1600 * PERIOD_NS * (1 - ppm * 1e-6);
      long bursts = 24 * 36_000L;
      long lastFirst = Long.MIN_VALUE;
      double worst = 0;
      for (long b = 0; b < bursts; b++) {
        double takenNs = b * burstNs;
        long arrivedNs = Math.round(takenNs + burstNs + random.nextInt(20_000_000));
        long firstNs = time.firstNs(1600, arrivedNs);
        assertTrue(firstNs > lastFirst, "time goes on");
        lastFirst = firstNs;
        if (b > 1000) {
          worst = Math.max(worst, Math.abs(firstNs - takenNs));
        }
      }
      assertTrue(worst < 8_000_000, ppm + " ppm: off by " + worst + " ns");
    }
  }

  @Test
  void shouldStartAnew() {
    SteadyTime time = new SteadyTime(RATE);
    time.firstNs(160, 10_000_000);
    time.restart();
    assertEquals(990_000_000, time.firstNs(160, 1_000_000_000));
  }
}
