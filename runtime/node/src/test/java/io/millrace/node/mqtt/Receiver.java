package io.millrace.node.mqtt;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import tools.jackson.jr.ob.JSON;

/** Subscribes to everything and keeps it. */
public final class Receiver implements AutoCloseable {
  public record Message(String topic, String text, boolean retained) {
    public String field(String name) {
      return String.valueOf(JSON.std.mapFrom(text).get(name));
    }
  }

  private final MqttClient client;
  private final List<Message> messages = new ArrayList<>();

  public Receiver(URI broker) throws MqttException {
    this(broker, new MqttConnectOptions());
  }

  Receiver(URI broker, MqttConnectOptions options) throws MqttException {
    client = new MqttClient(broker.toString(), "r" + UUID.randomUUID(), new MemoryPersistence());
    client.setCallback(
        new MqttCallback() {
          @Override
          public void connectionLost(Throwable cause) {
            // the test that ends the broker makes another receiver
          }

          @Override
          public void messageArrived(String topic, MqttMessage message) {
            String text = new String(message.getPayload(), StandardCharsets.UTF_8);
            synchronized (messages) {
              messages.add(new Message(topic, text, message.isRetained()));
              messages.notifyAll();
            }
          }

          @Override
          public void deliveryComplete(IMqttDeliveryToken token) {
            // only receives
          }
        });
    client.connect(options);
    // QoS 0: a broker sends it on at once, so that what it acknowledged is not still queued for
    // this receiver when a test kills it
    client.subscribe("#", 0);
  }

  public List<Message> messages() {
    synchronized (messages) {
      return List.copyOf(messages);
    }
  }

  /** Ids of the alerts, in order, repeats included. */
  List<String> alertIds() {
    return messages().stream()
        .filter(message -> message.topic().contains("/alert/"))
        .map(message -> message.field("id"))
        .toList();
  }

  /** Waits until the messages are as wanted; the caller's assertion tells what is missing. */
  public void await(long timeoutMs, Predicate<Receiver> wanted) throws InterruptedException {
    long endNs = System.nanoTime() + timeoutMs * 1_000_000;
    synchronized (messages) {
      while (!wanted.test(this) && System.nanoTime() < endNs) {
        messages.wait(50);
      }
    }
  }

  @Override
  public void close() throws MqttException {
    if (client.isConnected()) {
      client.disconnectForcibly(0, 200);
    }
    client.close(true);
  }
}
