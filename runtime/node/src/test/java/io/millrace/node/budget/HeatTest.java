package io.millrace.node.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeatTest {
  private static final long S = 1_000_000_000L;

  /** 10 K/W and 20 J/K in 30 C: the idle board of 2 W settles at 50 C, after some 200 s. */
  private static final HeatLimit LIMIT = new HeatLimit(70, 30, 10, 20);

  private static Charge joules(double joules) {
    return new Charge().of(Math.round(joules * 1e9), 0, 0);
  }

  @Test
  void shouldCoolAlongItsExponential() {
    Heat heat = new Heat(LIMIT, 2000, 0);
    assertEquals(50, heat.celsius(0), 1e-9);
    heat.take(0, joules(200));
    assertEquals(60, heat.celsius(0), 1e-9);
    assertEquals(50 + 10 / Math.E, heat.celsius(200 * S), 1e-9);
    assertEquals(60, heat.hottestCelsius(), 1e-9);
  }

  @Test
  void shouldRefuseWhatWouldWarmItAboveTheLimitAndSayWhenItWouldNot() {
    Heat heat = new Heat(LIMIT, 2000, 0);
    heat.take(0, joules(360));
    assertTrue(heat.allows(0, joules(39)));
    assertFalse(heat.allows(0, joules(41)));
    long at = heat.possibleAtNs(0, joules(60));
    assertFalse(heat.allows(at - S, joules(60)));
    assertTrue(heat.allows(at, joules(60)));
    assertEquals(Long.MAX_VALUE, heat.possibleAtNs(at, joules(401)));
  }

  @Test
  void shouldStayBelowTheTruthNeverWhenFiguresAreOff() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 500; round++) {
      double resistance = 10 * (1 + random.nextDouble(-0.2, 0.2));
      double capacity = 20 * (1 + random.nextDouble(-0.2, 0.2));
      double idle = 2000 * (1 + random.nextDouble(-0.2, 0.2));
      Heat heat = new Heat(LIMIT, 2000 * 1.2, 0.2);
      double truth = 30 + resistance * idle / 1e3;
      long now = 0;
      for (int i = 0; i < 300; i++) {
        long wait = (long) (random.nextDouble() * 20 * S);
        double end = 30 + resistance * idle / 1e3;
        truth = end + (truth - end) * Math.exp(-wait / (resistance * capacity * 1e9));
        now += wait;
        double joules = random.nextDouble(0, 40);
        if (heat.allows(now, joules(joules * 1.2))) {
          heat.take(now, joules(joules * 1.2));
          truth += joules / capacity;
        }
        assertTrue(truth <= 70 + 1e-9, "round " + round + ": " + truth);
      }
    }
  }

  @Test
  void shouldBelieveTheThermometer() {
    Heat heat = new Heat(LIMIT, 2000, 0);
    heat.observe(S, 69.5);
    assertFalse(heat.allows(S, joules(11)));
    heat.observe(2 * S, 40);
    assertTrue(heat.allows(2 * S, joules(500)));
    assertEquals(2000, heat.sustainableMilliW(2 * S), 1e-6);
  }
}
