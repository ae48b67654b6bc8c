package io.millrace.ota.hawkbit;

import java.util.List;
import java.util.Objects;

/**
 * What came of an installation.
 *
 * @param outcome whether it is installed
 * @param version what runs now
 * @param details lines for people
 */
public record Installation(Outcome outcome, String version, List<String> details) {
  /** How it ended. */
  public enum Outcome {
    /** The new version runs. */
    INSTALLED,
    /** It was tried and did not hold; the earlier state is back. */
    FAILED,
    /** It was not tried: not signed, not for this device, given up. */
    REJECTED
  }

  public Installation {
    Objects.requireNonNull(outcome);
    Objects.requireNonNull(version);
    details = List.copyOf(details);
  }

  /** The new version runs. */
  public static Installation installed(String version, List<String> details) {
    return new Installation(Outcome.INSTALLED, version, details);
  }

  /** It was tried and did not hold. */
  public static Installation failed(String version, List<String> details) {
    return new Installation(Outcome.FAILED, version, details);
  }

  /** It was not tried. */
  public static Installation rejected(String version, List<String> details) {
    return new Installation(Outcome.REJECTED, version, details);
  }
}
