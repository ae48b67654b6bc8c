package io.millrace.node.pipeline;

import io.millrace.node.alert.Alert;
import io.millrace.node.rule.Answer;
import io.millrace.node.window.Window;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A candidate beside the model that answers. On the thread that works on windows. */
final class Trial {

  final Answering candidate;
  private final int wanted;
  private final CompletableFuture<TrialReport> report;
  private final Latencies activeNs = new Latencies();
  private final Latencies candidateNs = new Latencies();
  private boolean begun;
  private int windows;
  private int alertsDiffer;
  private double greatest;

  Trial(Answering candidate, int wanted, CompletableFuture<TrialReport> report) {
    this.candidate = candidate;
    this.wanted = wanted;
    this.report = report;
  }

  /** Before a window is answered: both begin with the same alerts raised. */
  void begin(Answering active) {
    if (!begun) {
      candidate.rules.continueFrom(active.rules);
      begun = true;
    }
  }

  /**
   * A window was answered on the board: the candidate answers it too.
   *
   * @param tookNs what the model that answers took
   * @return whether that was the last
   */
  boolean look(Window window, Answering active, Answer answer, long tookNs) {
    long startNs = System.nanoTime();
    try {
      candidate.answer(window);
    } catch (RuntimeException e) {
      end(Optional.of(String.valueOf(e.getMessage())));
      return true;
    }
    candidateNs.add(System.nanoTime() - startNs);
    activeNs.add(tookNs);
    candidate.rules.look(
        new Answer(
            candidate.features,
            candidate.outputs,
            answer.windowIndex(),
            answer.startNs(),
            answer.endNs(),
            answer.computedOn(),
            candidate.cost.energyNanoJ() / 1e3),
        Trial::toNobody);
    alertsDiffer += candidate.rules.sameStates(active.rules) ? 0 : 1;
    compare(active);
    windows++;
    if (windows < wanted) {
      return false;
    }
    end(Optional.empty());
    return true;
  }

  /** Alerts of a candidate are compared, not sent. */
  private static void toNobody(Alert alert) {}

  private void compare(Answering active) {
    for (int i = 0; i < Math.min(active.outputs.size(), candidate.outputs.size()); i++) {
      float[] ours = active.outputs.get(i);
      float[] theirs = candidate.outputs.get(i);
      for (int j = 0; j < Math.min(ours.length, theirs.length); j++) {
        greatest = Math.max(greatest, Math.abs(ours[j] - theirs[j]));
      }
    }
  }

  /** Reports what there is. */
  void end(Optional<String> failure) {
    report.complete(
        new TrialReport(
            windows,
            wanted,
            alertsDiffer,
            greatest,
            activeNs.percentiles(),
            candidateNs.percentiles(),
            failure));
  }
}
