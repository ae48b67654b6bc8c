package io.millrace.sensors.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A child process whose standard output is data and whose standard error is for people. */
final class Child implements AutoCloseable {
  private static final int KEPT_LINES = 5;
  private static final int MAX_LINE = 500;

  private final List<String> command;
  private final Process process;
  private final Thread errors;
  private final ArrayDeque<String> lastLines = new ArrayDeque<>();

  private Child(List<String> command, Process process, Consumer<String> line) {
    this.command = command;
    this.process = process;
    errors =
        Thread.ofPlatform()
            .daemon()
            .name("millrace-stderr " + command.getFirst())
            .start(() -> readErrors(line));
  }

  /**
   * Starts {@code command}.
   *
   * @param line gets each line that the child writes to its standard error
   * @throws IOException if the program cannot be run
   */
  static Child start(List<String> command, Consumer<String> line) throws IOException {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("LC_ALL", "C"); // its messages are read
      Process process = builder.start();
      process.getOutputStream().close();
      return new Child(command, process, line);
    } catch (IOException e) {
      throw new IOException(
          "cannot run '%s' (%s); is it installed and on the PATH?"
              .formatted(command.getFirst(), reason(e)),
          e);
    }
  }

  private static String reason(IOException e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  private void readErrors(Consumer<String> taker) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String kept = line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line;
        synchronized (lastLines) {
          lastLines.addLast(kept);
          if (lastLines.size() > KEPT_LINES) {
            lastLines.removeFirst();
          }
        }
        taker.accept(kept);
      }
    } catch (IOException gone) {
      // the child has ended, and with it what it had to say
    }
  }

  InputStream data() {
    return process.getInputStream();
  }

  /** How it ended, with its last words. Waits a little for the end, unless it is not wanted. */
  String lastWords(boolean notWanted) throws InterruptedException {
    if (notWanted) {
      return "stopped";
    }
    String end =
        process.waitFor(2, TimeUnit.SECONDS) ? "exit code " + process.exitValue() : "alive";
    errors.join(1_000);
    synchronized (lastLines) {
      String said = lastLines.isEmpty() ? "said nothing" : String.join(" | ", lastLines);
      return "'" + String.join(" ", command) + "' ended (" + end + "): " + said;
    }
  }

  /** Ends it and what it has started. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
