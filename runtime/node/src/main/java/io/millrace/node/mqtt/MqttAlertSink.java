package io.millrace.node.mqtt;

import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.outbox.Outbox;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.function.Consumer;

/** Delivers alerts to an MQTT broker, at least once, from an outbox on disk. */
public final class MqttAlertSink implements AlertSink {
  /** What closing may take beyond the configured wait: connecting and closing have their ends. */
  private static final int CLOSE_SLACK_MS = 10_000;

  private final MqttConfig config;
  private final Topics topics;
  private final Outbox outbox;
  private final Delivery delivery;
  private final Thread thread;

  private MqttAlertSink(
      MqttConfig config, Outbox outbox, Clock clock, Consumer<? super Exception> errors) {
    this.config = config;
    this.outbox = outbox;
    topics = new Topics(config.baseTopic());
    delivery = new Delivery(config, outbox, clock, errors);
    thread = Thread.ofPlatform().daemon().name("mqtt-delivery").unstarted(delivery);
  }

  /**
   * Opens the outbox and starts delivery in the background. The broker need not be there.
   *
   * @param errors gets each error that happens in the background; called from the delivery thread,
   *     must not block
   * @throws IOException if the outbox cannot be opened, for example because another node uses it,
   *     or if a certificate, key or password cannot be read
   */
  public static MqttAlertSink open(
      MqttConfig mqtt, OutboxConfig outbox, Clock clock, Consumer<? super Exception> errors)
      throws IOException {
    // each connection reads these anew; a wrong path should not be found out at night
    if (mqtt.tls().isPresent()) {
      TlsContext.load(mqtt.tls().get());
    }
    if (mqtt.credentials().isPresent()) {
      mqtt.credentials().get().password().read();
    }
    MqttAlertSink sink = new MqttAlertSink(mqtt, Outbox.open(outbox), clock, errors);
    sink.thread.start();
    return sink;
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
   * changes. Only the latest message of a topic is kept, in memory alone. Never blocks.
   *
   * @param topic whole, not below the base topic
   * @throws IllegalArgumentException if the topic or the message is not one that a broker takes, or
   *     if there are more than {@value KeptStates#MAX_TOPICS} topics
   */
  public void keep(String topic, byte[] message) {
    delivery.keep(topic, message);
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
    delivery.beginClose();
    boolean interrupted = false;
    try {
      long waitMs = (long) config.timing().closeTimeoutMs() + config.timing().connectTimeoutMs();
      thread.join(waitMs + CLOSE_SLACK_MS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    delivery.endCommands();
    outbox.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
