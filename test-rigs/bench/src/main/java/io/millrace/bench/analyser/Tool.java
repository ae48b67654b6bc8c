package io.millrace.bench.analyser;

import io.millrace.cli.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs that are asked. */
final class Tool {
  private Tool() {}

  /**
   * Runs {@code command} to its end, its output into a file.
   *
   * @param packages Debian packages that have it
   * @throws InputException if it is not installed, or fails, with what it said
   */
  static void run(List<String> command, Path output, String packages)
      throws IOException, InputException, InterruptedException {
    Path errors = Files.createTempFile("millrace", ".err");
    try {
      Process process;
      try {
        process =
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
      } catch (IOException e) {
        throw new InputException(
            "%s cannot be started (Debian: %s): %s"
                .formatted(command.getFirst(), packages, e.getMessage()));
      }
      if (process.waitFor() != 0) {
        String said = Files.readString(errors);
        throw new InputException(
            "%s: %s"
                .formatted(
                    String.join(" ", command), said.substring(0, Math.min(2000, said.length()))));
      }
    } finally {
      Files.deleteIfExists(errors);
    }
  }
}
