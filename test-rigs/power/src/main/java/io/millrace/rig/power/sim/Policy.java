package io.millrace.rig.power.sim;

import io.millrace.node.admission.AdmissionController;
import io.millrace.node.pipeline.Node;
import java.util.List;

/**
 * Who decides, for comparison.
 *
 * @param name for the table
 * @param what in a few words
 * @param admission makes it
 */
public record Policy(String name, String what, Node.Policy admission) {
  /** The node's own. */
  public static final Policy MILLRACE =
      new Policy("Millrace", "the node's own admission", AdmissionController::new);

  /** What people write first. */
  public static final List<Policy> SIMPLE =
      List.of(
          new Policy(
              "always local", "the best plan on the board, whatever it takes", Simple::local),
          new Policy("always cloud", "asks the server, whatever it takes", Simple::cloud),
          new Policy(
              "threshold",
              "the board while the battery is above half (without one: while the last minute's"
                  + " power is below the limit), else the cloud",
              Simple::threshold));
}
