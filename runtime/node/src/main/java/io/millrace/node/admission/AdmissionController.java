package io.millrace.node.admission;

import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.admission.Grounds.Limit;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Decides for one window at a time; each {@link Decision.RunLocal} and {@link Decision.Offload} is
 * to be followed by its {@code settle} method. Times are of one monotonic clock. For one thread;
 * deciding allocates nothing.
 */
public final class AdmissionController {
  private final AdmissionSettings settings;
  private final double idleMilliW;
  private LocalCost local;
  private final RadioPrice radio;
  private final EnergyAccount account;
  private final DecisionCounts counts = new DecisionCounts();
  private final Grounds grounds = new Grounds();
  private final Decision runLocal = new Decision.RunLocal(grounds);
  private final Decision offload = new Decision.Offload(grounds);
  private final Decision defer = new Decision.Defer(grounds);
  private final Decision drop = new Decision.Drop(grounds);
  private long offloadNs;
  private long admittedAtNs;
  private long admittedNanoJ;

  /**
   * @param idleMilliW what the board takes when it does nothing; part of the power budget
   * @param radio what a call to the cloud takes; empty if there is no cloud
   * @param expectedCloudNs how long a call takes, until calls have shown it
   * @throws IllegalArgumentException if the power budget could not pay for one answer
   */
  public AdmissionController(
      AdmissionSettings settings,
      double idleMilliW,
      LocalCost local,
      Optional<RadioPrice> radio,
      long expectedCloudNs) {
    this.settings = settings;
    this.idleMilliW = idleMilliW;
    this.local = local;
    this.radio = radio.orElse(null);
    this.offloadNs = expectedCloudNs;
    double power = settings.powerMilliW().orElse(Double.POSITIVE_INFINITY);
    if (power <= idleMilliW) {
      throw new IllegalArgumentException(
          "power budget of %s mW is not above what the idle board takes, %s mW"
              .formatted(power, idleMilliW));
    }
    account =
        new EnergyAccount(
            power - idleMilliW,
            settings.powerWindowNs(),
            settings.burstMilliJ().orElse(usualBurstMilliJ(power - idleMilliW)));
    requireAffordable(local);
  }

  /**
   * Demands that the budget can pay for answers at that cost.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  public void requireAffordable(LocalCost cost) {
    long cheapest =
        Math.min(cost.energyNanoJ(), radio == null ? Long.MAX_VALUE : radio.energyNanoJ(0, 0));
    if (cheapest > account.largestNanoJ()) {
      throw new IllegalArgumentException(
          "power budget leaves %.3f mJ above idle to spend at once, and the cheapest answer takes %.3f mJ; allow more power, a longer span or a larger burst"
              .formatted(account.largestNanoJ() / 1e6, cheapest / 1e6));
    }
    if (radio == null && cost.timeNs() > settings.deadlineNs()) {
      throw new IllegalArgumentException(
          "an answer takes %.3f ms on the board, the deadline is %.3f ms, and there is no cloud"
              .formatted(cost.timeNs() / 1e6, settings.deadlineNs() / 1e6));
    }
  }

  /** Another model answers from now on. */
  public void answersCost(LocalCost cost) {
    local = cost;
  }

  /**
   * Spends on something beside the answers, if the budget allows it now.
   *
   * @param nowNs the time
   */
  public boolean spendBeside(long nowNs, long nanoJ) {
    return account.spend(nowNs, nanoJ);
  }

  private double usualBurstMilliJ(double milliW) {
    return Math.max(milliW * settings.powerWindowNs() / 1e9 / 20, 2 * local.energyNanoJ() / 1e6);
  }

  /**
   * Decides.
   *
   * @param nowNs the time
   * @param completedNs when the window was whole
   * @param cloudAvailable whether a call to the cloud has a chance
   * @param sentBytes what a call is expected to send
   * @param receivedBytes what it is expected to receive
   * @param waiting how many other windows wait
   * @param waitedBefore whether this window comes from among those that wait; it then keeps its
   *     place, and waiting on is not counted as another decision
   */
  public Decision decide(
      long nowNs,
      long completedNs,
      boolean cloudAvailable,
      long sentBytes,
      long receivedBytes,
      int waiting,
      boolean waitedBefore) {
    long timeLeftNs = settings.deadlineNs() - (nowNs - completedNs);
    long radioNanoJ = radio == null ? 0 : radio.energyNanoJ(sentBytes, receivedBytes);
    grounds.cloudConfigured = radio != null;
    grounds.cloudAvailable = radio != null && cloudAvailable;
    grounds.limited = settings.powerMilliW().isPresent();
    grounds.energyLeftNanoJ = account.leftNanoJ(nowNs);
    grounds.timeLeftNs = timeLeftNs;
    grounds.localNanoJ = local.energyNanoJ();
    grounds.localNs = local.timeNs();
    grounds.offloadNanoJ = radioNanoJ;
    grounds.offloadNs = offloadNs;
    if (timeLeftNs < local.timeNs() && (radio == null || timeLeftNs < offloadNs)) {
      return decided(drop, Limit.DEADLINE);
    }
    boolean inTime = local.timeNs() <= timeLeftNs;
    if (inTime && account.spend(nowNs, local.energyNanoJ())) {
      return admitted(runLocal, Limit.NONE, nowNs, local.energyNanoJ());
    }
    Limit againstLocal = inTime ? Limit.ENERGY : Limit.DEADLINE;
    if (grounds.cloudAvailable && offloadNs <= timeLeftNs && account.spend(nowNs, radioNanoJ)) {
      return admitted(offload, againstLocal, nowNs, radioNanoJ);
    }
    boolean cloudIsMissing = radio != null && !cloudAvailable && offloadNs <= timeLeftNs;
    boolean hope =
        cloudIsMissing
            || affordableWithin(nowNs, local.energyNanoJ(), timeLeftNs - local.timeNs())
            || (radio != null && affordableWithin(nowNs, radioNanoJ, timeLeftNs - offloadNs));
    Limit limit = cloudIsMissing ? Limit.CLOUD : againstLocal;
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

  private boolean affordableWithin(long nowNs, long nanoJ, long withinNs) {
    if (withinNs < 0) {
      return false;
    }
    long at = account.affordableAtNs(nowNs, nanoJ);
    return at != Long.MAX_VALUE && at - nowNs <= withinNs;
  }

  private Decision admitted(Decision decision, Limit limit, long nowNs, long nanoJ) {
    admittedAtNs = nowNs;
    admittedNanoJ = nanoJ;
    return decided(decision, limit);
  }

  private Decision decided(Decision decision, Limit limit) {
    grounds.limit = limit;
    counts.count(Kind.of(decision), limit);
    return decision;
  }

  /**
   * For a window whose call to the cloud failed: it waits if there is time for another try and
   * room, else it is dropped.
   */
  public Decision afterCloudFailure(long nowNs, long completedNs, int waiting) {
    grounds.timeLeftNs = settings.deadlineNs() - (nowNs - completedNs);
    grounds.cloudAvailable = false;
    grounds.energyLeftNanoJ = account.leftNanoJ(nowNs);
    boolean time = Math.min(local.timeNs(), offloadNs) <= grounds.timeLeftNs;
    return decided(time && waiting < settings.maxDeferred() ? defer : drop, Limit.CLOUD);
  }

  /** The run that was admitted last is over. */
  public void settleLocal(long nowNs) {
    account.endedAt(nowNs);
  }

  /**
   * The call that was admitted last is over, well or not; bytes beyond the estimate are charged.
   *
   * @return what the call took, nanojoules: at least what was admitted
   */
  public long settleOffload(long nowNs, long sentBytes, long receivedBytes, boolean answered) {
    account.endedAt(nowNs);
    long beyond = radio.energyNanoJ(sentBytes, receivedBytes) - admittedNanoJ;
    if (beyond > 0) {
      account.overdraw(nowNs, beyond);
    }
    if (answered) {
      // an average that follows a slow network quickly and forgets it slowly
      long took = Math.max(0, nowNs - admittedAtNs);
      offloadNs += (took - offloadNs) / (took > offloadNs ? 2 : 8);
    }
    return admittedNanoJ + Math.max(0, beyond);
  }

  /** When a waiting window may be worth another look: the board can pay for a run. */
  public long retryAtNs(long nowNs) {
    return account.affordableAtNs(nowNs, local.energyNanoJ());
  }

  /** What one run on the board takes. */
  public LocalCost local() {
    return local;
  }

  /** Decisions so far. */
  public DecisionCounts counts() {
    return counts;
  }

  /** Energy so far. */
  public EnergyUse energy() {
    return new EnergyUse(
        idleMilliW,
        account.totalNanoJ() / 1e6,
        account.peakNanoJ() / (double) settings.powerWindowNs() * 1e3 + idleMilliW,
        settings.powerMilliW(),
        account.overdrafts());
  }

  /**
   * Energy, as modelled.
   *
   * @param idleMilliW the idle board, which the answers come on top of
   * @param spentMilliJ all answers together, above idle
   * @param peakWindowMilliW the highest average power of any span of the configured length, idle
   *     board included
   * @param limitMilliW what it must not exceed
   * @param overdrafts how often a call to the cloud took so much more than expected that it did
   */
  public record EnergyUse(
      double idleMilliW,
      double spentMilliJ,
      double peakWindowMilliW,
      OptionalDouble limitMilliW,
      long overdrafts) {}
}
