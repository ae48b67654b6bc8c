package io.millrace.node.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LadderTest {
  private static final long S = 1_000_000_000L;

  /** Nanojoules of a good, a middling and a poor plan. */
  private static final double[] ENERGY = {10e6, 5e6, 1e6};

  /** A window a second under {@code incomeMilliW}: how often each plan was begun, and changes. */
  private static int[] play(Ladder ladder, double incomeMilliW, int windows) {
    int[] count = new int[ENERGY.length + 1];
    int before = -1;
    for (int i = 0; i < windows; i++) {
      ladder.arrived(i * S);
      int level = ladder.level(i * S, incomeMilliW, ENERGY);
      ladder.spent(ENERGY[level] - ENERGY[ENERGY.length - 1]);
      count[level]++;
      count[ENERGY.length] += level != before && before >= 0 ? 1 : 0;
      before = level;
    }
    return count;
  }

  @Test
  void shouldStayWithTheBestPlanWhereItCanLast() {
    assertEquals(1000, play(new Ladder(), 10.5, 1000)[0]);
    assertEquals(1000, play(new Ladder(), Double.POSITIVE_INFINITY, 1000)[0]);
  }

  @Test
  void shouldAnswerAllWithTheCheapestBeforeAnyBetter() {
    int[] count = play(new Ladder(), 1.0, 1000);
    assertTrue(count[2] > 900, "but for the credit at the start: " + count[2]);
    // nothing left over beyond what each second needs
    assertFalse(count[0] > 40);
  }

  @Test
  void shouldSpendTheSurplusOnBetterPlansInStretches() {
    int windows = 20_000;
    int[] count = play(new Ladder(), 4.0, windows);
    double spent = (count[0] * 10.0 + count[1] * 5.0 + count[2]) / windows;
    assertEquals(4.0, spent, 0.1, "mW; what flows in is used, not more");
    assertTrue(count[0] + count[1] > windows / 4, "better plans too");
    assertTrue(count[3] < windows / 4, "with hysteresis: " + count[3] + " changes");
  }

  @Test
  void shouldPayForNothingOnTopThatIsNotEarned() {
    Ladder ladder = new Ladder();
    play(ladder, 1.0, 100);
    assertFalse(ladder.affords(10e6));
    play(ladder, Double.POSITIVE_INFINITY, 10);
    assertTrue(ladder.affords(1e9), "what flows over is free");
    ladder.level(20 * S, 1.0, ENERGY);
    assertFalse(ladder.affords(10e6), "and is no credit for later");
  }

  @Test
  void shouldGoByWhatIsToBeHadNow() {
    Ladder ladder = new Ladder();
    play(ladder, 1.0, 100);
    double[] withoutThePoor = {10e6, 5e6, Double.POSITIVE_INFINITY};
    ladder.arrived(100 * S);
    int level = ladder.level(100 * S, 1.0, withoutThePoor);
    assertTrue(level == 1 || level == 2, "level " + level);
    double[] nothing = new double[3];
    java.util.Arrays.fill(nothing, Double.POSITIVE_INFINITY);
    assertEquals(0, ladder.level(101 * S, 1.0, nothing));
  }
}
