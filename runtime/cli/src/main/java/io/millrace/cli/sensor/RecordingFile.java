package io.millrace.cli.sensor;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** New files for recordings. */
final class RecordingFile {
  private RecordingFile() {}

  /**
   * Makes a file that was not there. A plain stream, not a channel: an interrupt, which ends a
   * recording, would close a channel under it.
   */
  static FileOutputStream create(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      FileSystemException refused =
          new FileSystemException(
              file.toString(), null, "is there already; a recording needs a new file");
      refused.initCause(e);
      throw refused;
    }
    return new FileOutputStream(file.toFile());
  }
}
