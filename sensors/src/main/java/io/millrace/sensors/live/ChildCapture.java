package io.millrace.sensors.live;

import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * Captures what a child process writes. A child that dies is started again after a wait; the
 * samples of the time without it are missing. Allocates nothing while a child runs.
 */
public final class ChildCapture implements Capture {
  /** Turns the child's bytes into samples. */
  public interface Decoder {
    /** A new child starts: what was left of the last one's bytes means nothing now. */
    void start();

    /**
     * Takes what can be read now, at least something, and writes it to the ring.
     *
     * @return false at the end of the stream
     * @throws IOException if what comes is not what was asked for
     */
    boolean take(InputStream data, SampleRing ring) throws IOException;

    /** A line of the child's standard error, from another thread. */
    default void said(String line) {}

    /** Samples taken so far, from all children together. */
    long samples();
  }

  private final List<String> command;
  private final Decoder decoder;
  private final Backoff backoff;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private volatile Child child;
  private volatile boolean stopping;
  private volatile long restarts;

  /**
   * Captures from {@code command}.
   *
   * @param command program and arguments; no shell takes part
   * @param clock stamps samples and waits; the machine's, since the child runs in real time
   * @param errors gets every death of a child
   */
  public ChildCapture(
      List<String> command,
      Decoder decoder,
      Backoff backoff,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.command = List.copyOf(command);
    this.decoder = decoder;
    this.backoff = backoff;
    this.clock = clock;
    this.errors = errors;
    if (command.isEmpty() || command.getFirst().isBlank()) {
      throw new IllegalArgumentException("the command is empty; name a program");
    }
  }

  @Override
  public void run(SampleRing ring) throws IOException, InterruptedException {
    int failures = 0;
    long started = 0;
    while (!stopping) {
      long before = decoder.samples();
      IOException cause = runOnce(ring);
      if (stopping) {
        return;
      }
      failures = decoder.samples() > before ? 1 : failures + 1;
      if (decoder.samples() == 0 && failures >= backoff.triesAtStart()) {
        throw cause;
      }
      errors.accept(cause);
      restarts = ++started;
      clock.sleep(backoff.waitNs(failures));
    }
  }

  /** Runs one child to its end; says how it ended. */
  private IOException runOnce(SampleRing ring) throws InterruptedException {
    try (Child running = Child.start(command, decoder::said)) {
      child = running;
      decoder.start();
      InputStream data = running.data();
      boolean more = true;
      while (more && !stopping) {
        more = decoder.take(data, ring);
      }
      return new IOException(running.lastWords(stopping));
    } catch (IOException e) {
      return e;
    }
  }

  @Override
  public void stop() {
    stopping = true;
    Child running = child;
    if (running != null) {
      running.close();
    }
  }

  /** How often a child has been started again. */
  public long restarts() {
    return restarts;
  }
}
