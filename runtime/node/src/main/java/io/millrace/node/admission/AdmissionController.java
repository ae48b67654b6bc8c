package io.millrace.node.admission;

import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.budget.BudgetUse;
import io.millrace.node.budget.Charge;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.Limit;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.budget.Readings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the best plan that all budgets bear, in time, and that is affordable for good. Deciding
 * allocates nothing.
 */
public final class AdmissionController implements Admission {
  private static final long FIRST_PAUSE_NS = 20_000_000L;
  private static final long LONGEST_PAUSE_NS = 5_000_000_000L;
  private static final long LONG_AGO = Long.MIN_VALUE / 4;

  private final AdmissionSettings settings;
  private final List<Plan> plans;
  private final RadioPrice radio;
  private final Ledger ledger;
  private final Ladder ladder = new Ladder();
  private final DecisionCounts counts = new DecisionCounts();
  private final Grounds grounds;
  private final Decision[] take;
  private final Decision defer;
  private final Decision drop;
  private final LocalCost[] cost;
  private final long[] cloudNs;
  private final long[] againNs;
  private final long[] pauseNs;
  private final double[] expectedNanoJ;
  private final Limit[] refusals;
  private long radioUsedNs = LONG_AGO;
  private long admittedAtNs;
  private long admittedNanoJ;
  private long admittedRadioNanoJ;
  private long admittedDayBytes;

  /**
   * @param plans best first; at least one
   * @param radio what calls take; of no matter where no plan asks the cloud
   * @throws IllegalArgumentException if the budgets could not pay for one answer
   */
  public AdmissionController(
      AdmissionSettings settings, List<Plan> plans, RadioPrice radio, Ledger ledger) {
    if (plans.isEmpty()) {
      throw new IllegalArgumentException("a ladder needs a plan");
    }
    this.settings = settings;
    this.plans = List.copyOf(plans);
    this.radio = radio;
    this.ledger = ledger;
    int n = plans.size();
    grounds = new Grounds(this.plans);
    take = new Decision[n];
    defer = new Decision.Defer(grounds);
    drop = new Decision.Drop(grounds);
    cost = new LocalCost[n];
    cloudNs = new long[n];
    againNs = new long[n];
    Arrays.fill(againNs, LONG_AGO);
    pauseNs = new long[n];
    expectedNanoJ = new double[n];
    refusals = new Limit[n];
    for (int i = 0; i < n; i++) {
      Plan plan = plans.get(i);
      take[i] =
          plan.where() == Plan.Where.BOARD
              ? new Decision.RunLocal(i, grounds)
              : new Decision.Offload(i, grounds);
      cost[i] = plan.cost();
      cloudNs[i] = plan.expectedCloudNs();
      plan.thenAsk().ifPresent(then -> java.util.Objects.checkIndex(then, n));
    }
    requireAffordable(0, cost[0]);
    // links the switch in there now: the first decision allocates nothing either
    Kind.of(defer);
  }

  @Override
  public List<Plan> plans() {
    return plans;
  }

  @Override
  public void requireAffordable(int plan, LocalCost instead) {
    double cheapest = Double.POSITIVE_INFINITY;
    long quickest = Long.MAX_VALUE;
    for (int i = 0; i < plans.size(); i++) {
      LocalCost of = i == plan ? instead : cost[i];
      boolean cloud = plans.get(i).where() != Plan.Where.BOARD;
      double radioNanoJ = cloud ? radio.energyNanoJ(0, 0) * ledger.model().radioFactor() : 0;
      double energy = of.energyNanoJ() * ledger.model().computeFactor() + radioNanoJ;
      cheapest = Math.min(cheapest, energy);
      quickest = Math.min(quickest, cloud ? 0 : of.timeNs());
    }
    if (cheapest > ledger.largestNanoJ()) {
      throw new IllegalArgumentException(
          "power budget leaves %.3f mJ above idle to spend at once, and the cheapest answer takes %.3f mJ; allow more power, a longer span or a larger burst"
              .formatted(ledger.largestNanoJ() / 1e6, cheapest / 1e6));
    }
    if (quickest > settings.deadlineNs()) {
      throw new IllegalArgumentException(
          "an answer takes %.3f ms on the board, the deadline is %.3f ms, and there is no cloud"
              .formatted(quickest / 1e6, settings.deadlineNs() / 1e6));
    }
  }

  @Override
  public void answersCost(int plan, LocalCost now) {
    cost[plan] = now;
  }

  @Override
  public LocalCost cost(int plan) {
    return cost[plan];
  }

  // --- what plans take ---------------------------------------------------------------------------

  /** What it takes at most, as far as the declared margin goes. */
  private long timeNs(int plan) {
    return (long) ((cost[plan].timeNs() + cloudNs[plan]) * (1 + settings.budgets().margin()));
  }

  private long radioNanoJ(int plan, long nowNs) {
    Plan p = plans.get(plan);
    if (p.where() == Plan.Where.BOARD) {
      return 0;
    }
    Plan.Link link = p.link().orElseThrow();
    return radio.energyNanoJ(
        link.sentBytes(), link.receivedBytes(), cloudNs[plan], quietNs(plan, nowNs));
  }

  /**
   * How long the radio has been quiet at the most when the call begins: it may fall asleep while
   * the front part of a network is worked out, and has to wake up then.
   */
  private long quietNs(int plan, long nowNs) {
    long frontNs = (long) (cost[plan].timeNs() * (1 + settings.budgets().margin()));
    return nowNs + frontNs - radioUsedNs;
  }

  /** What the radio takes beside the processor: it still listens, or sends an alert at any time. */
  private double besideMilliW(long nowNs) {
    if (ledger.alertsTravel()) {
      return radio.peakMilliW();
    }
    return nowNs - radioUsedNs < radio.tailNs() ? radio.tailMilliW() : 0;
  }

  /** What of it is spent before the radio only listens. */
  private long radioAtOnceNanoJ(int plan, long nowNs) {
    Plan p = plans.get(plan);
    if (p.where() == Plan.Where.BOARD) {
      return 0;
    }
    Plan.Link link = p.link().orElseThrow();
    return radio.withoutTailNanoJ(
        link.sentBytes(), link.receivedBytes(), cloudNs[plan], quietNs(plan, nowNs));
  }

  /** The charge of a plan. */
  private Charge charge(int plan, long nowNs) {
    Plan p = plans.get(plan);
    boolean calls = p.where() != Plan.Where.BOARD;
    long bytes = calls ? p.link().orElseThrow().dayBytes() : 0;
    double processor = p.addedMilliW();
    double beside = besideMilliW(nowNs);
    if (calls && radio.peakMilliW() > processor + beside) {
      // board and radio take turns: the call is the higher moment, and keeps no core busy
      processor = 0;
      beside = radio.peakMilliW();
    }
    return ledger.charge(
        cost[plan].energyNanoJ(), radioNanoJ(plan, nowNs), processor, beside, bytes);
  }

  /** A cloud that has just failed is left alone for a while, longer each time. */
  private boolean reachable(int plan, long nowNs) {
    Plan p = plans.get(plan);
    return p.where() == Plan.Where.BOARD
        || (nowNs >= againNs[plan] && p.link().orElseThrow().available());
  }

  // --- deciding ----------------------------------------------------------------------------------

  @Override
  public Decision decide(long nowNs, long completedNs, int waiting, boolean waitedBefore) {
    if (!waitedBefore) {
      ladder.arrived(nowNs);
    }
    long timeLeftNs = settings.deadlineNs() - (nowNs - completedNs);
    grounds.timeLeftNs = timeLeftNs;
    grounds.energyLeftNanoJ = ledger.leftNanoJ(nowNs);
    grounds.chosen = -1;
    Arrays.fill(grounds.refusedBy, Limit.NONE);
    for (int i = 0; i < plans.size(); i++) {
      grounds.timeNs[i] = timeNs(i);
      grounds.energyNanoJ[i] = charge(i, nowNs).energyNanoJ();
      refusals[i] = refusal(i, nowNs, timeLeftNs);
      expectedNanoJ[i] = toBeHad(refusals[i]) ? grounds.energyNanoJ[i] : Double.POSITIVE_INFINITY;
    }
    int from = ladder.level(nowNs, ledger.sustainableMilliW(nowNs), expectedNanoJ);
    // energy that would flow over buys bytes for later: first a plan that sends none
    if (ledger.sparesBytes(nowNs) && takesOne(from, nowNs, true)) {
      return admitted(grounds.chosen);
    }
    if (takesOne(from, nowNs, false)) {
      return admitted(grounds.chosen);
    }
    return refused(nowNs, timeLeftNs, waiting, waitedBefore);
  }

  /** Whether what is refused so could answer now, were there energy enough. */
  private static boolean toBeHad(Limit limit) {
    // no switch: linking it would take bytes in the first decision
    return limit == Limit.NONE || limit == Limit.ENERGY || limit == Limit.BATTERY;
  }

  private boolean takesOne(int from, long nowNs, boolean sendsNothing) {
    for (int i = from; i < plans.size(); i++) {
      if ((!sendsNothing || isOfTheBoard(i)) && takes(i, nowNs, refusals[i])) {
        return true;
      }
    }
    // what was too good to last may be all that is in time
    for (int i = from - 1; i >= 0; i--) {
      if ((!sendsNothing || isOfTheBoard(i)) && takes(i, nowNs, refusals[i])) {
        return true;
      }
    }
    return false;
  }

  private boolean isOfTheBoard(int plan) {
    return plans.get(plan).where() == Plan.Where.BOARD;
  }

  private boolean takes(int plan, long nowNs, Limit limit) {
    grounds.refusedBy[plan] = limit;
    if (limit != Limit.NONE) {
      return false;
    }
    take(plan, nowNs);
    grounds.chosen = plan;
    return true;
  }

  private Limit refusal(int plan, long nowNs, long timeLeftNs) {
    if (timeNs(plan) > timeLeftNs) {
      return Limit.DEADLINE;
    }
    return reachable(plan, nowNs) ? ledger.refuses(nowNs, charge(plan, nowNs)) : Limit.CLOUD;
  }

  private void take(int plan, long nowNs) {
    Charge charge = charge(plan, nowNs);
    admittedAtNs = nowNs;
    admittedNanoJ = charge.energyNanoJ();
    admittedDayBytes = charge.sentBytes();
    admittedRadioNanoJ = radioNanoJ(plan, nowNs);
    ledger.take(nowNs, charge, cost[plan].energyNanoJ(), radioAtOnceNanoJ(plan, nowNs));
  }

  private Decision admitted(int plan) {
    double cheapest = Ladder.cheapest(expectedNanoJ);
    ladder.spent(Double.isInfinite(cheapest) ? 0 : admittedNanoJ - cheapest);
    Limit against = Limit.NONE;
    for (int i = plan - 1; i >= 0; i--) {
      against = grounds.refusedBy[i] == Limit.NONE ? Limit.PACE : grounds.refusedBy[i];
      grounds.refusedBy[i] = against;
    }
    return decided(take[plan], against);
  }

  private Decision refused(long nowNs, long timeLeftNs, int waiting, boolean waitedBefore) {
    Limit limit = Limit.DEADLINE;
    boolean hope = false;
    for (int i = plans.size() - 1; i >= 0; i--) {
      if (timeNs(i) > timeLeftNs) {
        continue;
      }
      // the best plan that is in time says why
      limit = grounds.refusedBy[i];
      if (limit == Limit.CLOUD) {
        hope = true;
      } else {
        long at = ledger.possibleAtNs(nowNs, charge(i, nowNs));
        hope |= at != Long.MAX_VALUE && at - nowNs <= timeLeftNs - timeNs(i);
      }
    }
    if (hope && cloudIsMissing(timeLeftNs)) {
      limit = Limit.CLOUD;
    }
    if (!hope) {
      return decided(drop, limit);
    }
    if (waitedBefore) {
      grounds.limit = limit;
      return defer;
    }
    return waiting < settings.maxDeferred()
        ? decided(defer, limit)
        : decided(drop, settings.maxDeferred() == 0 ? limit : Limit.QUEUE);
  }

  private boolean cloudIsMissing(long timeLeftNs) {
    for (int i = 0; i < plans.size(); i++) {
      if (grounds.refusedBy[i] == Limit.CLOUD && timeNs(i) <= timeLeftNs) {
        return true;
      }
    }
    return false;
  }

  private Decision decided(Decision decision, Limit limit) {
    grounds.limit = limit;
    counts.count(Kind.of(decision), limit);
    return decision;
  }

  @Override
  public boolean admitsSecond(int plan, long nowNs, long untilNs) {
    int second = plans.get(plan).thenAsk().orElseThrow();
    long nanoJ = charge(second, nowNs).energyNanoJ();
    if (!ladder.affords((double) nanoJ)
        || refusal(second, nowNs, untilNs - nowNs) != Limit.NONE
        || !leavesEnough(plan, second, nowNs, untilNs - nowNs)) {
      return false;
    }
    take(second, nowNs);
    ladder.spent((double) nanoJ);
    return true;
  }

  /**
   * Whether windows to come can be answered as before, the next one while a radio still listens.
   */
  private boolean leavesEnough(int first, int second, long nowNs, long heldNs) {
    long answerNanoJ = charge(first, nowNs).energyNanoJ();
    long secondNanoJ = charge(second, nowNs).energyNanoJ();
    boolean listens = plans.get(second).where() != Plan.Where.BOARD && radio.tailNs() > 0;
    Charge both =
        ledger.charge(
            cost[first].energyNanoJ() + cost[second].energyNanoJ(),
            radioNanoJ(second, nowNs),
            plans.get(first).addedMilliW() + (listens ? radio.tailMilliW() : 0),
            charge(second, nowNs).sentBytes());
    if (ledger.refuses(nowNs, both) != Limit.NONE) {
      return false;
    }
    // two, since windows come one by one: the flow's answers are ahead of it by one, and each
    // counts from its decision to its end
    double spare = ledger.spareNanoJ(nowNs, answerNanoJ / ladder.gapNs(), heldNs);
    return secondNanoJ + 2 * answerNanoJ <= spare;
  }

  @Override
  public boolean boardBears(long nowNs, long gapNs, long heldNs) {
    for (int i = 0; i < plans.size(); i++) {
      if (plans.get(i).where() == Plan.Where.BOARD) {
        Charge charge = charge(i, nowNs);
        long nanoJ = charge.energyNanoJ();
        if (ledger.refuses(nowNs, charge) == Limit.NONE
            && 2 * nanoJ <= ledger.spareNanoJ(nowNs, nanoJ / (double) gapNs, heldNs)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public Decision afterCloudFailure(long nowNs, long completedNs, int waiting) {
    long timeLeftNs = settings.deadlineNs() - (nowNs - completedNs);
    grounds.timeLeftNs = timeLeftNs;
    grounds.energyLeftNanoJ = ledger.leftNanoJ(nowNs);
    grounds.chosen = -1;
    Arrays.fill(grounds.refusedBy, Limit.CLOUD);
    long quickest = Long.MAX_VALUE;
    for (int i = 0; i < plans.size(); i++) {
      quickest = Math.min(quickest, timeNs(i));
      if (plans.get(i).where() == Plan.Where.BOARD
          && takes(i, nowNs, refusal(i, nowNs, timeLeftNs))) {
        return admitted(i);
      }
    }
    boolean time = quickest <= timeLeftNs;
    return decided(time && waiting < settings.maxDeferred() ? defer : drop, Limit.CLOUD);
  }

  // --- afterwards --------------------------------------------------------------------------------

  @Override
  public void settleLocal(long nowNs) {
    ledger.endedAt(nowNs, nowNs);
  }

  @Override
  public long settleOffload(
      int plan, long nowNs, long sentBytes, long receivedBytes, boolean answered) {
    ledger.endedAt(nowNs, nowNs + radio.tailNs());
    long tookNs = Math.max(0, nowNs - admittedAtNs - cost[plan].timeNs());
    long radioNanoJ =
        radio.energyNanoJ(sentBytes, receivedBytes, tookNs, quietNs(plan, admittedAtNs));
    radioUsedNs = nowNs;
    long dayBytes = plans.get(plan).link().orElseThrow().dayBytes(sentBytes, receivedBytes);
    if (radioNanoJ > admittedRadioNanoJ || dayBytes > admittedDayBytes) {
      long beyond = Math.max(0, radioNanoJ - admittedRadioNanoJ);
      Charge charge = ledger.charge(0, beyond, 0, Math.max(0, dayBytes - admittedDayBytes));
      admittedNanoJ += charge.energyNanoJ();
      ladder.spent((double) charge.energyNanoJ());
      ledger.overdraw(nowNs, charge, beyond);
    }
    if (dayBytes < admittedDayBytes) {
      ledger.notSent(admittedDayBytes - dayBytes);
    }
    pauseNs[plan] = answered ? 0 : Math.clamp(2 * pauseNs[plan], FIRST_PAUSE_NS, LONGEST_PAUSE_NS);
    againNs[plan] = nowNs + pauseNs[plan];
    if (answered) {
      // an average that follows a slow network quickly and forgets it slowly
      cloudNs[plan] += (tookNs - cloudNs[plan]) / (tookNs > cloudNs[plan] ? 2 : 8);
    }
    return admittedNanoJ;
  }

  @Override
  public boolean spendBeside(long nowNs, long computeNanoJ) {
    Charge charge = ledger.charge(computeNanoJ, 0, 0, 0);
    if (ledger.refuses(nowNs, charge) != Limit.NONE) {
      return false;
    }
    ledger.take(nowNs, charge, computeNanoJ, 0);
    return true;
  }

  @Override
  public boolean receiveBeside(long nowNs, long bytes) {
    long idleNs = nowNs - radioUsedNs;
    long nanoJ = radio.energyNanoJ(0, bytes, 0, idleNs);
    Charge charge = ledger.charge(0, nanoJ, radio.peakMilliW(), 0);
    if (ledger.refuses(nowNs, charge) != Limit.NONE) {
      return false;
    }
    ledger.take(nowNs, charge, 0, radio.withoutTailNanoJ(0, bytes, 0, idleNs));
    used(nowNs);
    return true;
  }

  @Override
  public void alertSent(long nowNs) {
    if (!ledger.alertsTravel()) {
      return;
    }
    long idleNs = nowNs - radioUsedNs;
    long nanoJ = radio.energyNanoJ(Ledger.ALERT_BYTES, 0, 0, idleNs);
    Charge charge = ledger.charge(0, nanoJ, radio.tailMilliW(), ledger.alertBytes());
    ledger.overdraw(nowNs, charge, radio.withoutTailNanoJ(Ledger.ALERT_BYTES, 0, 0, idleNs));
    used(nowNs);
  }

  /** The radio listens from now on. */
  private void used(long nowNs) {
    radioUsedNs = nowNs;
    ledger.endedAt(nowNs, nowNs + radio.tailNs());
  }

  @Override
  public void observe(long nowNs, Readings readings) {
    ledger.observe(nowNs, readings);
  }

  @Override
  public void keep() throws IOException {
    ledger.renew();
  }

  @Override
  public boolean meterDisagrees() {
    return ledger.model().disagrees();
  }

  @Override
  public double measuredByModelled() {
    return ledger.model().ratio();
  }

  @Override
  public long retryAtNs(long nowNs) {
    long soonest = Long.MAX_VALUE;
    for (int i = 0; i < plans.size(); i++) {
      if (reachable(i, nowNs)) {
        soonest = Math.min(soonest, ledger.possibleAtNs(nowNs, charge(i, nowNs)));
      }
    }
    return soonest;
  }

  @Override
  public DecisionCounts counts() {
    return counts;
  }

  @Override
  public BudgetUse use() {
    return ledger.use();
  }
}
