package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * What happens from a chip's first failure to its next sample: one report of each, pauses that
 * double up to a bound, and an end to the patience. A chip that can be set up and yet gives nothing
 * has not returned.
 */
final class Outage {
  private static final long MS = 1_000_000;
  private final String source;
  private final Patience patience;
  private final Clock clock;
  private final Consumer<? super Exception> problems;
  private boolean going;
  private long sinceNs;
  private long failuresBefore;
  private long pauseMs;
  private long failures;
  private long outages;

  Outage(String source, Patience patience, Clock clock, Consumer<? super Exception> problems) {
    this.source = source;
    this.patience = patience;
    this.clock = clock;
    this.problems = problems;
  }

  /** Makes a chip give samples again. */
  interface Resumption {
    void resume() throws IOException, InterruptedException;
  }

  /** A sample came. */
  void sampled() {
    if (going) {
      going = false;
      problems.accept(
          new ChipReturnedException(
              source, (clock.nanoTime() - sinceNs) / MS, failures - failuresBefore));
    }
  }

  /**
   * Returns once {@code resumption} has succeeded. The patience counts from the first failure since
   * the last sample.
   *
   * @param first what went wrong
   * @throws IOException if it has not within the patience; the next read may try again
   */
  void outlast(IOException first, Resumption resumption) throws IOException, InterruptedException {
    if (!going) {
      going = true;
      sinceNs = clock.nanoTime();
      failuresBefore = failures;
      pauseMs = patience.firstPauseMs();
      outages++;
      problems.accept(first);
    }
    failures++;
    IOException last = first;
    while (clock.nanoTime() - sinceNs < patience.totalMs() * MS) {
      clock.sleep(pauseMs * MS);
      pauseMs = Math.min(2 * pauseMs, patience.longestPauseMs());
      try {
        resumption.resume();
        return;
      } catch (IOException e) {
        failures++;
        last = e;
      }
    }
    going = false;
    throw new IOException(
        "%s has not answered for %d ms, the limit is %d ms; at last: %s"
            .formatted(
                source, (clock.nanoTime() - sinceNs) / MS, patience.totalMs(), last.getMessage()),
        last);
  }

  long failures() {
    return failures;
  }

  long outages() {
    return outages;
  }
}
