package io.millrace.rig.power.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.rig.power.world.EnergyLog;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlidingAverageTest {
  private static EnergyLog log(long... lengthThenMilliW) {
    EnergyLog log = new EnergyLog();
    long at = 0;
    for (int i = 0; i < lengthThenMilliW.length; i += 2) {
      log.append(at, at + lengthThenMilliW[i], (double) lengthThenMilliW[i + 1]);
      at += lengthThenMilliW[i];
    }
    return log;
  }

  @Test
  void shouldFindASpanThatNoGridWouldHit() {
    // 30 ns at 90 mW in the middle; the span of 40 that holds all of it begins anywhere in 963..973
    EnergyLog log = log(973, 10, 30, 90, 997, 10);
    SlidingAverage.Highest highest = SlidingAverage.of(log, 40);
    assertEquals((30 * 90 + 10 * 10) / 40.0, highest.milliW(), 1e-9);
    assertTrue(highest.fromNs() >= 963 && highest.fromNs() <= 973, "from " + highest.fromNs());
  }

  @Test
  void shouldBeAtLeastEverySpanOfManyLogs() {
    SplittableRandom random = new SplittableRandom(9);
    for (int n = 0; n < 200; n++) {
      EnergyLog log = new EnergyLog();
      long at = 0;
      while (at < 500) {
        long length = 1L + random.nextInt(40);
        log.append(at, at + length, random.nextInt(5) * 10);
        at += length;
      }
      long window = 1L + random.nextInt(300);
      double most = 0;
      for (long s = 0; s + window <= at; s++) {
        most = Math.max(most, (log.energyUntil(s + window) - log.energyUntil(s)) / window * 1e3);
      }
      assertEquals(most, SlidingAverage.of(log, window).milliW(), 1e-9);
    }
  }

  @Test
  void shouldCallALimitBrokenOnlyBeyondIt() {
    assertTrue(!new Check("peak", 100, 100, "mW", 0, false).broken());
    assertTrue(new Check("peak", 100, 100.001, "mW", 0, false).broken());
    assertTrue(new Check("battery", 100, 99.9, "J", 0, true).broken());
    assertTrue(!new Check("battery", 100, 100.1, "J", 0, true).broken());
  }
}
