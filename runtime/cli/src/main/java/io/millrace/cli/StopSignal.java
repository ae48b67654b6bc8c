package io.millrace.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets SIGTERM and SIGINT end a run in an orderly way: the run is told to stop, the process lives
 * on until this is closed, and ends with the exit code of the run.
 */
public final class StopSignal implements AutoCloseable {
  /** A run that does not end after a signal is given up; service managers wait longer. */
  private static final long PATIENCE_S = 30;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::signalled, "millrace-stop");
  private volatile int exitCode = ExitCode.FAILED;
  private boolean come;
  private Runnable stop = () -> {};

  /** Watches from now on. */
  public StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** {@code stop} is run when a signal comes, at once if one has come already. */
  public synchronized void stops(Runnable stop) {
    this.stop = stop;
    if (come) {
      stop.run();
    }
  }

  private void signalled() {
    synchronized (this) {
      come = true;
      stop.run();
    }
    try {
      if (!ended.await(PATIENCE_S, TimeUnit.SECONDS)) {
        System.err.println("millrace: not ended " + PATIENCE_S + " s after the signal; given up");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // otherwise the code would be that of the signal, whatever became of the run
    Runtime.getRuntime().halt(exitCode);
  }

  /** Sets the exit code that the process ends with if a signal has come, and returns it. */
  public int endsWith(int code) {
    exitCode = code;
    return code;
  }

  /** Lets the process end. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the signal has come: the hook waits for what follows
    }
    ended.countDown();
  }
}
