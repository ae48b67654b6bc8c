package io.millrace.node.rule;

import io.millrace.node.alert.Alert;

/** The state of one trigger. */
final class Hysteresis {
  private final Trigger trigger;
  private boolean raised;
  private boolean everRaised;
  private long raisedAtNs;
  private int inRow;

  Hysteresis(Trigger trigger) {
    this.trigger = trigger;
  }

  /** Goes on where another of the same trigger is. */
  void continueFrom(Hysteresis other) {
    raised = other.raised;
    everRaised = other.everRaised;
    raisedAtNs = other.raisedAtNs;
    inRow = other.inRow;
  }

  boolean raised() {
    return raised;
  }

  /** What a score at this time does; null if nothing. A score that is no number does nothing. */
  Alert.State step(double score, long timeNs) {
    boolean counts = raised ? score < trigger.off() : score >= trigger.on();
    inRow = counts ? Math.min(inRow + 1, trigger.windows()) : 0;
    if (inRow < trigger.windows()) {
      return null;
    }
    if (raised) {
      raised = false;
      inRow = 0;
      return Alert.State.CLEARED;
    }
    if (everRaised && timeNs - raisedAtNs < trigger.holdOffMs() * 1_000_000L) {
      return null;
    }
    raised = true;
    everRaised = true;
    raisedAtNs = timeNs;
    inRow = 0;
    return Alert.State.RAISED;
  }
}
