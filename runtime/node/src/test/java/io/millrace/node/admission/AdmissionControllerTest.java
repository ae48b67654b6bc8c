package io.millrace.node.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.BudgetUse;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.Limit;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.RadioPrice;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionControllerTest {
  private static final long MS = 1_000_000L;
  private static final LocalCost LOCAL = new LocalCost(10_000_000, 5 * MS);
  private static final RadioPrice RADIO = new RadioPrice(2_000_000, 1000, 500);

  private static AdmissionSettings settings(double milliW, long deadlineMs, int waiting) {
    PowerLimit power = new PowerLimit(milliW, 1000 * MS, OptionalDouble.of(1e6));
    return new AdmissionSettings(BudgetSettings.power(List.of(power)), deadlineMs * MS, waiting);
  }

  /** A cloud that is there or not, and bytes that calls are expected to take. */
  private static final class Way implements Plan.Link {
    boolean available;
    long sent = 1000;
    long received = 2000;

    @Override
    public boolean available() {
      return available;
    }

    @Override
    public long sentBytes() {
      return sent;
    }

    @Override
    public long receivedBytes() {
      return received;
    }
  }

  private final Way way = new Way();

  private AdmissionController controller(AdmissionSettings settings, boolean cloud) {
    return controller(settings, LOCAL, cloud);
  }

  private AdmissionController controller(
      AdmissionSettings settings, LocalCost local, boolean cloud) {
    List<Plan> plans = new ArrayList<>();
    plans.add(Plan.board("board", local, 900));
    if (cloud) {
      plans.add(Plan.cloud("cloud", way, 100, 20 * MS));
    }
    return controller(settings, plans);
  }

  private static AdmissionController controller(AdmissionSettings settings, List<Plan> plans) {
    return controller(settings, plans, RADIO);
  }

  private static AdmissionController controller(
      AdmissionSettings settings, List<Plan> plans, RadioPrice radio) {
    try {
      Ledger ledger =
          new Ledger(
              settings.budgets(),
              500,
              radio.tailMilliW(),
              plans.stream().mapToLong(p -> p.cost().energyNanoJ()).max().orElseThrow(),
              new VirtualClock(0, 0),
              Optional.empty());
      return new AdmissionController(settings, plans, radio, ledger);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Decision decide(AdmissionController c, long nowMs, long doneMs, boolean cloud) {
    return decide(c, nowMs, doneMs, cloud, 0, false);
  }

  private Decision decide(
      AdmissionController c, long nowMs, long doneMs, boolean cloud, int waiting, boolean before) {
    way.available = cloud;
    return c.decide(nowMs * MS, doneMs * MS, waiting, before);
  }

  @Test
  void shouldRunOnTheBoardWhileItsEnergyLasts() {
    // 525 mW less 500 idle over a second: 25 mJ, two runs of 10
    AdmissionController c = controller(settings(525, 100, 4), true);
    assertInstanceOf(Decision.RunLocal.class, decide(c, 0, 0, true));
    assertInstanceOf(Decision.RunLocal.class, decide(c, 10, 10, true));
    Decision third = decide(c, 20, 20, true);
    assertInstanceOf(Decision.Offload.class, third);
    assertEquals(Limit.ENERGY, third.grounds().limit());
    assertEquals(
        "energy; board 10000 uJ in 5000 us: energy; cloud 4000 uJ in 20000 us: taken; left 5000 uJ; 100000 us to deadline",
        third.reason());
    assertInstanceOf(Decision.Drop.class, decide(c, 30, 30, true));
    assertInstanceOf(Decision.RunLocal.class, decide(c, 1000, 1000, true));
    assertEquals(3, c.counts().of(Kind.RUN_LOCAL, Limit.NONE));
    assertEquals(1, c.counts().of(Kind.OFFLOAD, Limit.ENERGY));
    assertEquals(1, c.counts().of(Kind.DROP, Limit.ENERGY));
  }

  @Test
  void shouldAskTheCloudWhenTheBoardIsTooSlow() {
    AdmissionController c = controller(settings(2000, 30, 4), new LocalCost(1, 50 * MS), true);
    Decision d = decide(c, 0, 0, true);
    assertInstanceOf(Decision.Offload.class, d);
    assertEquals(Limit.DEADLINE, d.grounds().limit());
    assertEquals(Limit.DEADLINE, decide(c, 15, 0, true).grounds().limit());
    assertEquals(1, c.counts().of(Kind.DROP, Limit.DEADLINE));
  }

  @Test
  void shouldLetAWindowWaitWhenEnergyComesInTime() {
    AdmissionController c = controller(settings(515, 2000, 1), false);
    assertInstanceOf(Decision.RunLocal.class, decide(c, 0, 0, false));
    Decision d = decide(c, 100, 100, false);
    assertInstanceOf(Decision.Defer.class, d);
    assertEquals(Limit.ENERGY, d.grounds().limit());
    assertEquals(1000 * MS, c.retryAtNs(100 * MS));
    Decision full = decide(c, 110, 110, false, 1, false);
    assertInstanceOf(Decision.Drop.class, full);
    assertEquals(Limit.QUEUE, full.grounds().limit());
    Decision again = decide(c, 500, 100, false, 0, true);
    assertInstanceOf(Decision.Defer.class, again);
    assertEquals(1, c.counts().of(Kind.DEFER), "waiting on is no new decision");
    assertInstanceOf(Decision.RunLocal.class, decide(c, 1000, 100, false, 0, true));
  }

  @Test
  void shouldDropAWindowThatWaitedBeyondItsDeadline() {
    AdmissionController c = controller(settings(515, 300, 1), true);
    assertInstanceOf(Decision.RunLocal.class, decide(c, 0, 0, false));
    Decision d = decide(c, 100, 100, false);
    assertInstanceOf(Decision.Defer.class, d);
    assertEquals(Limit.CLOUD, d.grounds().limit());
    Decision late = decide(c, 399, 100, false, 0, true);
    assertInstanceOf(Decision.Drop.class, late);
    assertEquals(Limit.DEADLINE, late.grounds().limit());
  }

  @Test
  void shouldChargeACallThatFailedAndWhatItSentBeyondTheEstimate() {
    AdmissionController c = controller(settings(520, 100, 1), new LocalCost(1, 200 * MS), true);
    assertInstanceOf(Decision.Offload.class, decide(c, 0, 0, true));
    assertEquals(4_000_000, c.settleOffload(1, 10 * MS, 0, 0, false));
    assertEquals(4, c.use().spentMilliJ(), 1e-9);
    assertInstanceOf(Decision.Defer.class, c.afterCloudFailure(10 * MS, 0, 0));
    assertInstanceOf(Decision.Drop.class, c.afterCloudFailure(10 * MS, 0, 1));
    assertInstanceOf(Decision.Drop.class, c.afterCloudFailure(90 * MS, 0, 0));
    assertInstanceOf(Decision.Defer.class, decide(c, 20, 20, true), "it has just failed");
    assertInstanceOf(Decision.Offload.class, decide(c, 31, 31, true));
    assertEquals(7_000_000, c.settleOffload(1, 41 * MS, 5000, 0, true));
    assertEquals(11, c.use().spentMilliJ(), 1e-9);
    assertEquals(0, c.use().overdrafts());
  }

  @Test
  void shouldLearnHowLongCallsTake() {
    AdmissionController c = controller(settings(2000, 100, 0), new LocalCost(1, 200 * MS), true);
    for (int i = 0; i < 4; i++) {
      long at = i * 1000L;
      if (decide(c, at, at, true) instanceof Decision.Offload) {
        c.settleOffload(1, (at + 300) * MS, 1000, 2000, true);
      }
    }
    assertEquals(1, c.counts().of(Kind.OFFLOAD));
    assertEquals(3, c.counts().of(Kind.DROP, Limit.DEADLINE));
  }

  @Test
  void shouldRefuseABudgetThatCouldNeverAnswer() {
    assertMessage("not above what the idle board takes", settings(500, 100, 0), false);
    assertMessage("the cheapest answer takes 10.000 mJ", settings(505, 100, 0), false);
    controller(settings(505, 100, 0), true);
  }

  private void assertMessage(String part, AdmissionSettings settings, boolean cloud) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> controller(settings, cloud));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void shouldNeverAdmitWhatItPredictsToBeLateOrUnaffordable() {
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      AdmissionController c =
          controller(settings(505 + random.nextInt(100), 10 + random.nextInt(500), 3), true);
      long now = 0;
      for (int i = 0; i < 200; i++) {
        now += random.nextInt(100);
        way.sent = random.nextInt(5000);
        way.received = random.nextInt(5000);
        Decision d =
            decide(
                c,
                now,
                now - random.nextInt(300),
                random.nextBoolean(),
                random.nextInt(4),
                random.nextBoolean());
        Grounds g = d.grounds();
        switch (d) {
          case Decision.RunLocal r -> {
            assertTrue(g.timeNs(0) <= g.timeLeftNs() && g.energyNanoJ(0) <= g.energyLeftNanoJ());
            now += g.timeNs(0) / MS;
            c.settleLocal(now * MS);
          }
          case Decision.Offload o -> {
            assertTrue(g.timeNs(1) <= g.timeLeftNs() && g.energyNanoJ(1) <= g.energyLeftNanoJ());
            assertTrue(way.available);
            now += 10;
            c.settleOffload(1, now * MS, 0, 0, random.nextBoolean());
          }
          case Decision.Defer w -> assertTrue(g.timeLeftNs() > 0);
          case Decision.Drop w -> assertTrue(g.limit() != Limit.NONE);
        }
      }
      var energy = c.use();
      BudgetUse.Span span = energy.spans().getFirst();
      assertTrue(span.peakMilliW() <= span.limitMilliW() + 1e-6);
    }
  }

  @Test
  void shouldAskAboutAnAnswerThatIsNotSureOutOfTheSurplusOnly() {
    List<Plan> plans =
        List.of(
            Plan.board("small", new LocalCost(1_000_000, MS), 900).unsureBelow(0.7, 1),
            Plan.board("large", LOCAL, 900));
    // 12.5 mW above idle: a window each 100 ms takes 10 for the small one; 2.5 are left for seconds
    PowerLimit power = new PowerLimit(512.5, 100_000 * MS, OptionalDouble.empty());
    AdmissionController c =
        controller(
            new AdmissionSettings(
                BudgetSettings.power(List.of(power)), AdmissionSettings.NO_DEADLINE, 0),
            plans);
    int seconds = 0;
    int first = 0;
    for (int i = 0; i < 3000; i++) {
      long now = i * (100 * MS);
      if (c.decide(now, now, 0, false) instanceof Decision.RunLocal run && run.plan() == 0) {
        first++;
        c.settleLocal(now + MS);
        if (c.admitsSecond(0, now + MS, now + 100 * MS)) {
          seconds++;
          c.settleLocal(now + 6 * MS);
        }
      }
    }
    assertEquals(3000, first, "no window is lost for a second opinion");
    assertTrue(seconds > 40 && seconds < 80, "2.5 mW pay for some one each 5 s: " + seconds);
  }

  @Test
  void shouldAnswerOnTheBoardAtOnceWhatTheCloudFailedToAnswer() {
    List<Plan> plans =
        List.of(Plan.cloud("cloud", way, 100, 20 * MS), Plan.board("board", LOCAL, 900));
    AdmissionController c = controller(settings(2000, 100, 0), plans);
    assertInstanceOf(Decision.Offload.class, decide(c, 0, 0, true));
    c.settleOffload(0, 90 * MS, 1000, 0, false);
    Decision next = c.afterCloudFailure(90 * MS, 0, 0);
    assertInstanceOf(Decision.RunLocal.class, next);
    assertEquals("board", next.grounds().plan());
    assertEquals(Limit.CLOUD, next.grounds().limit());
    assertEquals(Limit.CLOUD, next.grounds().refusedBy(0));
    assertEquals(1, c.counts().of(Kind.RUN_LOCAL, Limit.CLOUD));
    assertInstanceOf(
        Decision.Drop.class, c.afterCloudFailure(96 * MS, 0, 0), "no time, and no room");
  }

  /** A window each 100 ms takes 10 mJ: what a second opinion of 4 mJ may take is the rest. */
  private int secondsAsked(BudgetSettings budgets, RadioPrice radio, long heldMs) {
    List<Plan> plans =
        List.of(
            Plan.board("board", LOCAL, 900).unsureBelow(0.7, 1),
            Plan.cloud("cloud", way, 100 + radio.tailMilliW(), 20 * MS));
    AdmissionController c =
        controller(new AdmissionSettings(budgets, AdmissionSettings.NO_DEADLINE, 0), plans, radio);
    int seconds = 0;
    for (int i = 0; i < 1000; i++) {
      long now = i * (100 * MS);
      assertInstanceOf(Decision.RunLocal.class, decide(c, now / MS, now / MS, true), "window " + i);
      c.settleLocal(now + 5 * MS);
      if (c.admitsSecond(0, now + 5 * MS, now + (5 + heldMs) * MS)) {
        seconds++;
        c.settleOffload(1, now + 30 * MS, 1000, 2000, true);
      }
    }
    return seconds;
  }

  private static BudgetSettings budgets(double milliW, OptionalDouble peak) {
    PowerLimit power = new PowerLimit(milliW, 2000 * MS, OptionalDouble.of(1e6));
    return new BudgetSettings(
        List.of(power), peak, Optional.empty(), Optional.empty(), Optional.empty(), 0, 0.01, 0.25);
  }

  @Test
  void shouldSpendOnSecondsOnlyWhatEveryWindowToComeCanDoWithout() {
    way.available = true;
    OptionalDouble noPeak = OptionalDouble.empty();
    // 120 mW above idle, 100 of them for answers: 40 mJ in 2 s are left, ten seconds of 4 mJ
    int some = secondsAsked(budgets(620, noPeak), RADIO, 80);
    assertTrue(some > 50 && some < 500, "of 1000: " + some);
    assertEquals(0, secondsAsked(budgets(606, noPeak), RADIO, 80), "nothing is left");
    assertEquals(1000 - 1, secondsAsked(budgets(900, noPeak), RADIO, 80), "once the pace is known");
    // answers that are held back for a second come at once then: 20 more of 2 s are too many
    assertEquals(0, secondsAsked(budgets(620, noPeak), RADIO, 1_000));
  }

  @Test
  void shouldPayOutOfTheSurplusForWhatACallTookBeyondItsEstimate() {
    List<Plan> plans =
        List.of(
            Plan.board("board", LOCAL, 900).unsureBelow(0.7, 1),
            Plan.cloud("cloud", way, 100, 20 * MS));
    // 110 mW above idle: after answers on the board, 1 mJ a window is left for seconds of 4
    PowerLimit power = new PowerLimit(610, 100_000 * MS, OptionalDouble.of(1e6));
    AdmissionController c =
        controller(
            new AdmissionSettings(
                BudgetSettings.power(List.of(power)), AdmissionSettings.NO_DEADLINE, 0),
            plans);
    List<Integer> asked = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      long now = i * 100L;
      assertInstanceOf(Decision.RunLocal.class, decide(c, now, now, true), "window " + i);
      c.settleLocal((now + 5) * MS);
      if (c.admitsSecond(0, (now + 5) * MS, (now + 90) * MS)) {
        asked.add(i);
        // the first brings far more than was expected
        c.settleOffload(1, (now + 30) * MS, 1000, i == 1 ? 400_000 : 2000, true);
      }
    }
    assertEquals(List.of(1, 5), asked, "and then again when four windows have left enough");
  }

  @Test
  void shouldAskNobodyWhoseRadioWouldKeepTheNextAnswerFromThePeak() {
    way.available = true;
    RadioPrice listens = new RadioPrice(2_000_000, 0, 0, 300, 200 * MS);
    // idle 500, the board's answer 900: beside a radio that listens 1700
    assertEquals(0, secondsAsked(budgets(1400, OptionalDouble.of(1_699)), listens, 80));
    assertTrue(secondsAsked(budgets(1400, OptionalDouble.of(1_701)), listens, 80) > 900);
  }

  @Test
  void shouldNameTheLimitThatStoodInTheWayOfEachPlan() {
    List<Plan> plans =
        List.of(
            Plan.board("four-lanes", new LocalCost(12_000_000, 2 * MS), 3600),
            Plan.board("one-lane", LOCAL, 900),
            Plan.cloud("cloud", way, 100, 20 * MS));
    BudgetSettings budgets =
        new BudgetSettings(
            List.of(),
            OptionalDouble.of(3000),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            0.01,
            0.25);
    AdmissionController c = controller(new AdmissionSettings(budgets, 100 * MS, 0), plans);
    Decision d = decide(c, 0, 0, false);
    assertEquals("one-lane", d.grounds().plan());
    assertEquals(Limit.PEAK, d.grounds().refusedBy(0));
    assertEquals(Limit.PEAK, d.grounds().limit());
    Decision late = decide(c, 197, 100, false);
    assertEquals(Limit.DEADLINE, late.grounds().refusedBy(1));
    assertInstanceOf(Decision.Drop.class, late);
  }

  @Test
  void shouldChargeTheMarginThatWasDeclared() {
    PowerLimit power = new PowerLimit(625, 1000 * MS, OptionalDouble.of(1e6));
    BudgetSettings budgets =
        new BudgetSettings(
            List.of(power),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0.2,
            0.01,
            0.25);
    AdmissionController c =
        controller(
            new AdmissionSettings(budgets, 100 * MS, 0), List.of(Plan.board("board", LOCAL, 900)));
    // 625 less 600 for the idle board: 25 mJ a second, two runs of 12
    assertInstanceOf(Decision.RunLocal.class, decide(c, 0, 0, false));
    assertInstanceOf(Decision.RunLocal.class, decide(c, 10, 10, false));
    assertInstanceOf(Decision.Drop.class, decide(c, 20, 20, false));
    assertEquals(24, c.use().spentMilliJ(), 1e-9);
  }

  @Test
  void shouldAllocateNothingWhileDeciding() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    AdmissionController c = controller(settings(520, 300, 4), true);
    long least = Long.MAX_VALUE; // the first rounds are also charged for what the JIT does
    long now = 0;
    for (int round = 0; round < 10; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 2000; i++) {
        now += 7 * MS;
        way.available = i % 3 == 0;
        Decision d = c.decide(now, now, i % 5, false);
        if (d instanceof Decision.RunLocal) {
          c.settleLocal(now + MS);
        } else if (d instanceof Decision.Offload) {
          c.settleOffload(1, now + MS, 1000, 1000, true);
        }
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least);
  }
}
