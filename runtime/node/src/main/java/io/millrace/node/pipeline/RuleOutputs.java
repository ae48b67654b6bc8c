package io.millrace.node.pipeline;

import io.millrace.node.alert.Alert;
import io.millrace.sensors.BinaryOutput;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lamps and relays that follow rules: on while an alert of one of its rules stands, for any label.
 * Until the first answer, and once this is closed, each has its safe state: a node that has not
 * looked yet, or looks no more, knows nothing. After a restart that is how it begins again.
 *
 * <p>Outputs switch before an alert is stored or sent, and whether or not it can be. One that fails
 * takes its safe state, is reported once and tried again at an answer, a second later at the
 * earliest; neither holds up the node. For one thread; an answer that switches nothing allocates
 * nothing.
 */
final class RuleOutputs implements Closeable {
  private static final long TRY_AGAIN_NS = 1_000_000_000L;

  private final List<Following> all = new ArrayList<>();
  private final Consumer<Exception> errors;
  private boolean answered;
  private boolean closed;

  /** An alert that stands. */
  private record Standing(String rule, String label) {}

  /** One output and what it knows. */
  private static final class Following {
    final BinaryOutput output;
    final List<String> rules;
    final Set<Standing> standing = new HashSet<>();
    boolean failing;
    long tryAgainNs;

    Following(BinaryOutput output, List<String> rules) {
      this.output = output;
      this.rules = rules;
    }
  }

  /**
   * Opens outputs in their safe states.
   *
   * @param errors hears of outputs that cannot be switched
   * @throws IOException if one cannot be opened; none is left open then
   */
  RuleOutputs(List<RuleOutput> outputs, Consumer<Exception> errors) throws IOException {
    this.errors = errors;
    boolean whole = false;
    try {
      for (RuleOutput output : outputs) {
        all.add(new Following(output.device().open(errors), output.rules()));
      }
      whole = true;
    } finally {
      if (!whole) {
        close();
      }
    }
  }

  /** An alert was raised or cleared at {@code nowNs}. */
  void follow(Alert alert, long nowNs) {
    for (Following f : all) {
      if (f.rules.contains(alert.rule())) {
        Standing one = new Standing(alert.rule(), alert.label());
        if (alert.state() == Alert.State.RAISED) {
          f.standing.add(one);
        } else {
          f.standing.remove(one);
        }
        set(f, nowNs);
      }
    }
  }

  /** A window was answered by {@code nowNs}, and its alerts have been followed. */
  void answered(long nowNs) {
    for (int i = 0; i < all.size(); i++) {
      Following f = all.get(i);
      if (!answered || (f.failing && nowNs - f.tryAgainNs >= 0)) {
        set(f, nowNs);
      }
    }
    answered = true;
  }

  private void set(Following f, long nowNs) {
    if (closed) {
      return;
    }
    try {
      f.output.set(!f.standing.isEmpty());
      f.failing = false;
    } catch (IOException | RuntimeException e) {
      if (!f.failing) {
        errors.accept(e); // once until it works again
      }
      f.failing = true;
      f.tryAgainNs = nowNs + TRY_AGAIN_NS;
    }
  }

  /** Puts every output into its safe state; errors are reported. A second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      for (Following f : all) {
        try {
          f.output.close();
        } catch (IOException | RuntimeException e) {
          errors.accept(e);
        }
      }
    }
  }
}
