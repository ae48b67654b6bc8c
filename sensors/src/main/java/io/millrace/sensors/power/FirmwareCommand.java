package io.millrace.sensors.power;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Raspberry Pi's {@code vcgencmd}, which asks the firmware. Each question is a child process, some
 * milliseconds of a core: ask it every second, not every millisecond.
 */
final class FirmwareCommand {
  /** The firmware answers within milliseconds; what hangs is broken. */
  private static final long TIMEOUT_MS = 2_000;

  private static final int MOST_BYTES = 1 << 14;

  private final Path program;
  private final long timeoutMs;

  FirmwareCommand(Path program, long timeoutMs) {
    this.program = program;
    this.timeoutMs = timeoutMs;
  }

  /** The program under {@code root}, if it is installed there. */
  static Optional<FirmwareCommand> find(Path root) {
    for (String place : new String[] {"usr/bin/vcgencmd", "opt/vc/bin/vcgencmd"}) {
      if (Files.isExecutable(root.resolve(place))) {
        return Optional.of(new FirmwareCommand(root.resolve(place), TIMEOUT_MS));
      }
    }
    return Optional.empty();
  }

  /**
   * What it prints for {@code arguments}.
   *
   * @throws IOException if it cannot be started, fails, hangs or prints an error
   */
  String ask(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(program.toString()));
    words.addAll(List.of(arguments));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      // a thread of its own reads, so that a child which prints nothing cannot hold up the caller
      byte[][] output = {new byte[0]};
      IOException[] failure = {null};
      Thread reader =
          Thread.ofVirtual()
              .start(() -> {
                try (InputStream in = process.getInputStream()) {
                  output[0] = in.readNBytes(MOST_BYTES);
                } catch (IOException e) {
                  failure[0] = e;
                }
              });
      if (!process.waitFor(timeoutMs, TimeUnit.MILLISECONDS)
          || !reader.join(java.time.Duration.ofMillis(timeoutMs))) {
        throw new IOException(
            "%s has not ended after %d ms".formatted(String.join(" ", words), timeoutMs));
      }
      if (failure[0] != null) {
        throw failure[0];
      }
      String text = new String(output[0], StandardCharsets.ISO_8859_1).strip();
      if (process.exitValue() != 0 || text.startsWith("error=")) {
        throw new IOException(
            "%s failed with %d: \"%s\"; if /dev/vcio may not be opened, join the group video"
                .formatted(String.join(" ", words), process.exitValue(), abridged(text)));
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + String.join(" ", words) + " ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  static String abridged(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
