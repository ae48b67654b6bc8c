package io.millrace.rig.power.sim;

import io.millrace.node.admission.Admission;
import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.Decision;
import io.millrace.node.admission.DecisionCounts;
import io.millrace.node.admission.Grounds;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.admission.Plan;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.BudgetUse;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.budget.Readings;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** A policy of one line; it keeps no account. Books are kept by a controller without limits. */
final class Simple implements Admission {
  /** Below this share of its capacity a battery counts as low. */
  private static final double LOW = 0.5;

  private static final double MINUTE_NS = 6e10;

  private final AdmissionController books;
  private final AdmissionSettings settings;
  private final Kind kind;
  private final int board;
  private final int cloud;
  private double milliW = Double.NaN;
  private long readNs;
  private double batteryMilliJ = Double.NaN;

  private enum Kind {
    LOCAL,
    CLOUD,
    THRESHOLD
  }

  private Simple(Kind kind, AdmissionSettings settings, List<Plan> plans, RadioPrice radio) {
    this.kind = kind;
    this.settings = settings;
    try {
      books =
          new AdmissionController(
              AdmissionSettings.UNLIMITED,
              plans,
              radio,
              new Ledger(
                  BudgetSettings.UNLIMITED, 0, 0, 0, new VirtualClock(0, 0), Optional.empty()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is stored
    }
    board = first(plans, false);
    cloud = first(plans, true);
  }

  static Admission local(
      AdmissionSettings settings, List<Plan> plans, RadioPrice radio, Ledger ledger) {
    return new Simple(Kind.LOCAL, settings, plans, radio);
  }

  static Admission cloud(
      AdmissionSettings settings, List<Plan> plans, RadioPrice radio, Ledger ledger) {
    return new Simple(Kind.CLOUD, settings, plans, radio);
  }

  static Admission threshold(
      AdmissionSettings settings, List<Plan> plans, RadioPrice radio, Ledger ledger) {
    return new Simple(Kind.THRESHOLD, settings, plans, radio);
  }

  private static int first(List<Plan> plans, boolean asksCloud) {
    for (int i = 0; i < plans.size(); i++) {
      if ((plans.get(i).where() != Plan.Where.BOARD) == asksCloud) {
        return i;
      }
    }
    return -1;
  }

  private int wanted() {
    boolean local =
        switch (kind) {
          case LOCAL -> true;
          case CLOUD -> false;
          case THRESHOLD -> plenty();
        };
    return local && board >= 0 ? board : cloud;
  }

  private boolean plenty() {
    if (!Double.isNaN(batteryMilliJ) && settings.budgets().battery().isPresent()) {
      return batteryMilliJ > LOW * settings.budgets().battery().get().capacityMilliJ();
    }
    for (PowerLimit limit : settings.budgets().power()) {
      if (milliW > limit.milliW()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Decision decide(long nowNs, long completedNs, int waiting, boolean waitedBefore) {
    Grounds grounds = books.decide(nowNs, completedNs, waiting, waitedBefore).grounds();
    int plan = wanted();
    if (plan < 0) {
      return new Decision.Drop(grounds);
    }
    Plan chosen = books.plans().get(plan);
    if (chosen.where() == Plan.Where.BOARD) {
      return new Decision.RunLocal(plan, grounds);
    }
    return chosen.link().orElseThrow().available()
        ? new Decision.Offload(plan, grounds)
        : new Decision.Drop(grounds);
  }

  @Override
  public List<Plan> plans() {
    return books.plans();
  }

  @Override
  public boolean admitsSecond(int plan, long nowNs, long completedNs) {
    return false;
  }

  @Override
  public Decision afterCloudFailure(long nowNs, long completedNs, int waiting) {
    return new Decision.Drop(books.afterCloudFailure(nowNs, completedNs, waiting).grounds());
  }

  @Override
  public void settleLocal(long nowNs) {
    books.settleLocal(nowNs);
  }

  @Override
  public long settleOffload(
      int plan, long nowNs, long sentBytes, long receivedBytes, boolean answered) {
    return books.settleOffload(plan, nowNs, sentBytes, receivedBytes, answered);
  }

  @Override
  public boolean spendBeside(long nowNs, long computeNanoJ) {
    return true;
  }

  @Override
  public boolean receiveBeside(long nowNs, long bytes) {
    return true;
  }

  @Override
  public void alertSent(long nowNs) {}

  @Override
  public void observe(long nowNs, Readings readings) {
    if (!Double.isNaN(readings.milliW())) {
      double keeps = Math.exp(-(nowNs - readNs) / MINUTE_NS);
      milliW =
          Double.isNaN(milliW)
              ? readings.milliW()
              : keeps * milliW + (1 - keeps) * readings.milliW();
    }
    readNs = nowNs;
    batteryMilliJ = readings.batteryMilliJ();
  }

  @Override
  public void keep() {}

  @Override
  public void answersCost(int plan, LocalCost cost) {}

  @Override
  public void requireAffordable(int plan, LocalCost cost) {}

  @Override
  public long retryAtNs(long nowNs) {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean meterDisagrees() {
    return false;
  }

  @Override
  public double measuredByModelled() {
    return 1;
  }

  @Override
  public LocalCost cost(int plan) {
    return books.cost(plan);
  }

  @Override
  public DecisionCounts counts() {
    return books.counts();
  }

  @Override
  public BudgetUse use() {
    return books.use();
  }
}
