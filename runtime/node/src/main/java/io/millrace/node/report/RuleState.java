package io.millrace.node.report;

import io.millrace.node.alert.Alert;
import java.util.List;
import java.util.Optional;

/**
 * How a rule stands. It is raised as long as any of its labels is.
 *
 * @param rule which
 * @param labels those that are raised, in the order in which they were
 * @param last the alert that made it so; empty since the start
 */
public record RuleState(ReportSubject.Rule rule, List<String> labels, Optional<Alert> last) {
  public RuleState {
    labels = List.copyOf(labels);
  }

  public boolean raised() {
    return !labels.isEmpty();
  }
}
