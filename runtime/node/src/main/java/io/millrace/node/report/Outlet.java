package io.millrace.node.report;

/** One way of telling states. Never blocks: the last value of each counts. */
public interface Outlet {
  /** Bytes that {@link #states} would hand to the network for this. */
  long bytes(StateSnapshot snapshot);

  /** How the node was over a period. */
  void states(StateSnapshot snapshot);

  /** How a rule stands: all of them once at the start, then each when it changes. */
  void rule(RuleState state, long timeMs);

  /**
   * A decision.
   *
   * @param since how many were made since the one told before, this one included
   */
  void decision(DecisionReport report, long since, long timeMs);
}
