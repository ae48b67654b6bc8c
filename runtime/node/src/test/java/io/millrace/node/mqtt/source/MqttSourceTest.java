package io.millrace.node.mqtt.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.mqtt.Mosquitto;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Unmetered;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.live.LiveSensor;
import io.millrace.sensors.message.MessageCapture;
import io.millrace.sensors.message.MessageSource;
import io.millrace.sensors.message.NumberText;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's mosquitto. */
class MqttSourceTest {
  @TempDir Path folder;

  private final List<Exception> errors = Collections.synchronizedList(new ArrayList<>());
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static MqttTopic topic(int port, String name) {
    return new MqttTopic(
        URI.create("tcp://127.0.0.1:" + port),
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static void publish(int port, String topic, String text, String... more)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Mosquitto.program("mosquitto_pub"),
                "-h",
                "127.0.0.1",
                "-p",
                "" + port,
                "-t",
                topic,
                "-m",
                text,
                "-q",
                "1"));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertTrue(process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0);
  }

  private final MessageSource.Receiver receiver =
      new MessageSource.Receiver() {
        @Override
        public void message(byte[] payload) {
          messages.add(new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void failed(IOException cause) {
          messages.add("failed: " + cause.getMessage());
        }
      };

  /** Publishes until a message has come through: subscribing takes its time. */
  private String firstMessage(int port, String topic, String text) throws Exception {
    for (int i = 0; i < 100; i++) {
      publish(port, topic, text);
      String message = messages.poll(300, TimeUnit.MILLISECONDS);
      if (message != null) {
        return message;
      }
    }
    throw new AssertionError("no message; " + errors);
  }

  @Test
  @SuppressWarnings("try") // a broker that goes away
  void shouldReceiveWhatIsPublishedAlsoAfterTheBrokerCameBack() throws Exception {
    int port = freePort();
    MessageSource source =
        topic(port, "plant/+/t").source(Unmetered.uplink(Clock.system()), errors::add);
    try (Mosquitto first = new Mosquitto(folder, port)) {
      publish(port, "plant/7/t", "kept", "-r");
      try (AutoCloseable subscription = source.subscribe(receiver)) {
        assertFalse(subscription.equals(first));
        assertEquals("1.5", firstMessage(port, "plant/7/t", "1.5"), "what was kept is passed over");
        first.close();
        messages.clear();
        try (Mosquitto second = new Mosquitto(folder, port)) {
          assertFalse(second.equals(first));
          assertEquals("2.5", firstMessage(port, "plant/8/t", "2.5"));
        }
      }
    }
    assertTrue(errors.stream().anyMatch(e -> e.getMessage().contains("plant/+/t")), "" + errors);
  }

  @Test
  void shouldBeASensor() throws Exception {
    int port = freePort();
    SampleFormat format =
        new SampleFormat("t", List.of(new SampleFormat.Channel("t", "1", 1)), 1000);
    try (Mosquitto broker = new Mosquitto(folder, port);
        LiveSensor sensor =
            MessageCapture.open(
                topic(port, "t").source(Unmetered.uplink(Clock.system()), errors::add),
                NumberText.json(List.of("v")),
                format,
                64,
                Clock.system(),
                errors::add)) {
      assertFalse(broker.equals(sensor));
      sensor.start();
      Thread publisher =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                for (int i = 0; i < 100; i++) {
                  try {
                    publish(port, "t", "{\"v\": -7.25}");
                  } catch (Exception e) {
                    return;
                  }
                }
              });
      SampleBlock block = new SampleBlock(new float[1], format);
      assertEquals(1, sensor.read(block));
      assertEquals(-7.25f, block.values()[0]);
      publisher.interrupt();
      publisher.join();
    }
  }

  @Test
  void shouldRefuseWhatIsNoTopicOrBroker() {
    assertThrows(IllegalArgumentException.class, () -> topic(1883, ""));
    assertThrows(IllegalArgumentException.class, () -> topic(1883, "a+/b"));
    assertThrows(IllegalArgumentException.class, () -> topic(1883, "#/a"));
    assertThrows(IllegalArgumentException.class, () -> topic(0, "a"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new MqttTopic(
                URI.create("tcp://b:1"),
                "t",
                Optional.empty(),
                Optional.empty(),
                Optional.of(Path.of("ca.pem"))));
  }

  @Test
  void shouldTakeNothingOfTheUplinkForABrokerOnTheBoardItself() {
    for (String local : List.of("127.0.0.1", "127.1.2.3", "localhost", "[::1]")) {
      assertTrue(at(local).isLocal(), local);
    }
    for (String away : List.of("10.0.0.1", "broker.example", "128.0.0.1", "[fe80::1]")) {
      assertFalse(at(away).isLocal(), away);
    }
  }

  private static MqttTopic at(String host) {
    URI broker = URI.create("tcp://" + host + ":1883");
    return new MqttTopic(broker, "t", Optional.empty(), Optional.empty(), Optional.empty());
  }

  @Test
  void shouldPayForABrokerElsewhereBeforeItIsAsked() throws Exception {
    Uplink uplink = Unmetered.uplink(Clock.system());
    // a name that nobody has (RFC 6761, section 6.4)
    MessageSource source = at("broker.invalid").source(uplink, errors::add);
    try (AutoCloseable subscription = source.subscribe(receiver)) {
      assertFalse(subscription.equals(source));
      long endNs = System.nanoTime() + 30_000_000_000L;
      while (errors.isEmpty() && System.nanoTime() < endNs) {
        Thread.sleep(10);
      }
    }
    assertTrue(uplink.sent(Sender.UPKEEP) > 0, errors::toString);
  }
}
