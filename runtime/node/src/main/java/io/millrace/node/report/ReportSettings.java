package io.millrace.node.report;

import java.util.Objects;
import java.util.Optional;

/**
 * What is told, how, and how often.
 *
 * @param everyNs period of the states, from {@link #MIN_EVERY_NS}
 * @param states whether there are JSON topics
 * @param decisions whether there is one of decisions
 * @param homeAssistant Home Assistant's discovery prefix; empty for no discovery
 * @param sparkplug empty for none
 */
public record ReportSettings(
    long everyNs,
    boolean states,
    boolean decisions,
    Optional<String> homeAssistant,
    Optional<Sparkplug> sparkplug) {
  public static final long MIN_EVERY_NS = 1_000_000_000;
  public static final long DEFAULT_EVERY_NS = 10_000_000_000L;

  /** Nothing but alerts. */
  public static final ReportSettings NONE =
      new ReportSettings(DEFAULT_EVERY_NS, false, false, Optional.empty(), Optional.empty());

  /**
   * Who the node is in a Sparkplug infrastructure.
   *
   * @param group its group id
   * @param edgeNode its edge node id; group and edge node together are unique
   */
  public record Sparkplug(String group, String edgeNode) {
    public Sparkplug {
      requireId("group", group);
      requireId("edge-node", edgeNode);
    }

    /** Any UTF-8 but what splits topics or is a wildcard: tck-id-intro-group-id-chars. */
    private static void requireId(String what, String id) {
      if (id.isEmpty()
          || id.length() > 128
          || id.chars().anyMatch(c -> "+/#".indexOf(c) >= 0 || Character.isISOControl(c))) {
        throw new IllegalArgumentException(
            what + " '" + id + "' must have 1 to 128 characters, none of them +, / or #");
      }
    }
  }

  public ReportSettings {
    Objects.requireNonNull(sparkplug);
    if (everyNs < MIN_EVERY_NS) {
      throw new IllegalArgumentException(
          "states every "
              + everyNs / 1_000_000
              + " ms; at most once a second is possible: 'every: 1 s' or more");
    }
    if (homeAssistant.isPresent()
        && !homeAssistant.get().matches("[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")) {
      throw new IllegalArgumentException(
          "discovery prefix '"
              + homeAssistant.get()
              + "' must be letters, digits, _ and -, in levels separated by /");
    }
    // discovery points to these topics
    states |= homeAssistant.isPresent();
  }
}
