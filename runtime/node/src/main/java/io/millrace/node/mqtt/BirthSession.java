package io.millrace.node.mqtt;

import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Keeps a connection of its own for a {@link BirthProtocol}: connect with its will, subscribe, be
 * born, tell what is new; and all of that again after each loss, for ever. It holds no message:
 * what cannot be sent now, or is more than the uplink bears, is asked of the protocol again later.
 *
 * <p>Apart from the connection for alerts because a connection has but one will.
 */
public final class BirthSession implements AutoCloseable {
  /** How often the uplink is asked again. */
  private static final long ASK_AGAIN_NS = 5_000_000_000L;

  private static final long USUAL_BIRTH_BYTES = 4_000;

  private final MqttConfig config;
  private final BirthProtocol protocol;
  private final Uplink uplink;
  private final Clock clock;
  private final SessionLoop loop;
  private final AtomicLong births = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private volatile Optional<String> refusedTopic = Optional.empty();

  /** Of the loop's thread: without them a connection is of no use. */
  private long birthBytes = USUAL_BIRTH_BYTES;

  private BirthSession(
      MqttConfig config,
      BirthProtocol protocol,
      Uplink uplink,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.config = config;
    this.protocol = protocol;
    this.uplink = uplink;
    this.clock = clock;
    loop = new SessionLoop("mqtt-births", config, uplink, clock, errors, new Telling());
  }

  /**
   * Starts in the background. The broker need not be there.
   *
   * @param config whose client id no other connection has
   * @param uplink pays for all that travels
   * @param errors gets each error in the background; must not block
   * @throws IllegalArgumentException if the uplink cannot bear the pings of an open connection
   */
  public static BirthSession open(
      MqttConfig config,
      BirthProtocol protocol,
      Uplink uplink,
      Clock clock,
      Consumer<? super Exception> errors) {
    BirthSession session = new BirthSession(config, protocol, uplink, clock, errors);
    session.loop.start();
    return session;
  }

  /** Says that the protocol has something to tell. Never blocks. */
  public void wake() {
    loop.wake();
  }

  /** How often it was born on a connection. */
  public long births() {
    return births.get();
  }

  /** Bytes published since the start, as {@link PublishBytes} counts them. */
  public long bytesPublished() {
    return bytes.get();
  }

  private final class Telling implements SessionLoop.Talk {
    @Override
    public BrokerSession.Will will() {
      refusedTopic = Optional.empty();
      BirthProtocol.Message will = protocol.will();
      return new BrokerSession.Will(will.topic(), will.payload(), false);
    }

    @Override
    public boolean mayConnect(long connectionBytes) {
      return uplink.affords(Sender.STATES, connectionBytes + birthBytes);
    }

    @Override
    public void speak(BrokerSession session) throws IOException, InterruptedException {
      subscribe(session);
      List<BirthProtocol.Message> told = protocol.births();
      birthBytes = told.stream().mapToLong(session::onceBytes).sum();
      for (BirthProtocol.Message birth : told) {
        send(session, birth);
      }
      births.incrementAndGet();
      loop.works();
      while (!loop.isClosing()) {
        loop.requireAlive(session);
        loop.reportLaterErrors();
        Optional<BirthProtocol.Message> next =
            protocol.next(m -> uplink.affords(Sender.STATES, session.onceBytes(m)));
        if (next.isPresent()) {
          send(session, next.get());
        } else {
          loop.await(session, ASK_AGAIN_NS, () -> true);
        }
      }
    }

    @Override
    public BrokerSession.LastWords lastWords() {
      BirthProtocol.Message death = protocol.death();
      return new BrokerSession.LastWords(death.topic(), death.payload(), 0, false);
    }

    @Override
    public void ended() {
      while (loop.acknowledged().isPresent()) {
        // of a connection that is gone
      }
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
      refusedTopic = Optional.of(topic);
    }
  }

  private void send(BrokerSession session, BirthProtocol.Message message) throws IOException {
    session.publishOnce(Sender.STATES, message.topic(), message.payload());
    bytes.addAndGet(PublishBytes.once(message.topic(), message.payload().length));
  }

  /** Births are heard only by those who can answer: no birth before the broker listens for that. */
  private void subscribe(BrokerSession session) throws IOException, InterruptedException {
    Set<Long> unacknowledged = new HashSet<>();
    long number = 0;
    for (String topic : protocol.subscriptions()) {
      unacknowledged.add(++number);
      session.subscribe(topic, number);
    }
    long endNs = clock.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.timing().ackTimeoutMs());
    while (true) {
      for (Optional<Long> own = loop.acknowledged(); own.isPresent(); own = loop.acknowledged()) {
        unacknowledged.remove(own.get());
      }
      if (unacknowledged.isEmpty()) {
        break;
      }
      loop.requireAlive(session);
      if (loop.closeTimeIsUp() || endNs - clock.nanoTime() <= 0) {
        throw new IOException(
            "broker "
                + config.broker()
                + " acknowledged no subscription for "
                + config.timing().ackTimeoutMs()
                + " ms; connecting anew");
      }
      loop.await(session, endNs - clock.nanoTime(), () -> false);
    }
    if (refusedTopic.isPresent()) {
      throw new IOException(
          "broker "
              + config.broker()
              + " does not let this node subscribe to "
              + refusedTopic.get()
              + "; allow it, or leave this protocol out");
    }
    loop.requireAlive(session);
  }

  /** Tells the death, takes leave of the broker, and waits a bounded time for that. */
  @Override
  public void close() {
    loop.close();
  }
}
