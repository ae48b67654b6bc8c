package io.millrace.ota.hawkbit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the device says of an action.
 *
 * @param execution DDI's {@code status.execution}
 * @param finished DDI's {@code status.result.finished}
 * @param done parts done, of {@code total}; both 0 where there is nothing to count
 * @param total all parts
 * @param details lines for people; shortened where they are long or many
 */
public record Feedback(
    Execution execution, Finished finished, int done, int total, List<String> details) {
  private static final int MAX_DETAILS = 50;
  private static final int MAX_DETAIL_CHARS = 500;

  /** Where the device is with the action. */
  public enum Execution {
    SCHEDULED,
    DOWNLOAD,
    DOWNLOADED,
    PROCEEDING,
    RESUMED,
    REJECTED,
    CANCELED,
    CLOSED
  }

  /** How it ended. */
  public enum Finished {
    NONE,
    SUCCESS,
    FAILURE
  }

  public Feedback {
    details =
        details.stream()
            .limit(MAX_DETAILS)
            .map(line ->
                line.length() > MAX_DETAIL_CHARS ? line.substring(0, MAX_DETAIL_CHARS) : line)
            .toList();
  }

  /** The action goes on. */
  static Feedback under(Execution execution, String detail) {
    return new Feedback(execution, Finished.NONE, 0, 0, List.of(detail));
  }

  /** The action is over. */
  static Feedback closed(boolean success, List<String> details) {
    return new Feedback(
        Execution.CLOSED, success ? Finished.SUCCESS : Finished.FAILURE, 0, 0, details);
  }

  /** As DDI's {@code status} has it. */
  Map<String, Object> status() {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("finished", finished.name().toLowerCase(Locale.ROOT));
    if (total > 0) {
      result.put("progress", Map.of("cnt", done, "of", total));
    }
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("execution", execution.name().toLowerCase(Locale.ROOT));
    status.put("result", result);
    status.put("details", details);
    return status;
  }
}
