package io.millrace.node.admission;

import io.millrace.node.budget.Limit;
import java.util.Arrays;
import java.util.List;

/**
 * The figures that a decision compared. The text is made only when somebody asks for it, so that
 * deciding allocates nothing.
 */
public final class Grounds {
  final List<Plan> plans;
  final Limit[] refusedBy;
  final long[] energyNanoJ;
  final long[] timeNs;
  Limit limit = Limit.NONE;
  int chosen = -1;
  long energyLeftNanoJ;
  long timeLeftNs;

  Grounds(List<Plan> plans) {
    this.plans = plans;
    refusedBy = new Limit[plans.size()];
    Arrays.fill(refusedBy, Limit.NONE);
    energyNanoJ = new long[plans.size()];
    timeNs = new long[plans.size()];
  }

  /** The limit that decided: against the best plan, or against all of them. */
  public Limit limit() {
    return limit;
  }

  /** Index of the plan that was taken; -1 for none. */
  public int chosen() {
    return chosen;
  }

  /** Name of the plan that was taken; empty for none. */
  public String plan() {
    return chosen < 0 ? "" : plans.get(chosen).name();
  }

  /** The plans, best first. */
  public List<Plan> plans() {
    return plans;
  }

  /** What stood in the way of a plan; {@link Limit#NONE} if nothing did or it was not asked. */
  public Limit refusedBy(int plan) {
    return refusedBy[plan];
  }

  /** What a plan would have taken at most, nanojoules above idle. */
  public long energyNanoJ(int plan) {
    return energyNanoJ[plan];
  }

  /** How long a plan is expected to take, nanoseconds. */
  public long timeNs(int plan) {
    return timeNs[plan];
  }

  /** What could be spent at once, nanojoules; {@link Long#MAX_VALUE} without such a limit. */
  public long energyLeftNanoJ() {
    return energyLeftNanoJ;
  }

  /** Time left until the window's deadline, nanoseconds. */
  public long timeLeftNs() {
    return timeLeftNs;
  }

  /** One line for people. */
  public String text() {
    StringBuilder s = new StringBuilder(160);
    s.append(limit.word());
    for (int i = 0; i < plans.size(); i++) {
      s.append("; ").append(plans.get(i).name()).append(' ').append(microJ(energyNanoJ[i]));
      s.append(" uJ in ").append(micros(timeNs[i])).append(" us: ");
      s.append(i == chosen ? "taken" : refusedBy[i] == Limit.NONE ? "-" : refusedBy[i].word());
    }
    if (energyLeftNanoJ != Long.MAX_VALUE) {
      s.append("; left ").append(microJ(energyLeftNanoJ)).append(" uJ");
    }
    if (timeLeftNs < AdmissionSettings.NO_DEADLINE / 2) {
      s.append("; ").append(micros(timeLeftNs)).append(" us to deadline");
    }
    return s.toString();
  }

  private static long microJ(long nanoJ) {
    return Math.round(nanoJ / 1e3);
  }

  private static long micros(long ns) {
    return Math.round(ns / 1e3);
  }
}
