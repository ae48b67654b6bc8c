package io.millrace.node.pipeline;

import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.admission.Grounds;
import io.millrace.node.budget.Limit;
import io.millrace.node.report.DecisionReport;
import io.millrace.node.report.DecisionReport.Compared;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A decision as others are told it: for each plan what it asks, what there is, what refused it. */
final class Explained {
  private Explained() {}

  static DecisionReport of(long windowIndex, Kind kind, Grounds grounds) {
    List<Compared> compared = new ArrayList<>();
    double leftMilliJ =
        grounds.energyLeftNanoJ() == Long.MAX_VALUE ? Double.NaN : grounds.energyLeftNanoJ() / 1e6;
    boolean deadline = grounds.timeLeftNs() < AdmissionSettings.NO_DEADLINE / 2;
    double leftMs = deadline ? grounds.timeLeftNs() / 1e6 : Double.NaN;
    for (int i = 0; i < grounds.plans().size(); i++) {
      String plan = grounds.plans().get(i).name();
      Limit refused = grounds.refusedBy(i);
      String by =
          i == grounds.chosen() || refused == Limit.NONE ? "" : ", refused: " + refused.word();
      compared.add(
          new Compared(plan + " energy" + by, "mJ", grounds.energyNanoJ(i) / 1e6, leftMilliJ));
      compared.add(new Compared(plan + " time", "ms", grounds.timeNs(i) / 1e6, leftMs));
    }
    return new DecisionReport(
        windowIndex,
        kind.name(),
        grounds.limit().word(),
        grounds.chosen() < 0 ? Optional.empty() : Optional.of(grounds.plan()),
        compared,
        grounds.text());
  }
}
