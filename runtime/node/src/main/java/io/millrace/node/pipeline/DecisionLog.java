package io.millrace.node.pipeline;

import io.millrace.node.admission.Decision;
import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.budget.Limit;
import io.millrace.node.report.NodeStates;
import io.millrace.sensors.clock.Clock;
import org.tinylog.Logger;

/** Tells decisions to who listens, and to the log when they become others than they were. */
final class DecisionLog {
  /** No line more often than that. */
  private static final long EVERY_NS = 1_000_000_000L;

  private final Clock clock;
  private final NodeStates states;
  private final NodeListener listener;
  private Kind loggedKind;
  private Limit loggedLimit;
  private long againNs = Long.MIN_VALUE;

  DecisionLog(WindowWorker.Parts parts) {
    clock = parts.clock();
    states = parts.states();
    listener = parts.listener();
  }

  void decided(long windowIndex, Decision decision) {
    listener.decided(windowIndex, decision);
    Kind kind = Kind.of(decision);
    if (states.decided(kind)) {
      states.decision(Explained.of(windowIndex, kind, decision.grounds()));
    }
    log(kind, decision);
  }

  private void log(Kind kind, Decision decision) {
    Limit limit = decision.grounds().limit();
    long now = clock.nanoTime();
    if ((kind == loggedKind && limit == loggedLimit) || now < againNs) {
      return;
    }
    loggedKind = kind;
    loggedLimit = limit;
    againNs = now + EVERY_NS;
    if (Logger.isDebugEnabled()) {
      Logger.debug("decision {}: {}", kind, decision.reason());
    }
  }
}
