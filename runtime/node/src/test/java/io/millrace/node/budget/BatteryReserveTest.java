package io.millrace.node.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BatteryReserveTest {
  private static final long S = 1_000_000_000L;
  private static final long H = 3600 * S;

  /** 100 J of which 10 are kept, for ten hours: 1 mW idle takes 36 J of them. */
  private static BatteryLimit lasts(boolean rolling) {
    return new BatteryLimit(100_000, 100_000, 10_000, 10 * H, rolling, 0);
  }

  private static Charge milliJ(double milliJ) {
    return new Charge().of(Math.round(milliJ * 1e6), 0, 0);
  }

  @Test
  void shouldLastThoughEverythingIsAskedOfIt() {
    BatteryReserve battery = new BatteryReserve(lasts(false), 1);
    double spent = 0;
    double firstHalf = 0;
    for (long now = 0; now <= 10 * H; now += 10 * S) {
      while (battery.allows(now, milliJ(50))) {
        battery.take(now, milliJ(50));
        spent += 50;
      }
      firstHalf = now <= 5 * H ? spent : firstHalf;
      assertTrue(battery.leftMilliJ(now) >= 10_000 - 1e-6);
    }
    // 100 J less 10 kept less 36 idle: all of it is used, and evenly but for an hour ahead
    assertEquals(54_000, spent, 600);
    assertEquals(0.55, firstHalf / spent, 0.03);
  }

  @Test
  void shouldKeepWhatTheIdleBoardNeedsFromEveryMomentOn() {
    BatteryReserve battery = new BatteryReserve(lasts(true), 1);
    for (long now = 0; now <= 30 * H; now += 60 * S) {
      while (battery.allows(now, milliJ(50))) {
        battery.take(now, milliJ(50));
        assertTrue(battery.leftMilliJ(now) >= 10_000 + 36_000 - 1e-6, "at " + now / H);
      }
    }
    assertEquals(Long.MAX_VALUE, battery.possibleAtNs(30 * H, milliJ(50_000)));
  }

  @Test
  void shouldSpendTheSunThatAFullBatteryCannotTake() {
    BatteryReserve battery = new BatteryReserve(lasts(true), 1);
    battery.allows(0, milliJ(1));
    battery.take(0, milliJ(40_000));
    battery.observe(H, 99_000, 0);
    assertTrue(battery.allows(H, milliJ(20_000)), "beyond any pace");
    assertEquals(Double.POSITIVE_INFINITY, battery.sustainableMilliW(H));
    battery.observe(2 * H, 60_000, 0);
    assertFalse(battery.allows(2 * H, milliJ(20_000)));
  }

  @Test
  void shouldTakeAGaugeByItsErrorTooHigh() {
    BatteryLimit limit = new BatteryLimit(100_000, 100_000, 10_000, 10 * H, false, 0.05);
    BatteryReserve battery = new BatteryReserve(limit, 1);
    battery.observe(S, 51_000, 1_000);
    assertEquals(45_000, battery.leftMilliJ(S), 1e-6);
    assertEquals(45_000, battery.leastMilliJ(), 1e-6);
  }

  @Test
  void shouldSayWhenItsPaceAllowsMore() {
    SplittableRandom random = new SplittableRandom(5);
    BatteryReserve battery = new BatteryReserve(lasts(false), 1);
    long now = 0;
    for (int i = 0; i < 2000; i++) {
      now += random.nextLong(20 * S);
      Charge charge = milliJ(random.nextDouble(20, 200));
      if (battery.allows(now, charge)) {
        battery.take(now, charge);
        continue;
      }
      long at = battery.possibleAtNs(now, charge);
      if (at != Long.MAX_VALUE && at < 10 * H) {
        assertTrue(at > now);
        now = at + 1;
        assertTrue(battery.allows(now, charge), "after " + i);
      }
    }
  }

  @Test
  void shouldRefuseLimitsThatCannotBe() {
    assertThrows(
        IllegalArgumentException.class, () -> new BatteryLimit(10, 11, 0, 10 * H, false, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new BatteryLimit(10, 10, 10, 10 * H, false, 0));
    assertThrows(IllegalArgumentException.class, () -> new BatteryLimit(10, 1, 0, 5, false, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new BatteryLimit(10, 1, 0, 10 * H, false, 0.6));
  }
}
