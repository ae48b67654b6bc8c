package io.millrace.cli.sensor;

import io.millrace.node.admission.Decision;
import io.millrace.node.alert.Alert;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.rule.Answer;
import io.millrace.sensors.BinaryOutput;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.Board;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lamps and relays that follow rules: on while an alert of the rule stands, for any of its labels.
 * Until the first answer, when this is closed and when the process ends, each has its safe state.
 * Everything that is heard is passed on.
 *
 * <p>An output follows what the sink has accepted: while no alert can be stored, it waits as well.
 */
public final class AlertOutputs implements NodeListener, AutoCloseable {
  /** One output, and the labels of its rule whose alerts stand. */
  private record Following(String rule, BinaryOutput output, Set<String> standing) {}

  private final Board board;
  private final NodeListener next;
  private final Consumer<? super Exception> errors;
  private final List<Following> all = new ArrayList<>();
  private boolean answered;

  private AlertOutputs(Board board, NodeListener next, Consumer<? super Exception> errors) {
    this.board = board;
    this.next = next;
    this.errors = errors;
  }

  /**
   * Opens outputs in their safe states.
   *
   * @param texts one output each, as {@link OutputText} reads it
   * @param rules names of the rules that there are
   * @param next hears everything too
   * @param errors hears of outputs that cannot be switched
   * @throws BadKeyException if a text is wrong, or two ask for one line
   */
  public static AlertOutputs open(
      List<String> texts,
      Collection<String> rules,
      Boards boards,
      NodeListener next,
      Consumer<? super Exception> errors)
      throws IOException, BadKeyException {
    List<OutputText> outputs = OutputText.readAll(texts, rules);
    AlertOutputs opened = new AlertOutputs(boards.open(Clock.system(), errors), next, errors);
    boolean done = false;
    try {
      for (OutputText text : outputs) {
        BinaryOutput output = opened.board.output(text.settings());
        opened.all.add(new Following(text.rule(), output, new HashSet<>()));
      }
      done = true;
      return opened;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  @Override
  public void decided(long windowIndex, Decision decision) {
    next.decided(windowIndex, decision);
  }

  @Override
  public void answered(Answer answer, long latencyNs) {
    if (!answered) {
      answered = true;
      all.forEach(this::follow);
    }
    next.answered(answer, latencyNs);
  }

  @Override
  public void cloudFailed(long windowIndex, String reason) {
    next.cloudFailed(windowIndex, reason);
  }

  @Override
  public void alerted(Alert alert) {
    for (Following f : all) {
      if (f.rule.equals(alert.rule())) {
        if (alert.state() == Alert.State.RAISED) {
          f.standing.add(alert.label());
        } else {
          f.standing.remove(alert.label());
        }
        follow(f);
      }
    }
    next.alerted(alert);
  }

  private void follow(Following f) {
    try {
      f.output.set(!f.standing.isEmpty());
    } catch (IOException e) {
      errors.accept(e);
    }
  }

  /** Puts every output into its safe state. A second call does nothing. */
  @Override
  public void close() {
    board.close();
  }
}
