package io.millrace.cli;

import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.rule.Answer;
import io.millrace.ota.hawkbit.HawkbitAgent;
import io.millrace.ota.hawkbit.HawkbitClient;
import io.millrace.ota.transfer.Source;
import io.millrace.ota.update.BesideNode;
import io.millrace.ota.update.Outcome;
import io.millrace.ota.update.Stage;
import io.millrace.ota.update.Updater;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.tinylog.Logger;

/** Looks for updates while a node runs, and confirms a model once it has answered. */
final class UpdateLoop implements AutoCloseable {
  /** A model has shown itself after so many answers. */
  private static final long CONFIRMING_ANSWERS = 20;

  private static final long CONFIRM_EVERY_MS = 1_000;

  private final Updates updates;
  private final Round round;
  private final Closeable connection;
  private final Answers answers;
  private final Thread thread;
  private String last = "";
  private long installedAt;
  private final Watcher watcher;
  private boolean asked;
  private volatile boolean stopping;

  /** Hears how updates go; on the updates' thread. */
  interface Watcher {
    /** Hears nothing. */
    Watcher NONE =
        new Watcher() {
          @Override
          public void progress(long done, long of) {}

          @Override
          public void ended(Outcome outcome) {}
        };

    /** Bytes of the program that have come, of how many. */
    void progress(long done, long of);

    /** A look ended. */
    void ended(Outcome outcome);
  }

  /** Makes a watcher that can ask for a look. */
  @FunctionalInterface
  interface Watching {
    Watcher by(Runnable look);
  }

  /** One look for updates. */
  @FunctionalInterface
  private interface Round {
    /** Looks, and says after how many milliseconds to look again. */
    long look() throws InterruptedException;
  }

  /** Counts answers. */
  static final class Answers implements NodeListener {
    private final AtomicLong count = new AtomicLong();

    @Override
    public void answered(Answer answer, long latencyNs) {
      count.lazySet(count.get() + 1);
    }
  }

  @SuppressWarnings("resource") // closed with this
  UpdateLoop(Updates updates, Node node, Answers answers, Watching watching)
      throws IOException, InputException {
    this.updates = updates;
    this.answers = answers;
    watcher = watching.by(this::lookSoon);
    Stage beside = new BesideNode(updates.settings().folder(), node.models());
    if (updates.settings().fleet().isPresent()) {
      HawkbitClient client = updates.fleetClient();
      HawkbitAgent agent = updates.fleetAgent(client, node.models(), beside, UpdateLoop::logged);
      connection = client::close;
      round = agent::cycle;
    } else {
      Source source = updates.source();
      Updater updater = updates.updater(source, Optional.of(node.models()));
      connection = source::close;
      round = () -> look(updater, beside);
    }
    thread = Thread.ofPlatform().daemon().name("millrace-updates").start(this::run);
  }

  /** Somebody wants it now, and once more even if it failed here before. */
  private synchronized void lookSoon() {
    asked = true;
    notifyAll();
  }

  private synchronized boolean takeAsked() {
    boolean was = asked;
    asked = false;
    return was;
  }

  /** Waits; false if somebody asked for a look meanwhile. */
  private synchronized boolean nap(long ms) throws InterruptedException {
    long endNs = System.nanoTime() + ms * 1_000_000;
    for (long leftMs = ms; !asked && leftMs > 0; ) {
      wait(leftMs);
      leftMs = (endNs - System.nanoTime()) / 1_000_000;
    }
    return !asked;
  }

  private static void logged(Exception e) {
    Logger.warn("updates: {}", e.getMessage());
    Logger.debug(e);
  }

  private long look(Updater updater, Stage beside) throws InterruptedException {
    Outcome outcome = updater.update(beside, takeAsked(), () -> stopping, watcher::progress);
    watcher.ended(outcome);
    if (!outcome.text().equals(last)) {
      Logger.info("updates: {}", outcome.text());
      last = outcome.text();
    }
    return Math.max(1, updates.settings().everyNs() / 1_000_000);
  }

  private void run() {
    try {
      while (!stopping) {
        boolean confirmed = updates.slots().confirmed();
        long waitMs = round.look();
        if (confirmed && !updates.slots().confirmed()) {
          installedAt = answers.count.get();
        }
        confirm(waitMs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the node is stopping
    } catch (IOException | RuntimeException e) {
      Logger.error("updates have ended, the node goes on: {}", e.getMessage());
      Logger.debug(e);
    }
  }

  /** Waits for the next look, and confirms meanwhile. */
  private void confirm(long waitMs) throws IOException, InterruptedException {
    long leftMs = waitMs;
    while (!stopping && leftMs > 0) {
      if (!updates.slots().confirmed() && answers.count.get() - installedAt >= CONFIRMING_ANSWERS) {
        updates.slots().confirm();
      }
      long napMs = Math.min(leftMs, CONFIRM_EVERY_MS);
      leftMs = nap(napMs) ? leftMs - napMs : 0;
    }
  }

  /** Ends; what has come of an update is kept. */
  @Override
  public void close() throws IOException {
    stopping = true;
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    connection.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
