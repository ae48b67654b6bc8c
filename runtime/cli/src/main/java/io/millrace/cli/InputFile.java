package io.millrace.cli;

import io.millrace.node.pipeline.SensorSettings;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at files that a command is to read, so that a mistake is told before any work is done. */
public final class InputFile {
  private InputFile() {}

  /** Refuses what cannot be read as a file: missing, a folder, or not permitted. */
  public static void check(Path file) throws InputException {
    if (!Files.exists(file)) {
      throw new InputException(file + ": no such file");
    }
    if (Files.isDirectory(file)) {
      throw new InputException(file + " is a folder; a file is needed");
    }
    if (!Files.isReadable(file)) {
      throw new InputException(file + ": permission denied");
    }
  }

  /** Checks the recording that is replayed, if one is; a folder of pictures is opened as it is. */
  static void checkReplayed(SensorSettings sensor) throws InputException {
    if (sensor instanceof SensorSettings.Replay replay
        && !(replay.format() instanceof SensorSettings.Format.Pictures)) {
      check(replay.file());
    }
  }
}
