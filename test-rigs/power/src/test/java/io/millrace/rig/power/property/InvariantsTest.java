package io.millrace.rig.power.property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.budget.Account;
import io.millrace.node.budget.AveragePower;
import io.millrace.node.budget.BatteryReserve;
import io.millrace.node.budget.Heat;
import io.millrace.node.budget.PeakPower;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.budget.UplinkDay;
import io.millrace.rig.power.judge.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * No limit is broken in any of ten thousand lives drawn at random, by what truly happened; and each
 * kind of limit is seen to break when its account has a fault.
 */
class InvariantsTest {
  private static final int LIVES = 10_000;
  private static final int PLANTED = 1500;

  /** How a life was drawn, for a message. */
  private record Break(long seed, Check check) {}

  @Test
  void shouldBreakNoLimitInTenThousandLives() throws Exception {
    List<Break> breaks = new ArrayList<>();
    int lived = 0;
    long answers = 0;
    for (long seed = 0; lived < LIVES; seed++) {
      Life life = new Life(seed, true);
      Controller controller;
      try {
        controller = new Controller(life);
      } catch (IllegalArgumentException e) {
        continue; // limits that leave nothing for answers are refused
      }
      lived++;
      Play.Outcome outcome = Play.of(life, controller);
      answers += outcome.answers();
      for (Check check : outcome.broken()) {
        breaks.add(new Break(seed, check));
      }
    }
    assertEquals(
        List.of(), breaks.subList(0, Math.min(5, breaks.size())), breaks.size() + " in all");
    assertTrue(answers > 20L * LIVES, answers + " answers: who answers nothing breaks nothing");
  }

  @Test
  void shouldSeeATokenBucketWithoutALedger() throws Exception {
    assertSeen(
        "average",
        g -> {
          int i = 0;
          for (Account a : List.copyOf(g.accounts)) {
            if (a instanceof AveragePower) {
              g.accounts.set(
                  g.accounts.indexOf(a),
                  Broken.tokenBucket(
                      g.life.settings.budgets().power().get(i++), g.life.board.idleMilliW()));
            }
          }
        });
  }

  @Test
  void shouldSeeABatteryThatForgetsTheIdleBoard() throws Exception {
    assertSeen(
        "battery",
        g -> {
          replace(
              g,
              BatteryReserve.class,
              () -> Broken.batteryWithoutIdle(g.life.settings.budgets().battery().get()));
        });
  }

  @Test
  void shouldSeeADayThatEndsWheneverTheClockIsSet() throws Exception {
    assertSeen(
        "uplink",
        g -> {
          replace(
              g,
              UplinkDay.class,
              () -> Broken.dayByTheWall(g.life.settings.budgets().uplink().get(), g.life.world));
        });
  }

  @Test
  void shouldSeeHeatWithTheWrongSign() throws Exception {
    assertSeen(
        "temperature",
        g -> {
          replace(
              g,
              Heat.class,
              () ->
                  Broken.heatWithWrongSign(
                      g.life.settings.budgets().heat().get(), g.life.board.idleMilliW()));
        });
  }

  @Test
  void shouldSeeAPeakThatForgetsTheIdleBoard() throws Exception {
    assertSeen(
        "peak",
        g -> {
          replace(
              g,
              PeakPower.class,
              () -> Broken.peakWithoutIdle(g.life.settings.budgets().peakMilliW().getAsDouble()));
        });
  }

  @Test
  void shouldSeeATailThatNobodyPays() throws Exception {
    assertSeen(
        "average",
        g -> {
          RadioPrice p = g.price;
          g.price = new RadioPrice(p.wakeupNanoJ(), p.txNanoJPerByte(), p.rxNanoJPerByte(), 0, 0);
        });
  }

  @Test
  void shouldSeeAPeakThatForgetsTheSendingRadio() throws Exception {
    assertSeen(
        "peak",
        g -> {
          RadioPrice p = g.price;
          g.price =
              new RadioPrice(
                  p.wakeupNanoJ(),
                  p.txNanoJPerByte(),
                  p.rxNanoJPerByte(),
                  p.tailMilliW(),
                  p.tailNs());
        });
  }

  @Test
  void shouldSeeADeadlineThatIsIgnored() throws Exception {
    assertSeen("deadline", g -> g.ignoresDeadline = true);
  }

  private interface Made {
    Account make();
  }

  private static void replace(Greedy greedy, Class<? extends Account> kind, Made made) {
    for (int i = 0; i < greedy.accounts.size(); i++) {
      if (kind.isInstance(greedy.accounts.get(i))) {
        greedy.accounts.set(i, made.make());
      }
    }
  }

  /** The fault breaks limits of that name, in more lives than the right accounts do. */
  private static void assertSeen(String limit, Consumer<Greedy> fault) throws Exception {
    int broken = 0;
    int before = 0;
    for (long seed = 0; seed < PLANTED; seed++) {
      Greedy right = new Greedy(new Life(seed, true));
      before += breaks(right, limit);
      Greedy faulty = new Greedy(new Life(seed, true));
      fault.accept(faulty);
      broken += breaks(faulty, limit);
    }
    assertTrue(
        broken > 2 * before + 5,
        limit + ": " + broken + " lives with the fault, " + before + " without");
  }

  private static int breaks(Greedy greedy, String limit) {
    return Play.of(greedy.life, greedy).broken().stream().anyMatch(c -> c.name().startsWith(limit))
        ? 1
        : 0;
  }
}
