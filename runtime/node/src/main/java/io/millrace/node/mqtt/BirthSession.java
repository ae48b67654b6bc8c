package io.millrace.node.mqtt;

import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Keeps a connection of its own for a {@link BirthProtocol}: connect with its will, subscribe, be
 * born, tell what is new; and all of that again after each loss, for ever. It holds no message:
 * what cannot be sent now is asked of the protocol again later.
 *
 * <p>Apart from the connection for alerts because a connection has but one will.
 */
public final class BirthSession implements AutoCloseable {
  private static final int CLOSE_SLACK_MS = 10_000;

  private final MqttConfig config;
  private final BirthProtocol protocol;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;

  // guarded by lock
  private final Set<Long> unacknowledged = new HashSet<>();
  private Optional<String> refusedTopic = Optional.empty();
  private boolean work;
  private boolean closing;
  private long births;
  private long bytes;

  // of the session's thread alone
  private long backoffMs;

  private BirthSession(
      MqttConfig config, BirthProtocol protocol, Clock clock, Consumer<? super Exception> errors) {
    this.config = config;
    this.protocol = protocol;
    this.clock = clock;
    this.errors = errors;
    backoffMs = config.timing().backoffMinMs();
    thread = Thread.ofPlatform().daemon().name("mqtt-births").unstarted(this::run);
  }

  /**
   * Starts in the background. The broker need not be there.
   *
   * @param config whose client id no other connection has
   * @param errors gets each error in the background; must not block
   */
  public static BirthSession open(
      MqttConfig config, BirthProtocol protocol, Clock clock, Consumer<? super Exception> errors) {
    BirthSession session = new BirthSession(config, protocol, clock, errors);
    session.thread.start();
    return session;
  }

  /** Says that the protocol has something to tell. Never blocks. */
  public void wake() {
    locked(() -> work = true);
  }

  /** How often it was born on a connection. */
  public long births() {
    lock.lock();
    try {
      return births;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes published since the start, as {@link PublishBytes} counts them. */
  public long bytesPublished() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
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

  private final class Events implements BrokerSession.Events {
    @Override
    public void acknowledged(long number) {
      locked(() -> unacknowledged.remove(number));
    }

    @Override
    public void lost() {
      locked(() -> {});
    }

    @Override
    public void arrived(String topic, byte[] message, boolean retained) {
      if (!retained) {
        protocol.arrived(topic, message);
        wake();
      }
    }

    @Override
    public void refused(String topic) {
      locked(() -> refusedTopic = Optional.of(topic));
    }
  }

  private void run() {
    while (!isClosing()) {
      try {
        oneConnection();
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        report(e);
      }
      try {
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void oneConnection() throws IOException, InterruptedException {
    locked(() -> {
      unacknowledged.clear();
      refusedTopic = Optional.empty();
    });
    BirthProtocol.Message will = protocol.will();
    BrokerSession.Will last = new BrokerSession.Will(will.topic(), will.payload(), false);
    try (BrokerSession session = BrokerSession.connect(config, last, new Events())) {
      subscribe(session);
      for (BirthProtocol.Message birth : protocol.births()) {
        send(session, birth);
      }
      locked(() -> births++);
      backoffMs = config.timing().backoffMinMs();
      while (!isClosing()) {
        requireAlive(session);
        Optional<BirthProtocol.Message> next = protocol.next();
        if (next.isPresent()) {
          send(session, next.get());
        } else {
          awaitWork(session);
        }
      }
      BirthProtocol.Message death = protocol.death();
      int closeTimeoutMs = config.timing().closeTimeoutMs();
      session.publishLast(death.topic(), death.payload(), 0, false, closeTimeoutMs);
      session.disconnect(closeTimeoutMs);
    }
  }

  private void send(BrokerSession session, BirthProtocol.Message message) throws IOException {
    session.publishOnce(message.topic(), message.payload());
    int took = PublishBytes.once(message.topic(), message.payload().length);
    locked(() -> bytes += took);
  }

  /** Births are heard only by those who can answer: no birth before the broker listens for that. */
  private void subscribe(BrokerSession session) throws IOException, InterruptedException {
    long number = 0;
    for (String topic : protocol.subscriptions()) {
      long own = ++number;
      locked(() -> unacknowledged.add(own));
      session.subscribe(topic, own);
    }
    long waitNs = TimeUnit.MILLISECONDS.toNanos(config.timing().ackTimeoutMs());
    lock.lockInterruptibly();
    try {
      while (!unacknowledged.isEmpty() && session.lostCause().isEmpty() && waitNs > 0) {
        waitNs = changed.awaitNanos(waitNs);
      }
      if (refusedTopic.isPresent()) {
        throw new IOException(
            "broker "
                + config.broker()
                + " does not let this node subscribe to "
                + refusedTopic.get()
                + "; allow it, or leave this protocol out");
      }
      if (waitNs <= 0) {
        throw new IOException(
            "broker "
                + config.broker()
                + " acknowledged no subscription for "
                + config.timing().ackTimeoutMs()
                + " ms; connecting anew");
      }
    } finally {
      lock.unlock();
    }
    requireAlive(session);
  }

  private void requireAlive(BrokerSession session) throws IOException {
    if (session.lostCause().isPresent()) {
      Throwable cause = session.lostCause().get();
      throw new IOException("connection to " + config.broker() + " lost: " + cause, cause);
    }
  }

  private void awaitWork(BrokerSession session) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!work && !closing && session.lostCause().isEmpty()) {
        changed.await();
      }
      work = false;
    } finally {
      lock.unlock();
    }
  }

  private void pause() throws InterruptedException {
    long halfMs = backoffMs / 2;
    long waitMs = halfMs + ThreadLocalRandom.current().nextLong(backoffMs - halfMs + 1);
    backoffMs = Math.min(config.timing().backoffMaxMs(), backoffMs * 2);
    long endNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    lock.lockInterruptibly();
    try {
      for (long leftNs = endNs - clock.nanoTime();
          !closing && leftNs > 0;
          leftNs = endNs - clock.nanoTime()) {
        if (changed.awaitNanos(leftNs) <= 0) {
          break;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private void report(Exception error) {
    try {
      errors.accept(error);
    } catch (RuntimeException ofTheHandler) {
      // the session must not end because nobody could be told
    }
  }

  /** Tells the death, takes leave of the broker, and waits a bounded time for that. */
  @Override
  public void close() {
    locked(() -> closing = true);
    try {
      long waitMs = (long) config.timing().closeTimeoutMs() + config.timing().connectTimeoutMs();
      thread.join(waitMs + CLOSE_SLACK_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
