package io.millrace.ota.hawkbit;

import io.millrace.node.storage.Folder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.hawkbit.Feedback.Execution;
import io.millrace.ota.hawkbit.Feedback.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.jr.ob.JSON;

/**
 * The action that the device is at, on disk, replaced atomically. It is written before anything is
 * done that must not be forgotten: before installing, before telling how it ended, and after the
 * server has heard it.
 */
final class ActionFile {
  private static final String NAME = "action";
  private static final int MAX_BYTES = 256 * 1024;

  /** How far an action is. */
  enum Phase {
    /** Installing was begun; nobody knows how far it came. */
    STARTED,
    /** It is over; the server may not know. */
    FINISHED,
    /** It is over, and the server knows. */
    CLOSED
  }

  /**
   * What is remembered.
   *
   * @param device whose action it is: another server counts its actions anew
   * @param outcome what the server is told at the end; empty while STARTED
   */
  record State(String device, String action, Phase phase, Optional<Feedback> outcome) {
    boolean installed() {
      return outcome.filter(each -> each.finished() == Finished.SUCCESS).isPresent();
    }
  }

  private final SmallFiles files;

  ActionFile(Folder folder) {
    files = new SmallFiles(folder);
  }

  /** What was remembered; empty also when the file makes no sense. */
  Optional<State> read() throws IOException {
    if (files.exists(NAME) && files.folder().size(NAME) > MAX_BYTES) {
      return Optional.empty();
    }
    Optional<byte[]> bytes = files.read(NAME, MAX_BYTES);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(decode(Answers.parse(bytes.get())));
    } catch (HawkbitException | IllegalArgumentException | ClassCastException damaged) {
      return Optional.empty();
    }
  }

  void write(State state) throws IOException {
    files.replace(NAME, encode(state).getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(State state) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("device", state.device());
    all.put("action", state.action());
    all.put("phase", state.phase().name());
    if (state.outcome().isPresent()) {
      Feedback outcome = state.outcome().get();
      all.put("execution", outcome.execution().name());
      all.put("finished", outcome.finished().name());
      all.put("details", outcome.details());
    }
    return JSON.std.asString(all);
  }

  private static State decode(Map<?, ?> all) {
    Optional<Feedback> outcome = Optional.empty();
    Phase phase = Phase.valueOf(String.valueOf(all.get("phase")));
    if (phase != Phase.STARTED) {
      List<String> details = new ArrayList<>();
      ((List<?>) all.get("details")).forEach(each -> details.add(String.valueOf(each)));
      outcome =
          Optional.of(
              new Feedback(
                  Execution.valueOf(String.valueOf(all.get("execution"))),
                  Finished.valueOf(String.valueOf(all.get("finished"))),
                  0,
                  0,
                  details));
    }
    return new State((String) all.get("device"), (String) all.get("action"), phase, outcome);
  }
}
