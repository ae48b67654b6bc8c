package io.millrace.node.pipeline;

import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.outbox.OutboxFullException;
import io.millrace.node.report.NodeStates;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Brings alerts to the sink in their order. What the sink will not take, because its disk is full
 * for example, is kept and tried again; the oldest beyond a bound is lost and counted.
 */
final class AlertDelivery {
  private static final int MAX_KEPT = 256;

  private final AlertSink sink;
  private final NodeListener listener;
  private final NodeStates states;
  private final Consumer<Exception> errors;
  private final ArrayDeque<Alert> kept = new ArrayDeque<>();
  private long raised;
  private long cleared;
  private long lost;

  AlertDelivery(
      AlertSink sink, NodeListener listener, NodeStates states, Consumer<Exception> errors) {
    this.sink = sink;
    this.listener = listener;
    this.states = states;
    this.errors = errors;
  }

  void deliver(Alert alert) {
    kept.addLast(alert);
    if (kept.size() > MAX_KEPT) {
      kept.removeFirst();
      lost++;
    }
    deliverKept();
  }

  void deliverKept() {
    while (!kept.isEmpty()) {
      Alert alert = kept.peekFirst();
      try {
        sink.accept(alert);
      } catch (OutboxFullException e) {
        // more important ones fill it; kept here, this one would hold up those behind it
        errors.accept(e);
        kept.removeFirst();
        lost++;
        continue;
      } catch (IOException | RuntimeException e) {
        errors.accept(e);
        return;
      }
      kept.removeFirst();
      if (alert.state() == Alert.State.RAISED) {
        raised++;
      } else {
        cleared++;
      }
      listener.alerted(alert);
      states.alert(alert);
    }
  }

  /** Tries a last time; what is left then is lost. */
  void finish() {
    deliverKept();
    lost += kept.size();
    kept.clear();
  }

  long raised() {
    return raised;
  }

  long cleared() {
    return cleared;
  }

  long lost() {
    return lost;
  }
}
