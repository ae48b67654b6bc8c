package io.millrace.node.mqtt;

import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Keeps a session with a broker, for ever: connects, lets a {@link Talk} speak until the connection
 * is of no use, waits, and connects anew; at the end it takes leave. The waits double, with a
 * random part, until the broker has answered something. One thread connects and speaks; whoever has
 * something to say wakes it.
 */
final class SessionLoop implements BrokerSession.Events {
  private static final int CLOSE_SLACK_MS = 10_000;
  private static final int MAX_ERRORS = 32;
  private static final int USUAL_WILL_BYTES = 256;

  /** What is said on a connection; on the loop's thread but for what comes in. */
  interface Talk {
    /**
     * Whether to connect now; if not, it is asked again after the longest wait.
     *
     * @param bytes what a connection takes of the uplink by itself
     */
    boolean mayConnect(long bytes);

    /** A connection is about to be tried: what the broker says when it breaks. */
    BrokerSession.Will will();

    /** Speaks until {@link #isClosing}; throws when the connection is of no use any more. */
    void speak(BrokerSession session) throws IOException, InterruptedException;

    /** What is said before the session ends on purpose. */
    BrokerSession.LastWords lastWords();

    /** The connection is gone, whyever; all acknowledgements that came have come. */
    void ended();

    /** A message; from the network's thread, must not block. */
    void arrived(String topic, byte[] message, boolean retained);

    /** A subscription was refused; from the network's thread, must not block. */
    void refused(String topic);
  }

  private final MqttConfig config;
  private final Uplink uplink;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final Talk talk;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by lock
  private final ArrayDeque<Long> acknowledgements = new ArrayDeque<>();
  private final ArrayDeque<Exception> laterErrors = new ArrayDeque<>();
  private BrokerSession current;
  private boolean work;
  private boolean closing;
  private long closeDeadlineNs;
  private long connects;
  private long connectFailures;
  private long errorCount;

  // of the loop's thread alone
  private Uplink.Upkeep upkeep = () -> {};
  private long backoffMs;
  private long nextPingNs;

  SessionLoop(
      String name,
      MqttConfig config,
      Uplink uplink,
      Clock clock,
      Consumer<? super Exception> errors,
      Talk talk) {
    this.config = config;
    this.uplink = uplink;
    this.clock = clock;
    this.errors = errors;
    this.talk = talk;
    backoffMs = config.timing().backoffMinMs();
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /**
   * Starts in the background. The broker need not be there.
   *
   * @throws IllegalArgumentException if the uplink cannot bear the pings of an open connection
   */
  void start() {
    long pingBytes = PacketBytes.of(config.broker().getScheme()).ping();
    upkeep = uplink.keepUp(pingBytes, config.timing().keepAliveS() * 1000L);
    thread.start();
  }

  // --- from any thread ---------------------------------------------------------------------------

  /** Says that there is something to say. Never blocks. */
  void wake() {
    locked(() -> work = true);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private long read(java.util.function.LongSupplier value) {
    lock.lock();
    try {
      return value.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  private boolean holds(BooleanSupplier condition) {
    lock.lock();
    try {
      return condition.getAsBoolean();
    } finally {
      lock.unlock();
    }
  }

  long connects() {
    return read(() -> connects);
  }

  long connectFailures() {
    return read(() -> connectFailures);
  }

  long errorCount() {
    return read(() -> errorCount);
  }

  boolean isConnected() {
    return holds(() -> current != null && current.lostCause().isEmpty());
  }

  boolean isClosing() {
    return holds(() -> closing);
  }

  boolean closeTimeIsUp() {
    return holds(() -> closing && closeDeadlineNs - clock.nanoTime() <= 0);
  }

  /** Has the error told by the loop's thread. */
  void reportLater(Exception error) {
    locked(() -> {
      if (laterErrors.size() < MAX_ERRORS) {
        laterErrors.add(error);
      }
      work = true;
    });
  }

  /**
   * Lets what waits go out for as long as the configuration says, takes leave of the broker, and
   * waits a bounded time for that.
   */
  void close() {
    locked(() -> {
      closing = true;
      long timeoutNs = TimeUnit.MILLISECONDS.toNanos(config.timing().closeTimeoutMs());
      closeDeadlineNs = clock.nanoTime() + timeoutNs;
    });
    try {
      long waitMs = (long) config.timing().closeTimeoutMs() + config.timing().connectTimeoutMs();
      thread.join(waitMs + CLOSE_SLACK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    upkeep.close();
  }

  @Override
  public void acknowledged(long number) {
    // a late one of an earlier connection counts as well: the broker has the message
    locked(() -> acknowledgements.add(number));
  }

  @Override
  public void lost() {
    locked(() -> {});
  }

  @Override
  public void arrived(String topic, byte[] message, boolean retained) {
    talk.arrived(topic, message, retained);
  }

  @Override
  public void refused(String topic) {
    talk.refused(topic);
  }

  // --- the loop ----------------------------------------------------------------------------------

  private void run() {
    while (!isClosing()) {
      try {
        oneConnection();
      } catch (InterruptedException e) {
        report(interrupted(e));
        return;
      } catch (IOException | RuntimeException e) {
        report(e);
      } catch (Error e) {
        report(new IllegalStateException("the session failed and begins anew", e));
      }
      reportLaterErrors();
      try {
        pause();
      } catch (InterruptedException e) {
        report(interrupted(e));
        return;
      }
    }
  }

  private static IOException interrupted(InterruptedException e) {
    return new IOException("delivery thread interrupted; it ends", e);
  }

  private void oneConnection() throws IOException, InterruptedException {
    if (!talk.mayConnect(BrokerSession.connectionBytes(config, USUAL_WILL_BYTES))) {
      backoffMs = config.timing().backoffMaxMs();
      return; // the day has no bytes left for it
    }
    BrokerSession.Will will = talk.will();
    BrokerSession session;
    try {
      session = BrokerSession.connect(config, uplink, will, this);
    } catch (IOException | RuntimeException e) {
      locked(() -> connectFailures++);
      throw e;
    }
    nextPingNs = clock.nanoTime() + pingEveryNs();
    try (session) {
      locked(() -> {
        current = session;
        connects++;
      });
      talk.speak(session);
      int closeTimeoutMs = config.timing().closeTimeoutMs();
      session.publishLast(talk.lastWords(), closeTimeoutMs);
      session.disconnect(closeTimeoutMs);
    } finally {
      locked(() -> current = null);
      talk.ended();
    }
  }

  private long pingEveryNs() {
    return TimeUnit.SECONDS.toNanos(config.timing().keepAliveS());
  }

  /** Waits before the next connection, unless the end has come. */
  private void pause() throws InterruptedException {
    long halfMs = backoffMs / 2;
    long waitMs = halfMs + ThreadLocalRandom.current().nextLong(backoffMs - halfMs + 1);
    backoffMs = Math.min(config.timing().backoffMaxMs(), backoffMs * 2);
    long waitNs = TimeUnit.MILLISECONDS.toNanos(waitMs);
    lock.lockInterruptibly();
    try {
      while (!closing && waitNs > 0) {
        waitNs = changed.awaitNanos(waitNs);
      }
    } finally {
      lock.unlock();
    }
  }

  void report(Exception error) {
    locked(() -> errorCount++);
    try {
      errors.accept(error);
    } catch (RuntimeException ofTheHandler) {
      // the session must not end because nobody could be told
      locked(() -> errorCount++);
    }
  }

  void reportLaterErrors() {
    while (true) {
      Exception error;
      lock.lock();
      try {
        error = laterErrors.poll();
      } finally {
        lock.unlock();
      }
      if (error == null) {
        return;
      }
      report(error);
    }
  }

  // --- for who speaks, on the loop's thread ------------------------------------------------------

  /** The broker works, so the next failure is a new one. */
  void works() {
    backoffMs = config.timing().backoffMinMs();
  }

  /** The number of something that the broker acknowledged; empty if there is none any more. */
  Optional<Long> acknowledged() {
    lock.lock();
    try {
      return Optional.ofNullable(acknowledgements.poll());
    } finally {
      lock.unlock();
    }
  }

  /** Throws if the connection is gone; counts the pings that kept it. */
  void requireAlive(BrokerSession session) throws IOException {
    if (session.lostCause().isPresent()) {
      Throwable cause = session.lostCause().get();
      throw new IOException("connection to " + config.broker() + " lost: " + cause, cause);
    }
    // one each interval, though the library sends none where other packets pass
    while (clock.nanoTime() - nextPingNs >= 0) {
      session.pinged();
      nextPingNs += pingEveryNs();
    }
  }

  /**
   * Waits for an acknowledgement, for {@link #wake}, the connection's loss, a ping, or the end.
   *
   * @param waitNs no longer than this
   * @param mayLeave whether nothing is left to do when the session is to end
   */
  void await(BrokerSession session, long waitNs, BooleanSupplier mayLeave)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long leftNs = Math.min(waitNs, nextPingNs - clock.nanoTime());
      while (acknowledgements.isEmpty()
          && session.lostCause().isEmpty()
          && !work
          && !(closing && mayLeave.getAsBoolean())
          && leftNs > 0) {
        long untilClosedNs = closing ? closeDeadlineNs - clock.nanoTime() : Long.MAX_VALUE;
        if (untilClosedNs <= 0) {
          break;
        }
        leftNs = changed.awaitNanos(Math.min(leftNs, untilClosedNs));
      }
      work = false;
    } finally {
      lock.unlock();
    }
  }
}
