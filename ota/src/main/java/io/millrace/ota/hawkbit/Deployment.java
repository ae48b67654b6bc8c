package io.millrace.ota.hawkbit;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an action wants.
 *
 * @param id the action
 * @param download whether to download
 * @param update whether to install
 * @param window whether it may be installed now
 * @param artifacts all files of all software modules
 */
public record Deployment(
    String id, Handling download, Handling update, Window window, List<Artifact> artifacts) {
  /**
   * How much the server wants a part of it: DDI's {@code skip}, {@code attempt}, {@code forced}.
   */
  public enum Handling {
    SKIP,
    ATTEMPT,
    FORCED
  }

  /** DDI's {@code maintenanceWindow}. */
  public enum Window {
    /** The action has none. */
    NONE,
    /** Now is the time. */
    AVAILABLE,
    /** Now is not the time to install. */
    UNAVAILABLE
  }

  public Deployment {
    artifacts = List.copyOf(artifacts);
  }

  /** What makes it impossible to install, empty if nothing does. */
  String fault(HawkbitConfig.Limits limits) {
    if (artifacts.isEmpty() || artifacts.size() > limits.maxArtifacts()) {
      return "the action has "
          + artifacts.size()
          + " artifacts; 1 to "
          + limits.maxArtifacts()
          + " are taken";
    }
    Set<String> names = new HashSet<>();
    for (Artifact artifact : artifacts) {
      String fault = artifact.fault(limits.maxArtifactBytes());
      if (!fault.isEmpty()) {
        return fault;
      }
      if (!names.add(artifact.name())) {
        return "two artifacts are called " + artifact.name();
      }
    }
    return "";
  }
}
