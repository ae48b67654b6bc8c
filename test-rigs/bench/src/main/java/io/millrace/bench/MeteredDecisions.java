package io.millrace.bench;

import io.millrace.node.admission.Admission;
import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.Decision;
import io.millrace.node.admission.DecisionCounts;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.admission.Plan;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.HeatLimit;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.budget.Readings;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Decisions as a node with everything on takes them, one window after the other: two average
 * powers, peak, battery, heat, uplink, a margin, a meter; a ladder of five plans. Time is virtual.
 * For one thread.
 */
public final class MeteredDecisions {
  /** How things stand. */
  public enum Situation {
    /** The best plan is always paid for. */
    PLENTY,
    /** Some plan of the ladder is; windows wait and are dropped. */
    TIGHT,
    /** As tight, and the cloud cannot be reached. */
    CLOUD_GONE
  }

  private static final long MS = 1_000_000;
  private static final long HOUR_NS = 3_600_000 * MS;
  private static final double IDLE_MILLIW = 2_000;

  /** What a call sends. */
  private static final int SENT_BYTES = 1_500;

  private static final int RECEIVED_BYTES = 600;
  private static final long WINDOW_EVERY_NS = 100 * MS;
  private static final long SECOND_NS = 200 * MS;
  private static final long METER_EVERY_NS = 1_000 * MS;

  private final VirtualClock clock = new VirtualClock(1_000 * MS, 1_700_000_000_000L);
  private final Admission admission;
  private final Readings readings = new Readings();
  private long meterAtNs = clock.nanoTime();

  /** All accounts, nothing spent yet. */
  public MeteredDecisions(Situation situation) {
    List<Plan> plans = plans(situation != Situation.CLOUD_GONE);
    // the second span is an hour, so that its ledger is as full as it gets
    double above = situation == Situation.PLENTY ? 900 : 70;
    BudgetSettings budgets =
        new BudgetSettings(
            List.of(power(above, 60_000 * MS), power(above * 0.9, HOUR_NS)),
            OptionalDouble.of(8_000),
            Optional.of(new BatteryLimit(720e6, 700e6, 10e6, 24 * HOUR_NS, true, 0.01)),
            Optional.of(new HeatLimit(80, 35, 6, 40)),
            Optional.of(new UplinkLimit(1L << 30, 1 << 20, Optional.empty())),
            0.2,
            BudgetSettings.USUAL_METER_ERROR,
            BudgetSettings.USUAL_DISAGREEMENT);
    RadioPrice radio = new RadioPrice(2_000_000, 200, 100, 100, 20 * MS);
    try {
      Ledger ledger = new Ledger(budgets, IDLE_MILLIW, 100, 40_000_000, clock, Optional.empty());
      ledger.keepForAlerts(radio.energyNanoJ(Ledger.ALERT_BYTES, 0));
      admission =
          new AdmissionController(
              new AdmissionSettings(budgets, 500 * MS, 4), plans, radio, ledger);
    } catch (IOException e) {
      // nothing is kept in files; no message, since the JVM makes a string of each one in the class
      // when it first optimizes a method of it, however late, and that would be counted here
      throw new UncheckedIOException(e);
    }
  }

  private static PowerLimit power(double aboveMilliW, long windowNs) {
    return new PowerLimit(IDLE_MILLIW * 1.2 + aboveMilliW, windowNs, OptionalDouble.empty());
  }

  private static List<Plan> plans(boolean cloud) {
    Plan.Link link = new Way(cloud);
    Plan split =
        new Plan(
            "split",
            Plan.Where.SPLIT,
            new LocalCost(12_000_000, 4 * MS),
            1_300,
            Optional.of(link),
            30 * MS,
            OptionalDouble.empty(),
            OptionalInt.empty());
    return List.of(
        Plan.board("four lanes", new LocalCost(40_000_000, 9 * MS), 3_600),
        Plan.board("one lane", new LocalCost(30_000_000, 31 * MS), 1_000),
        split,
        Plan.board("small", new LocalCost(14_000_000, 3 * MS), 1_000).unsureBelow(0.8, 1),
        Plan.cloud("cloud", link, 100, 40 * MS));
  }

  private record Way(boolean available) implements Plan.Link {
    @Override
    public long sentBytes() {
      return SENT_BYTES;
    }

    @Override
    public long receivedBytes() {
      return RECEIVED_BYTES;
    }
  }

  /**
   * The next window: the meter is read when a second is over, the decision taken, and what it led
   * to is entered.
   */
  public Decision next() {
    clock.advance(WINDOW_EVERY_NS);
    long now = clock.nanoTime();
    if (now - meterAtNs >= METER_EVERY_NS) {
      meterAtNs = now;
      readings.milliW(IDLE_MILLIW + 100);
      readings.celsius(50);
      readings.batteryMilliJ(650e6);
      admission.observe(now, readings);
    }
    Decision decision = admission.decide(now, now - 2 * MS, 0, false);
    if (decision instanceof Decision.Defer) {
      clock.advance(50 * MS);
      decision = admission.decide(clock.nanoTime(), now - 2 * MS, 0, true);
    }
    settle(decision);
    return decision;
  }

  private void settle(Decision decision) {
    if (decision instanceof Decision.RunLocal run) {
      clock.advance(admission.cost(run.plan()).timeNs());
      admission.settleLocal(clock.nanoTime());
      if (admission.plans().get(run.plan()).thenAsk().isPresent()
          && admission.admitsSecond(run.plan(), clock.nanoTime(), clock.nanoTime() + SECOND_NS)) {
        clock.advance(30 * MS);
        admission.settleLocal(clock.nanoTime());
      }
    } else if (decision instanceof Decision.Offload offload) {
      clock.advance(30 * MS);
      admission.settleOffload(offload.plan(), clock.nanoTime(), SENT_BYTES, RECEIVED_BYTES, true);
    }
  }

  /** Days (UTC) since 1970, by the clock that decides on which day bytes are sent. */
  public long epochDay() {
    return Math.floorDiv(clock.wallTimeEpochMs(), 86_400_000L);
  }

  /** What was decided so far. */
  public DecisionCounts counts() {
    return admission.counts();
  }
}
