package io.millrace.node.mqtt;

import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.outbox.Outbox;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.function.Consumer;

/** Delivers alerts to an MQTT broker, at least once, from an outbox on disk. */
public final class MqttAlertSink implements AlertSink {
  private final Topics topics;
  private final Outbox outbox;
  private final Delivery delivery;

  private MqttAlertSink(
      MqttConfig config,
      Outbox outbox,
      Uplink uplink,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.outbox = outbox;
    topics = new Topics(config.baseTopic());
    delivery = new Delivery(config, outbox, uplink, clock, errors);
  }

  /**
   * Opens the outbox and starts delivery in the background. The broker need not be there.
   *
   * @param uplink pays for all that travels; open until this is closed
   * @param errors gets each error that happens in the background; called from the delivery thread,
   *     must not block
   * @throws IOException if the outbox cannot be opened, for example because another node uses it,
   *     or if a certificate, key or password cannot be read
   * @throws IllegalArgumentException if the uplink cannot bear the pings of an open connection
   */
  public static MqttAlertSink open(
      MqttConfig mqtt,
      OutboxConfig outbox,
      Uplink uplink,
      Clock clock,
      Consumer<? super Exception> errors)
      throws IOException {
    // each connection reads these anew; a wrong path should not be found out at night
    if (mqtt.tls().isPresent()) {
      TlsContext.load(mqtt.tls().get());
    }
    if (mqtt.credentials().isPresent()) {
      mqtt.credentials().get().password().read();
    }
    Outbox opened = Outbox.open(outbox);
    boolean started = false;
    try {
      MqttAlertSink sink = new MqttAlertSink(mqtt, opened, uplink, clock, errors);
      sink.delivery.start();
      started = true;
      return sink;
    } finally {
      if (!started) {
        opened.close();
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.millrace.node.outbox.OutboxFullException if only more important alerts wait and fill
   *     the outbox
   */
  @Override
  public void accept(Alert alert) throws IOException {
    outbox.accept(alert.id(), alert.priority(), topics.alert(alert.rule()), Messages.alert(alert));
    delivery.wake();
  }

  /**
   * Keeps a state at the broker: sent retained at QoS 1 after each connect, and whenever it
   * changes. Only the latest message of a topic is kept, in memory alone. What the uplink does not
   * bear waits, and is replaced by what comes after it. Never blocks.
   *
   * @param topic whole, not below the base topic
   * @throws IllegalArgumentException if the topic or the message is not one that a broker takes, or
   *     if there are more than {@value KeptStates#MAX_TOPICS} topics
   */
  public void keep(String topic, byte[] message) {
    keep(Sender.STATES, topic, message);
  }

  /**
   * The same on another's account.
   *
   * @param sender on whose account it is sent the first time; when a new connection is told all
   *     again, each is a state
   */
  public void keep(Sender sender, String topic, byte[] message) {
    delivery.keep(sender, topic, message);
  }

  /**
   * Calls the handler for each message of a topic, on a thread of its own, one after the other.
   * Subscribed at QoS 1 at each connect; what is sent while there is no connection is not heard.
   * Retained messages are no commands: they would come again at each connect. They, messages of
   * more than {@value Commands#MAX_MESSAGE_BYTES} bytes, and more than {@value
   * Commands#MAX_WAITING} that wait are dropped and reported, as is what the handler throws.
   *
   * @param topic whole, without wildcards
   */
  public void onCommand(String topic, Consumer<byte[]> handler) {
    delivery.onCommand(topic, handler);
  }

  /**
   * As {@link #onCommand}, for a topic that tells something rather than asks for it: what is
   * retained there is old news, and passed over without a word.
   */
  public void onNews(String topic, Consumer<byte[]> handler) {
    delivery.onNews(topic, handler);
  }

  /** Counters since the start. */
  public DeliveryStats stats() {
    return delivery.stats();
  }

  /**
   * Lets what waits go out for as long as the configuration says, takes leave of the broker, and
   * closes the outbox. What was not acknowledged is delivered after the next start.
   */
  @Override
  public void close() throws IOException {
    delivery.close();
    // a file that is closed by an interrupted thread is closed in the midst of a write
    boolean interrupted = Thread.interrupted();
    outbox.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
