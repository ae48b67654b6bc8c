package io.millrace.node.report;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One decision, with all that was compared for it.
 *
 * @param windowIndex the window's number, as in alerts
 * @param decision what was decided: {@code RUN_LOCAL}, {@code OFFLOAD}, {@code DEFER}, {@code DROP}
 * @param limit the limit that decided, in a word: {@code energy}, {@code deadline}, …
 * @param plan which of several programs; empty where there is but one
 * @param compared each limit that was looked at
 * @param reason the same in one line for people
 */
public record DecisionReport(
    long windowIndex,
    String decision,
    String limit,
    Optional<String> plan,
    List<Compared> compared,
    String reason) {
  /**
   * One comparison. A limit that was not known or did not apply is NaN.
   *
   * @param what for example {@code energy}, {@code deadline}, {@code temperature}, {@code uplink}
   * @param unit of both figures, for example {@code mJ}
   * @param asked what the decision takes
   * @param left what there was to take from
   */
  public record Compared(String what, String unit, double asked, double left) {
    public Compared {
      Objects.requireNonNull(what);
      Objects.requireNonNull(unit);
    }
  }

  public DecisionReport {
    Objects.requireNonNull(decision);
    Objects.requireNonNull(limit);
    Objects.requireNonNull(plan);
    Objects.requireNonNull(reason);
    compared = List.copyOf(compared);
  }
}
