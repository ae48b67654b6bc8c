package io.millrace.node.admission;

import io.millrace.node.budget.BudgetUse;
import io.millrace.node.budget.Readings;
import java.io.IOException;
import java.util.List;

/**
 * Decides where answers come from. Each {@link Decision.RunLocal} and {@link Decision.Offload} is
 * followed by its {@code settle} method. Times are of one monotonic clock. For one thread.
 */
public interface Admission {
  /** The ways to answer, best first. */
  List<Plan> plans();

  /**
   * Decides.
   *
   * @param nowNs the time
   * @param completedNs when the window was whole
   * @param waiting how many other windows wait
   * @param waitedBefore whether this window comes from among those that wait; it then keeps its
   *     place, and waiting on is not counted as another decision
   */
  Decision decide(long nowNs, long completedNs, int waiting, boolean waitedBefore);

  /**
   * Whether the plan that is to be asked after an answer that was not sure can be paid for, by what
   * the windows to come can do without; it is paid for then.
   *
   * @param plan the plan that is not sure, by which windows to come are answered, too
   * @param untilNs when it must be over; windows that come before wait until then
   */
  boolean admitsSecond(int plan, long nowNs, long untilNs);

  /**
   * Whether the board alone could answer all windows that come from now on.
   *
   * @param gapNs from one window to the next
   * @param heldNs how long the first of them are held back, to be answered at once then
   */
  default boolean boardBears(long nowNs, long gapNs, long heldNs) {
    return false;
  }

  /**
   * For a window whose call to the cloud failed: the board answers it at once if it can, else it
   * waits if there is time for another try and room, else it is dropped.
   */
  Decision afterCloudFailure(long nowNs, long completedNs, int waiting);

  /** The run that was admitted last is over. */
  void settleLocal(long nowNs);

  /**
   * The call that was admitted last is over, well or not; what it took beyond the estimate is
   * charged.
   *
   * @param plan whose call it was
   * @return what the answer took, nanojoules: at least what was admitted
   */
  long settleOffload(int plan, long nowNs, long sentBytes, long receivedBytes, boolean answered);

  /** Whether a run beside the answers can be paid for; it is paid for then. */
  boolean spendBeside(long nowNs, long computeNanoJ);

  /** Whether bytes beside the answers can be received; they are paid for then. */
  boolean receiveBeside(long nowNs, long bytes);

  /** An alert leaves the board. */
  void alertSent(long nowNs);

  /** The instruments say so. */
  void observe(long nowNs, Readings readings);

  /**
   * Writes down what must survive a power cut; between two windows, now and then.
   *
   * @throws IOException if that fails; nothing is lost, less may be allowed
   */
  void keep() throws IOException;

  /** A plan's model has been replaced by one at that cost. */
  void answersCost(int plan, LocalCost cost);

  /**
   * Demands that the budgets could pay for answers if a plan took that.
   *
   * @throws IllegalArgumentException saying what is missing
   */
  void requireAffordable(int plan, LocalCost cost);

  /** When a waiting window may be worth another look. */
  long retryAtNs(long nowNs);

  /** Whether measured and modelled power have parted beyond the bound. */
  boolean meterDisagrees();

  /** Measured by modelled power of the last whole minute; 1 without a meter. */
  double measuredByModelled();

  /** What one run by that plan takes on the board. */
  LocalCost cost(int plan);

  /** Decisions so far. */
  DecisionCounts counts();

  /** What came of the budgets so far. */
  BudgetUse use();
}
