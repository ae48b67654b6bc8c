package io.millrace.rig.power.property;

import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.Decision;
import io.millrace.node.admission.Plan;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.Readings;
import java.io.IOException;
import java.util.Optional;

/** The node's own admission. */
final class Controller implements Decider {
  private final AdmissionController admission;
  private final Readings readings = new Readings();

  /**
   * @throws IllegalArgumentException if the drawn limits leave nothing for answers
   */
  Controller(Life life) throws IOException {
    long dearest = 0;
    for (Plan plan : life.plans) {
      long radio = plan.where() == Plan.Where.BOARD ? 0 : life.radio.energyNanoJ(0, 0);
      dearest = Math.max(dearest, plan.cost().energyNanoJ() + radio);
    }
    Ledger ledger =
        new Ledger(
            life.settings.budgets(),
            life.board.idleMilliW(),
            life.radio.tailMilliW(),
            dearest,
            life.world,
            Optional.empty());
    admission = new AdmissionController(life.settings, life.plans, life.radio, ledger);
  }

  @Override
  public int decide(long nowNs, long completedNs, int waiting, boolean waitedBefore) {
    try {
      admission.keep();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e); // nothing is stored
    }
    return switch (admission.decide(nowNs, completedNs, waiting, waitedBefore)) {
      case Decision.RunLocal run -> run.plan();
      case Decision.Offload offload -> offload.plan();
      case Decision.Defer d -> WAIT;
      case Decision.Drop d -> DROP;
    };
  }

  @Override
  public void ran(long nowNs) {
    admission.settleLocal(nowNs);
  }

  @Override
  public void called(int plan, long nowNs, long sent, long received, boolean answered) {
    admission.settleOffload(plan, nowNs, sent, received, answered);
  }

  @Override
  public void gauge(long nowNs, double milliJ) {
    readings.clear();
    readings.batteryMilliJ(milliJ);
    admission.observe(nowNs, readings);
  }
}
