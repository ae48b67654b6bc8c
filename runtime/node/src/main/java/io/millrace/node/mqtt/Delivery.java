package io.millrace.node.mqtt;

import io.millrace.node.outbox.Outbox;
import io.millrace.node.outbox.Waiting;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The one thread that connects, sends, hears acknowledgements, notices a dead or frozen broker, and
 * begins anew. A new connection sends everything that still waits in the outbox, oldest first.
 */
final class Delivery implements Runnable, BrokerSession.Events {
  private static final String ALERT_KEY = "alert number ";
  private static final String STATE_KEY = "state of topic ";
  private static final int MAX_ERRORS = 32;
  private static final long STATUS_NUMBER = 0;

  /** What is sent and not acknowledged; {@code key} names an alert or a kept state, or nothing. */
  private record Flight(long sentNs, String key) {}

  private final MqttConfig config;
  private final Topics topics;
  private final Outbox outbox;
  private final Clock clock;
  private final Consumer<? super Exception> errors;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // guarded by lock
  private final ArrayDeque<Long> acknowledgements = new ArrayDeque<>();
  private final ArrayDeque<Exception> laterErrors = new ArrayDeque<>();
  private BrokerSession current;
  private boolean work;
  private boolean closing;
  private long closeDeadlineNs;
  private long published;
  private long resent;
  private long connects;
  private long connectFailures;
  private long ackTimeouts;
  private long errorCount;
  private long statesSent;
  private long bytesPublished;

  private final KeptStates kept = new KeptStates();
  private final Commands commands = new Commands(this::reportLater);

  // of the delivery thread alone
  private final Suspicion suspicion = new Suspicion(kept::size);
  private final Map<Long, Flight> inFlight = new LinkedHashMap<>();
  private final Set<String> subscribed = new HashSet<>();
  private long ownNumber;
  private boolean frozen;
  private long highestSent;
  private long backoffMs;

  Delivery(MqttConfig config, Outbox outbox, Clock clock, Consumer<? super Exception> errors) {
    this.config = config;
    this.outbox = outbox;
    this.clock = clock;
    this.errors = errors;
    topics = new Topics(config.baseTopic());
    backoffMs = config.timing().backoffMinMs();
  }

  /** Says that the outbox has something new. */
  void wake() {
    locked(() -> work = true);
  }

  void keep(String topic, byte[] message) {
    kept.keep(topic, message);
    wake();
  }

  void onCommand(String topic, Consumer<byte[]> handler) {
    commands.on(topic, handler);
    wake();
  }

  void onNews(String topic, Consumer<byte[]> handler) {
    commands.onNews(topic, handler);
    wake();
  }

  void endCommands() {
    commands.end();
  }

  /** Lets what waits go out for a bounded time, then ends the thread. */
  void beginClose() {
    locked(() -> {
      closing = true;
      closeDeadlineNs =
          clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.timing().closeTimeoutMs());
    });
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
    commands.arrived(topic, message, retained);
  }

  @Override
  public void refused(String topic) {
    reportLater(
        new IOException(
            "broker "
                + config.broker()
                + " does not let this node subscribe to "
                + topic
                + "; commands there are not heard"));
  }

  /** From any thread; the handler is called by the delivery thread. */
  private void reportLater(Exception error) {
    locked(() -> {
      if (laterErrors.size() < MAX_ERRORS) {
        laterErrors.add(error);
      }
      work = true;
    });
  }

  private void reportLaterErrors() {
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

  @Override
  public void run() {
    while (!isClosing()) {
      try {
        oneConnection();
      } catch (InterruptedException e) {
        report(new IOException("delivery thread interrupted; it ends", e));
        return;
      } catch (IOException | RuntimeException e) {
        report(e);
      } catch (Error e) {
        report(new IllegalStateException("delivery failed and begins anew", e));
      }
      reportLaterErrors();
      try {
        pause();
      } catch (InterruptedException e) {
        report(new IOException("delivery thread interrupted; it ends", e));
        return;
      }
    }
  }

  private void oneConnection() throws IOException, InterruptedException {
    long connectedMs = clock.wallTimeEpochMs();
    byte[] will = Messages.status(config.clientId(), false, connectedMs);
    BrokerSession session;
    try {
      BrokerSession.Will offline = new BrokerSession.Will(topics.status(), will, true);
      session = BrokerSession.connect(config, offline, this);
    } catch (IOException | RuntimeException e) {
      locked(() -> connectFailures++);
      throw e;
    }
    inFlight.clear();
    frozen = false;
    subscribed.clear();
    kept.connected();
    try (session) {
      locked(() -> {
        current = session;
        connects++;
      });
      byte[] birth = Messages.status(config.clientId(), true, connectedMs);
      session.publish(topics.status(), birth, true, STATUS_NUMBER);
      deliver(session);
      int closeTimeoutMs = config.timing().closeTimeoutMs();
      session.publishLast(topics.status(), will, 1, true, closeTimeoutMs);
      session.disconnect(closeTimeoutMs);
    } finally {
      locked(() -> current = null);
      settle();
      if (!frozen && !isClosing()) {
        noteLoss();
      }
    }
  }

  /** A message that is the end of each connection must not be the first of the next for ever. */
  private void noteLoss() {
    List<String> keys =
        inFlight.values().stream().map(Flight::key).filter(key -> !key.isEmpty()).toList();
    Optional<String> guilty = suspicion.lost(keys, !inFlight.containsKey(STATUS_NUMBER));
    if (guilty.isEmpty()) {
      return;
    }
    String key = guilty.get();
    if (key.startsWith(STATE_KEY)) {
      kept.giveUp(key.substring(STATE_KEY.length()));
    } else {
      outbox.giveUp(Long.parseLong(key.substring(ALERT_KEY.length())));
    }
    report(
        new IOException(
            key
                + " is given up: broker "
                + config.broker()
                + " ended "
                + Suspicion.LOSSES
                + " connections in a row on it; is it larger than the broker allows, or not"
                + " permitted?"));
  }

  /** Returns when it is time to take leave; throws when the connection is of no use any more. */
  private void deliver(BrokerSession session) throws IOException, InterruptedException {
    inFlight.put(STATUS_NUMBER, new Flight(clock.nanoTime(), ""));
    long cursor = 0;
    while (true) {
      settle();
      requireAlive(session);
      reportLaterErrors();
      subscribe(session);
      boolean idle = !sendKept(session);
      while (mayFly()) {
        Optional<Waiting> next = outbox.next(cursor);
        if (next.isEmpty()) {
          break;
        }
        cursor = next.get().sequence();
        inFlight.put(cursor, new Flight(clock.nanoTime(), ALERT_KEY + cursor));
        send(session, next.get());
        idle = false;
      }
      if (isClosing() && (closeTimeIsUp() || (idle && inFlight.isEmpty() && kept.allSent()))) {
        return;
      }
      awaitChange(session);
    }
  }

  private boolean mayFly() {
    return inFlight.size() < (suspicion.sendsAlone() ? 1 : config.maxInFlight());
  }

  private void subscribe(BrokerSession session) throws IOException {
    for (String topic : commands.topics()) {
      if (subscribed.add(topic)) {
        inFlight.put(--ownNumber, new Flight(clock.nanoTime(), ""));
        session.subscribe(topic, ownNumber);
      }
    }
  }

  private boolean sendKept(BrokerSession session) throws IOException {
    boolean sent = false;
    while (mayFly()) {
      Optional<KeptStates.Kept> next = kept.next();
      if (next.isEmpty()) {
        break;
      }
      inFlight.put(--ownNumber, new Flight(clock.nanoTime(), STATE_KEY + next.get().topic()));
      session.publish(next.get().topic(), next.get().message(), true, ownNumber);
      int bytes = PublishBytes.of(next.get().topic(), next.get().message().length);
      locked(() -> {
        statesSent++;
        bytesPublished += bytes;
      });
      sent = true;
    }
    return sent;
  }

  private void send(BrokerSession session, Waiting alert) throws IOException {
    boolean again = alert.sequence() <= highestSent;
    highestSent = Math.max(highestSent, alert.sequence());
    session.publish(alert.topic(), alert.payload(), false, alert.sequence());
    int bytes = PublishBytes.of(alert.topic(), alert.payload().length);
    locked(() -> {
      bytesPublished += bytes;
      if (again) {
        resent++;
      } else {
        published++;
      }
    });
  }

  /** Takes what arrived out of the outbox. */
  private void settle() {
    while (true) {
      Long number;
      lock.lock();
      try {
        number = acknowledgements.poll();
      } finally {
        lock.unlock();
      }
      if (number == null) {
        return;
      }
      Flight landed = inFlight.remove(number);
      if (landed != null && !landed.key().isEmpty()) {
        suspicion.cleared();
      }
      // an answer, not only a greeting: the broker works, so the next failure is a new one
      backoffMs = config.timing().backoffMinMs();
      if (number > STATUS_NUMBER) {
        outbox.acknowledge(number);
      }
    }
  }

  private void requireAlive(BrokerSession session) throws IOException {
    if (session.lostCause().isPresent()) {
      Throwable cause = session.lostCause().get();
      throw new IOException("connection to " + config.broker() + " lost: " + cause, cause);
    }
    if (!inFlight.isEmpty() && remainingAckNs() <= 0) {
      frozen = true;
      locked(() -> ackTimeouts++);
      throw new IOException(
          "broker "
              + config.broker()
              + " acknowledged nothing for "
              + config.timing().ackTimeoutMs()
              + " ms with "
              + inFlight.size()
              + " messages in flight; connecting anew");
    }
  }

  /** Insertion order is the order of sending, so the first is the oldest. */
  private long remainingAckNs() {
    long oldestNs = inFlight.values().iterator().next().sentNs();
    long timeoutNs = TimeUnit.MILLISECONDS.toNanos(config.timing().ackTimeoutMs());
    return oldestNs + timeoutNs - clock.nanoTime();
  }

  private void awaitChange(BrokerSession session) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long waitNs = inFlight.isEmpty() ? Long.MAX_VALUE : remainingAckNs();
      while (acknowledgements.isEmpty()
          && session.lostCause().isEmpty()
          && !work
          && !(closing && inFlight.isEmpty() && kept.allSent())
          && waitNs > 0) {
        long untilClosedNs = closing ? closeDeadlineNs - clock.nanoTime() : Long.MAX_VALUE;
        if (untilClosedNs <= 0) {
          break;
        }
        waitNs = changed.awaitNanos(Math.min(waitNs, untilClosedNs));
      }
      work = false;
    } finally {
      lock.unlock();
    }
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

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private boolean closeTimeIsUp() {
    lock.lock();
    try {
      return closing && closeDeadlineNs - clock.nanoTime() <= 0;
    } finally {
      lock.unlock();
    }
  }

  private void report(Exception error) {
    locked(() -> errorCount++);
    try {
      errors.accept(error);
    } catch (RuntimeException ofTheHandler) {
      // delivery must not end because nobody could be told
      locked(() -> errorCount++);
    }
  }

  DeliveryStats stats() {
    lock.lock();
    try {
      return new DeliveryStats(
          outbox.stats(),
          published,
          resent,
          connects,
          connectFailures,
          ackTimeouts,
          errorCount,
          statesSent,
          bytesPublished,
          current != null && current.lostCause().isEmpty());
    } finally {
      lock.unlock();
    }
  }
}
