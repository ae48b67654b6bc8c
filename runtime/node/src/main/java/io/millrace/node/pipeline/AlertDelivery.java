package io.millrace.node.pipeline;

import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.outbox.OutboxFullException;
import io.millrace.node.report.NodeStates;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Switches what follows rules, and brings alerts to the sink in their order. What the sink will not
 * take, because its disk is full for example, is kept and tried again; the oldest beyond a bound is
 * lost and counted.
 */
final class AlertDelivery {
  private static final int MAX_KEPT = 256;

  private final AlertSink sink;
  private final NodeListener listener;
  private final RuleOutputs outputs;
  private final Clock clock;
  private final NodeStates states;
  private final Consumer<Exception> errors;
  private final ArrayDeque<Alert> kept = new ArrayDeque<>();
  private long raised;
  private long cleared;
  private long lost;

  AlertDelivery(
      AlertSink sink,
      NodeListener listener,
      RuleOutputs outputs,
      Clock clock,
      NodeStates states,
      Consumer<Exception> errors) {
    this.sink = sink;
    this.listener = listener;
    this.outputs = outputs;
    this.clock = clock;
    this.states = states;
    this.errors = errors;
  }

  /** A window was answered, and the alerts that it raises and clears are delivered. */
  void answered() {
    outputs.answered(clock.nanoTime());
  }

  void deliver(Alert alert) {
    outputs.follow(alert, clock.nanoTime());
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

  /** Outputs take their safe states. Tries a last time; what is left then is lost. */
  void finish() {
    outputs.close();
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
