package io.millrace.node.pipeline;

import java.util.List;

/**
 * An output and the rules that it follows: it is on while an alert of any of them stands.
 *
 * @param rules names, of the pipeline's rules or of the node's own alerts
 */
public record RuleOutput(OutputDevice device, List<String> rules) {
  public RuleOutput {
    rules = List.copyOf(rules);
  }
}
