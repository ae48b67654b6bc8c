package io.millrace.node.pipeline;

import io.millrace.node.admission.DecisionCounts;
import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.budget.BudgetUse;
import io.millrace.node.budget.Limit;
import java.util.Arrays;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a run came to. {@code windows = answeredOnBoard + answeredByCloud + dropped + failed}.
 *
 * @param windows whole windows that reached admission
 * @param windowsGivenUp windows never whole because samples were missing
 * @param windowsOverrun windows that came while no place was left to put them
 * @param samplesLost samples that the sensor lost because it was read too late
 * @param decisions by kind and limit; a window that waits is decided more than once
 * @param answeredOnBoard answers worked out here
 * @param answeredByCloud answers from the cloud
 * @param byPlan answers of each plan of the ladder
 * @param secondsAsked answers that were not sure and about which another plan was asked
 * @param dropped windows given up: by decision, or still waiting at the end
 * @param failed windows on which the engine failed
 * @param late answers after their deadline
 * @param cloudFailures calls without a usable answer
 * @param alertsRaised alerts that the sink accepted, conditions that began
 * @param alertsCleared the same, conditions that ended
 * @param alertsLost alerts that the sink would not take, to the end
 * @param errors errors handed to the error handler
 * @param energy what was spent, as modelled
 * @param elapsedNs from the start to the end, by the node's clock
 * @param decisionLatency from a whole window to its first decision
 * @param answerLatency from a whole window to its answer
 * @param sensorFailure why the sensor ended the run; empty if its stream ended or the node was
 *     stopped
 */
public record NodeSummary(
    long windows,
    long windowsGivenUp,
    long windowsOverrun,
    long samplesLost,
    DecisionCounts decisions,
    long answeredOnBoard,
    long answeredByCloud,
    List<PlanAnswers> byPlan,
    long secondsAsked,
    long dropped,
    long failed,
    long late,
    long cloudFailures,
    long alertsRaised,
    long alertsCleared,
    long alertsLost,
    long errors,
    BudgetUse energy,
    long elapsedNs,
    Percentiles decisionLatency,
    Percentiles answerLatency,
    Optional<String> sensorFailure) {
  /**
   * How long things took, nanoseconds.
   *
   * @param count how many there were
   * @param p50Ns half took at most this
   * @param p99Ns 99 of 100 took at most this
   * @param maxNs the longest
   */
  public record Percentiles(long count, long p50Ns, long p99Ns, long maxNs) {
    private String text() {
      return String.format(
          Locale.ROOT,
          "p50 %.1f us, p99 %.1f us, max %.1f us",
          p50Ns / 1e3,
          p99Ns / 1e3,
          maxNs / 1e3);
    }
  }

  /** How many answers a plan gave. */
  public record PlanAnswers(String plan, long answers) {}

  public NodeSummary {
    byPlan = List.copyOf(byPlan);
  }

  /** What the sensor's side of a run came to. */
  record Intake(
      long windowsGivenUp, long windowsOverrun, long samplesLost, Optional<String> failure) {}

  /** Energy per elapsed time, idle board included, milliwatts, as modelled. */
  public double averageMilliW() {
    return elapsedNs <= 0
        ? energy.idleMilliW()
        : energy.idleMilliW() + energy.spentMilliJ() / (elapsedNs / 1e9);
  }

  /** Several lines for people. */
  public String text() {
    try (Formatter f = new Formatter(Locale.ROOT)) {
      f.format(
          "windows     %d whole, %d given up to gaps, %d overrun, %d samples lost\n",
          windows, windowsGivenUp, windowsOverrun, samplesLost);
      f.format(
          "answers     %d on the board, %d by the cloud, %d late\n",
          answeredOnBoard, answeredByCloud, late);
      if (byPlan.size() > 1) {
        f.format("by plan     %s; %d of them asked twice\n", plans(), secondsAsked);
      }
      f.format(
          "no answer   %d dropped, %d failed; %d cloud calls failed\n",
          dropped, failed, cloudFailures);
      for (Kind kind : Kind.values()) {
        f.format("decided     %-10s %d%s\n", kind, decisions.of(kind), reasons(kind));
      }
      f.format(
          "alerts      %d raised, %d cleared, %d lost\n", alertsRaised, alertsCleared, alertsLost);
      f.format(
          "energy      %.3f mJ above idle, average %.1f mW, idle %.1f mW (modelled)\n",
          energy.spentMilliJ(), averageMilliW(), energy.idleMilliW());
      f.format("%s", energy.text());
      f.format("to decision %s\n", decisionLatency.text());
      f.format("to answer   %s\n", answerLatency.text());
      f.format(
          "ran         %.1f s, %d errors%s\n",
          elapsedNs / 1e9, errors, sensorFailure.map(w -> "; sensor failed: " + w).orElse(""));
      return f.toString();
    }
  }

  private String plans() {
    return byPlan.stream().map(p -> p.plan() + " " + p.answers()).collect(Collectors.joining(", "));
  }

  private String reasons(Kind kind) {
    String reasons =
        Arrays.stream(Limit.values())
            .filter(limit -> decisions.of(kind, limit) > 0)
            .map(limit -> limit.word() + ": " + decisions.of(kind, limit))
            .collect(Collectors.joining(", "));
    return reasons.isEmpty() ? "" : " (" + reasons + ")";
  }
}
