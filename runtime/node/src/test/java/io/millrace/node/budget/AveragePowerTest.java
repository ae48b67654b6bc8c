package io.millrace.node.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AveragePowerTest {
  private static final long S = 1_000_000_000L;
  private static final double NO_BURST_LIMIT = Double.POSITIVE_INFINITY;

  private record Spent(long startNs, long endNs, long nanoJ) {}

  /** The most that any span of {@code windowNs} touches, found the slow way. */
  private static long worst(List<Spent> all, long windowNs) {
    long worst = 0;
    for (Spent first : all) {
      // the spans that begin just before this one ends touch the most that begins after it
      long from = first.endNs - 1;
      long sum = 0;
      for (Spent s : all) {
        sum += s.endNs > from && s.startNs < from + windowNs ? s.nanoJ : 0;
      }
      worst = Math.max(worst, sum);
    }
    return worst;
  }

  @Test
  void shouldHoldTheAverageInEverySpan() {
    int loaded = 0;
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      long windowNs = 1_000_000L * (1 + random.nextInt(5000));
      double milliW = 1 + random.nextDouble() * 2000;
      long capacity = (long) (milliW * windowNs / 1000);
      double burst = random.nextBoolean() ? NO_BURST_LIMIT : capacity * random.nextDouble() / 1e6;
      AveragePower account = new AveragePower(milliW, 0, windowNs, burst);
      long now = random.nextLong() >> 2;
      List<Spent> spent = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        now += (long) (random.nextDouble() * random.nextDouble() * windowNs / 10);
        long cost = (long) (random.nextDouble() * capacity / (1 + random.nextInt(40)));
        if (account.spend(now, cost)) {
          long start = now;
          now += (long) (random.nextDouble() * windowNs / 20);
          account.endedAt(now, now);
          spent.add(new Spent(start, now, cost));
        }
      }
      assertTrue(worst(spent, windowNs) <= capacity, "seed " + seed);
      assertTrue(account.peakNanoJ() <= capacity);
      loaded += worst(spent, windowNs) > capacity * 0.9 ? 1 : 0;
    }
    assertTrue(loaded > 100, "most of these loads press against the limit: " + loaded);
  }

  @Test
  void shouldCatchABucketWithoutALedger() {
    // the planted fault: what a plain token bucket of the same rate and capacity lets through
    long capacity = 1000 * S / 1000;
    double tokens = (double) capacity;
    List<Spent> spent = new ArrayList<>();
    for (long now = 0; now < 2 * S; now += S / 100) {
      tokens = Math.min((double) capacity, tokens + 10_000_000.0);
      if (tokens >= 50_000_000) {
        tokens -= 50_000_000;
        spent.add(new Spent(now, now + 1, 50_000_000));
      }
    }
    assertTrue(worst(spent, S) > capacity, "the check sees what a bucket alone does");
  }

  @Test
  void shouldLetTheWholeOfASpanThroughAtOnceAndThenNothing() {
    AveragePower account = new AveragePower(1000, 0, S, NO_BURST_LIMIT);
    assertTrue(account.spend(0, S));
    assertFalse(account.spend(S / 2, 1));
    assertFalse(account.spend(S - 1, 1));
    assertEquals(S, account.affordableAtNs(S / 2, S / 10));
    assertTrue(account.spend(S, S));
  }

  @Test
  void shouldSpreadWhatABurstLimits() {
    AveragePower account = new AveragePower(1000, 0, S, 100);
    assertTrue(account.spend(0, S / 10));
    assertFalse(account.spend(S / 100, S / 10));
    // 100 mJ at 1000 mW less the bucket's own 100 mJ a second
    assertEquals(S / 9 + 1, account.affordableAtNs(S / 100, S / 10));
    assertTrue(account.spend(S / 9 + 1, S / 10));
    assertEquals(Long.MAX_VALUE, account.affordableAtNs(S, S / 5));
  }

  @Test
  void shouldSayWhenWhatFlowsInIsLostSoon() {
    AveragePower account = new AveragePower(1000, 0, S, 100);
    assertTrue(account.brims(0));
    assertTrue(account.spend(0, S / 10));
    assertFalse(account.brims(1));
    assertTrue(account.brims(S / 18 + 1), "half full again");
    AveragePower unlimited = new AveragePower(Double.POSITIVE_INFINITY, 0, S, NO_BURST_LIMIT);
    assertFalse(unlimited.brims(0), "nothing flows that could flow over");
  }

  @Test
  void shouldReachNineTenthsOfTheAverageUnderLoad() {
    for (double burst : new double[] {NO_BURST_LIMIT, 200}) {
      AveragePower account = new AveragePower(500, 0, 10 * S, burst);
      for (long now = 0; now < 1000 * S; now += S / 200) {
        account.spend(now, 7_000_000);
      }
      double share = account.totalNanoJ() / (500.0 * 1000 * S / 1000);
      assertTrue(share > 0.95 && share <= 1.01, "share " + share);
    }
  }

  @Test
  void shouldTakeAClockThatGoesBackForOneThatStands() {
    AveragePower account = new AveragePower(1000, 0, S, NO_BURST_LIMIT);
    assertTrue(account.spend(10 * S, S));
    assertFalse(account.spend(0, 1));
    assertFalse(account.spend(-100 * S, 1));
    assertFalse(account.spend(11 * S - 1, 1));
    assertTrue(account.spend(11 * S, S));
  }

  @Test
  void shouldMakeLaterSpendingsPayForAnOverdraft() {
    AveragePower account = new AveragePower(1000, 0, S, NO_BURST_LIMIT);
    assertTrue(account.spend(0, S / 2));
    account.overdraw(1, S);
    assertEquals(1, account.overdrafts());
    assertEquals(0, account.leftNanoJ(2));
    assertFalse(account.spend(S - 1, 1));
    assertEquals(3 * S / 2, account.totalNanoJ());
  }

  @Test
  void shouldSpareOnlyWhatASteadyFlowNeverMisses() {
    int taken = 0;
    int tight = 0;
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Flow flow = new Flow(random);
      long now = flow.history(random);
      long heldNs = (long) (random.nextDouble() * random.nextDouble() * flow.windowNs / 2);
      double spare = flow.account.spareNanoJ(now, flow.nanoJPerNs(), heldNs) - 2 * flow.answerNanoJ;
      if (spare < 1) {
        continue;
      }
      taken++;
      assertTrue(flow.account.spend(now, (long) spare), "seed " + seed);
      assertEquals(-1, flow.firstRefusedNs(now, heldNs), "seed " + seed);
      tight += flow.leastLeftNanoJ < flow.account.capacityNanoJ() / 10 ? 1 : 0;
    }
    assertTrue(taken > 300, "often something can be spared: " + taken);
    assertTrue(tight > 50, "often nearly all of what is left is needed: " + tight);
  }

  /** The planted fault: what is left now is not what can be spared. */
  @Test
  void shouldSeeAFlowThatMissesWhatWasTaken() {
    int refused = 0;
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Flow flow = new Flow(random);
      long now = flow.history(random);
      long left = flow.account.leftNanoJ(now) - 2 * flow.answerNanoJ;
      if (left > 0 && flow.account.spend(now, left)) {
        refused += flow.firstRefusedNs(now, 0) >= 0 ? 1 : 0;
      }
    }
    assertTrue(refused > 100, "refused: " + refused);
  }

  /** Answers at a steady pace, within one account. */
  private static final class Flow {
    final long windowNs;
    final long gapNs;
    final long answerNanoJ;
    final AveragePower account;
    long leastLeftNanoJ = Long.MAX_VALUE;

    Flow(Random random) {
      windowNs = S * (1 + random.nextInt(60));
      gapNs = Math.max(1, (long) (windowNs * random.nextDouble() / 40));
      double milliW = 1 + random.nextDouble() * 2000;
      answerNanoJ = (long) (milliW / 1e3 * gapNs * (0.3 + 0.7 * random.nextDouble()));
      long capacity = (long) (milliW / 1e3 * windowNs);
      double burst = random.nextBoolean() ? NO_BURST_LIMIT : capacity * random.nextDouble() / 1e6;
      account = new AveragePower(milliW, 0, windowNs, burst);
    }

    double nanoJPerNs() {
      return answerNanoJ / (double) gapNs;
    }

    /** What was spent before, regular or not; returns the time after it. */
    long history(Random random) {
      long now = 0;
      int spendings = random.nextInt(200);
      for (int i = 0; i < spendings; i++) {
        now += random.nextBoolean() ? gapNs : (long) (random.nextDouble() * 4 * gapNs);
        account.spend(now, random.nextInt(8) == 0 ? 3 * answerNanoJ : answerNanoJ);
        account.endedAt(now + gapNs / 20, now + gapNs / 20);
      }
      return now + gapNs / 20;
    }

    /** When the flow first finds too little; -1 for never, within a span where it cannot last. */
    long firstRefusedNs(long fromNs, long heldNs) {
      boolean lasts = nanoJPerNs() * 1e3 <= account.sustainableMilliW(fromNs);
      long endNs = fromNs + (lasts ? 3 : 1) * windowNs;
      for (long dueNs = fromNs + gapNs; dueNs < endNs; dueNs += gapNs) {
        long now = Math.max(dueNs, fromNs + heldNs);
        leastLeftNanoJ = Math.min(leastLeftNanoJ, account.leftNanoJ(now));
        if (!account.spend(now, answerNanoJ)) {
          return dueNs;
        }
        account.endedAt(now, now);
      }
      return -1;
    }
  }

  @Test
  void shouldNeverRefuseWithoutALimit() {
    AveragePower account = new AveragePower(Double.POSITIVE_INFINITY, 0, S, NO_BURST_LIMIT);
    for (int i = 0; i < 5000; i++) {
      assertTrue(account.spend(i, 1L << 40));
    }
    assertEquals(5000L << 40, account.totalNanoJ());
    assertEquals(0, account.overdrafts());
  }
}
