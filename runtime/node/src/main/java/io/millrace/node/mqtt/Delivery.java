package io.millrace.node.mqtt;

import io.millrace.node.outbox.Outbox;
import io.millrace.node.outbox.Waiting;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What is said on the session for alerts: the outbox, oldest first, and the states that the broker
 * is to keep. Hears acknowledgements, and notices a frozen broker. A new connection sends
 * everything that still waits.
 */
final class Delivery implements SessionLoop.Talk {
  private static final String ALERT_KEY = "alert number ";
  private static final String STATE_KEY = "state of topic ";
  private static final long STATUS_NUMBER = 0;

  /** How often the uplink is asked again for what it did not bear. */
  private static final long ASK_AGAIN_NS = 5_000_000_000L;

  /** What is sent and not acknowledged; {@code key} names an alert or a kept state, or nothing. */
  private record Flight(long sentNs, String key) {}

  private final MqttConfig config;
  private final Topics topics;
  private final Outbox outbox;
  private final Uplink uplink;
  private final Clock clock;
  private final SessionLoop loop;
  private final KeptStates kept = new KeptStates();
  private final Commands commands;

  private final AtomicLong published = new AtomicLong();
  private final AtomicLong resent = new AtomicLong();
  private final AtomicLong ackTimeouts = new AtomicLong();
  private final AtomicLong statesSent = new AtomicLong();
  private final AtomicLong bytesPublished = new AtomicLong();

  // of the loop's thread alone
  private final Suspicion suspicion = new Suspicion(kept::size);
  private final Map<Long, Flight> inFlight = new LinkedHashMap<>();
  private final Set<String> subscribed = new HashSet<>();
  private long connectedMs;
  private long ownNumber;
  private long askAgainNs;
  private boolean frozen;
  private long highestSent;

  Delivery(
      MqttConfig config,
      Outbox outbox,
      Uplink uplink,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.config = config;
    this.outbox = outbox;
    this.uplink = uplink;
    this.clock = clock;
    topics = new Topics(config.baseTopic());
    loop = new SessionLoop("mqtt-delivery", config, uplink, clock, errors, this);
    commands = new Commands(loop::reportLater);
    askAgainNs = clock.nanoTime();
  }

  void start() {
    loop.start();
  }

  /** Says that the outbox has something new. */
  void wake() {
    loop.wake();
  }

  void keep(Sender sender, String topic, byte[] message) {
    kept.keep(sender, topic, message);
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

  void close() {
    loop.close();
    commands.end();
  }

  // --- the session -------------------------------------------------------------------------------

  @Override
  public boolean mayConnect(long bytes) {
    // alerts are sent in any case
    return outbox.stats().waiting() > 0 || uplink.affords(Sender.UPKEEP, bytes);
  }

  private byte[] status(boolean online) {
    return Messages.status(config.clientId(), online, connectedMs);
  }

  @Override
  public BrokerSession.Will will() {
    connectedMs = clock.wallTimeEpochMs();
    return new BrokerSession.Will(topics.status(), status(false), true);
  }

  @Override
  public BrokerSession.LastWords lastWords() {
    return new BrokerSession.LastWords(topics.status(), status(false), 1, true);
  }

  @Override
  public void arrived(String topic, byte[] message, boolean retained) {
    commands.arrived(topic, message, retained);
  }

  @Override
  public void refused(String topic) {
    loop.reportLater(
        new IOException(
            "broker "
                + config.broker()
                + " does not let this node subscribe to "
                + topic
                + "; commands there are not heard"));
  }

  /** Returns when it is time to take leave; throws when the connection is of no use any more. */
  @Override
  public void speak(BrokerSession session) throws IOException, InterruptedException {
    inFlight.clear();
    frozen = false;
    subscribed.clear();
    kept.connected();
    session.publish(Sender.UPKEEP, topics.status(), status(true), true, STATUS_NUMBER);
    inFlight.put(STATUS_NUMBER, new Flight(clock.nanoTime(), ""));
    long cursor = 0;
    while (true) {
      settle();
      requireAlive(session);
      loop.reportLaterErrors();
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
      if (loop.isClosing() && (loop.closeTimeIsUp() || (idle && isDone()))) {
        return;
      }
      loop.await(session, waitNs(), this::isDone);
    }
  }

  private boolean isDone() {
    return inFlight.isEmpty() && kept.allSent();
  }

  private long waitNs() {
    long acknowledgedNs = inFlight.isEmpty() ? Long.MAX_VALUE : remainingAckNs();
    return kept.holdsBack() ? Math.min(acknowledgedNs, ASK_AGAIN_NS) : acknowledgedNs;
  }

  @Override
  public void ended() {
    settle();
    if (!frozen && !loop.isClosing()) {
      noteLoss();
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
    loop.report(
        new IOException(
            key
                + " is given up: broker "
                + config.broker()
                + " ended "
                + Suspicion.LOSSES
                + " connections in a row on it; is it larger than the broker allows, or not"
                + " permitted?"));
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
    if (clock.nanoTime() - askAgainNs >= 0 && kept.tryAgain()) {
      askAgainNs = clock.nanoTime() + ASK_AGAIN_NS;
    }
    boolean sent = false;
    while (mayFly()) {
      Optional<KeptStates.Kept> next = kept.next();
      if (next.isEmpty()) {
        break;
      }
      KeptStates.Kept state = next.get();
      // before it is sent: the acknowledgement may be quicker than what follows
      inFlight.put(--ownNumber, new Flight(clock.nanoTime(), STATE_KEY + state.topic()));
      if (session.publish(state.sender(), state.topic(), state.message(), true, ownNumber)) {
        statesSent.incrementAndGet();
        bytesPublished.addAndGet(PublishBytes.of(state.topic(), state.message().length));
        sent = true;
      } else {
        inFlight.remove(ownNumber);
        kept.holdBack(state);
      }
    }
    return sent;
  }

  private void send(BrokerSession session, Waiting alert) throws IOException {
    boolean again = alert.sequence() <= highestSent;
    highestSent = Math.max(highestSent, alert.sequence());
    session.publish(Sender.ALERTS, alert.topic(), alert.payload(), false, alert.sequence());
    bytesPublished.addAndGet(PublishBytes.of(alert.topic(), alert.payload().length));
    (again ? resent : published).incrementAndGet();
  }

  /** Takes what arrived out of the outbox. */
  private void settle() {
    while (true) {
      Optional<Long> number = loop.acknowledged();
      if (number.isEmpty()) {
        return;
      }
      Flight landed = inFlight.remove(number.get());
      if (landed != null && !landed.key().isEmpty()) {
        suspicion.cleared();
      }
      // an answer, not only a greeting
      loop.works();
      if (number.get() > STATUS_NUMBER) {
        outbox.acknowledge(number.get());
      }
    }
  }

  private void requireAlive(BrokerSession session) throws IOException {
    loop.requireAlive(session);
    if (!inFlight.isEmpty() && remainingAckNs() <= 0) {
      frozen = true;
      ackTimeouts.incrementAndGet();
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

  DeliveryStats stats() {
    return new DeliveryStats(
        outbox.stats(),
        published.get(),
        resent.get(),
        loop.connects(),
        loop.connectFailures(),
        ackTimeouts.get(),
        loop.errorCount(),
        statesSent.get(),
        bytesPublished.get(),
        loop.isConnected());
  }
}
