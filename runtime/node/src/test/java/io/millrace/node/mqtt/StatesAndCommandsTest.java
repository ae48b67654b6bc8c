package io.millrace.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.alert.Alert;
import io.millrace.node.outbox.LossReason;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kept states, commands, and a message that the broker does not bear. */
@Timeout(90)
@SuppressWarnings("try") // a broker is only there
class StatesAndCommandsTest {
  @TempDir Path folder;
  private final List<Exception> errors = new CopyOnWriteArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private MqttAlertSink open(URI broker) throws IOException {
    return MqttAlertSink.open(
        MqttConfig.of(broker, "plant/n1", "n1").withTiming(MqttAlertSinkTest.QUICK),
        OutboxConfig.in(folder.resolve("outbox")),
        Unmetered.uplink(Clock.system()),
        Clock.system(),
        errors::add);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void await(BooleanSupplier wanted) throws InterruptedException {
    long endNs = System.nanoTime() + 30_000_000_000L;
    while (!wanted.getAsBoolean() && System.nanoTime() < endNs) {
      Thread.sleep(10);
    }
    assertTrue(wanted.getAsBoolean(), () -> "heard " + heard + ", errors " + errors);
  }

  private static void send(URI broker, String topic, byte[] message, boolean retained)
      throws MqttException {
    try (MqttClient client = new MqttClient(broker.toString(), "sender", new MemoryPersistence())) {
      client.connect();
      client.publish(topic, message, 1, retained);
      client.disconnect();
    }
  }

  private static List<String> texts(Receiver receiver, String topic) {
    return receiver.messages().stream()
        .filter(each -> each.topic().equals(topic))
        .map(Receiver.Message::text)
        .toList();
  }

  /** What a broker gave a receiver, repeats of one message in a row left out. */
  private static List<String> changes(Receiver receiver) {
    List<String> changes = new ArrayList<>();
    for (String text : texts(receiver, "ha/state")) {
      if (changes.isEmpty() || !changes.getLast().equals(text)) {
        changes.add(text);
      }
    }
    return changes;
  }

  @Test
  void shouldKeepTheLatestStateThroughABrokerThatForgets() throws Exception {
    int port = EmbeddedBroker.freePort();
    int gatePort = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    try (MqttAlertSink sink = open(Gate.uri(gatePort))) {
      for (int i = 0; i < 500; i++) {
        sink.keep("ha/state", bytes("before " + i));
      }
      try (EmbeddedBroker broker = new EmbeddedBroker(folder, port);
          Receiver receiver = new Receiver(uri);
          Gate gate = new Gate(gatePort, port)) {
        receiver.await(30_000, r -> !texts(r, "ha/state").isEmpty());
        assertEquals(List.of("before 499"), changes(receiver));
        sink.keep("ha/state", bytes("changed"));
        receiver.await(30_000, r -> changes(r).size() > 1);
        assertEquals(List.of("before 499", "changed"), changes(receiver));
      }
      try (EmbeddedBroker broker = new EmbeddedBroker(folder, port);
          Receiver receiver = new Receiver(uri);
          Gate gate = new Gate(gatePort, port)) {
        receiver.await(30_000, r -> !texts(r, "ha/state").isEmpty());
        assertEquals(List.of("changed"), changes(receiver), "told anew");
        // who comes later is told what the broker keeps
        try (Receiver late = new Receiver(uri)) {
          late.await(30_000, r -> !texts(r, "ha/state").isEmpty());
          assertEquals(List.of("changed"), changes(late));
          assertTrue(
              late.messages().stream().anyMatch(m -> m.topic().equals("ha/state") && m.retained()),
              "retained");
        }
      }
      assertEquals(0, sink.stats().outbox().accepted(), "not in the outbox");
    }
  }

  @Test
  void shouldRefuseStatesAndTopicsThatNoBrokerTakes() throws Exception {
    try (MqttAlertSink sink = open(URI.create("tcp://127.0.0.1:1"))) {
      for (String bad : List.of("", "a/+", "#", "$SYS/x", "a\nb")) {
        assertThrows(IllegalArgumentException.class, () -> sink.keep(bad, bytes("x")), bad);
        assertThrows(IllegalArgumentException.class, () -> sink.onCommand(bad, x -> {}), bad);
      }
      byte[] large = new byte[KeptStates.MAX_MESSAGE_BYTES + 1];
      assertThrows(IllegalArgumentException.class, () -> sink.keep("t", large));
      for (int i = 0; i < KeptStates.MAX_TOPICS; i++) {
        sink.keep("t" + i, bytes("x"));
      }
      assertThrows(IllegalArgumentException.class, () -> sink.keep("one more", bytes("x")));
      sink.keep("t0", bytes("a known one changes"));
    }
  }

  @Test
  void shouldCarryOutCommandsAsideOfDelivery() throws Exception {
    int port = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    Mosquitto.program("mosquitto");
    CountDownLatch stuck = new CountDownLatch(1);
    try (MqttAlertSink sink = open(uri)) {
      sink.onCommand(
          "plant/n1/set",
          message -> {
            String text = new String(message, StandardCharsets.UTF_8);
            heard.add(text);
            if (text.equals("throw")) {
              throw new IllegalStateException("a bug");
            }
            if (text.equals("wait")) {
              try {
                stuck.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }
          });
      for (int round = 0; round < 2; round++) {
        try (Mosquitto broker = new Mosquitto(folder, port)) {
          int connects = round + 1;
          await(() -> sink.stats().connects() == connects && sink.stats().connected());
          Thread.sleep(300);
          send(uri, "plant/n1/set", bytes("go " + round), false);
          await(() -> heard.contains("go " + (connects - 1)));
          if (round == 1) {
            send(uri, "plant/n1/set", bytes("throw"), false);
            send(uri, "plant/n1/set", new byte[Commands.MAX_MESSAGE_BYTES + 1], false);
            send(uri, "plant/n1/other", bytes("not for us"), false);
            await(() -> errors.stream().anyMatch(e -> e.getMessage().contains("a bug")));
            await(() -> errors.stream().anyMatch(e -> e.getMessage().contains("65537 bytes")));
            send(uri, "plant/n1/set", bytes("wait"), false);
            await(() -> heard.contains("wait"));
            sink.accept(Alerts.numbered("id0", 0));
            await(() -> sink.stats().outbox().acknowledged() == 1);
            for (int i = 0; i <= Commands.MAX_WAITING; i++) {
              send(uri, "plant/n1/set", bytes("more"), false);
            }
            await(() -> errors.stream().anyMatch(e -> e.getMessage().contains("wait already")));
            stuck.countDown();
          }
        }
      }
    }
    assertEquals(List.of("go 0", "go 1", "throw", "wait"), heard.subList(0, 4));
  }

  @Test
  void shouldNotTakeARetainedMessageForACommand() throws Exception {
    Mosquitto.program("mosquitto");
    int port = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    try (Mosquitto broker = new Mosquitto(folder, port)) {
      send(uri, "plant/n1/set", bytes("INSTALL"), true);
      try (MqttAlertSink sink = open(uri)) {
        sink.onCommand("plant/n1/set", message -> heard.add("called"));
        await(() -> errors.stream().anyMatch(e -> e.getMessage().contains("retained")));
      }
      assertEquals(List.of(), heard);
    }
  }

  private static Alert large(String id) {
    Alert small = Alerts.numbered(id, 0);
    return new Alert(
        id,
        small.node(),
        small.rule(),
        "x".repeat(3_000),
        small.score(),
        small.state(),
        small.priority(),
        small.wallTimeEpochMs(),
        small.windowIndex(),
        small.windowStartNs(),
        small.windowEndNs(),
        small.computedOn(),
        small.model(),
        small.modelVersion(),
        small.energyMicroJ());
  }

  @Test
  void shouldSetAsideWhatTheBrokerDoesNotBear() throws Exception {
    Mosquitto.program("mosquitto");
    int port = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    try (Mosquitto broker =
            new Mosquitto(folder, port, "allow_anonymous true", "max_packet_size 2000");
        Receiver receiver = new Receiver(uri);
        MqttAlertSink sink = open(uri)) {
      sink.keep("ha/large", new byte[3_000]);
      sink.keep("ha/small", bytes("there"));
      for (int i = 0; i < 20; i++) {
        sink.accept(i == 7 ? large("large") : Alerts.numbered("id" + i, i));
      }
      await(() -> sink.stats().outbox().waiting() == 0);
      assertEquals(19, sink.stats().outbox().acknowledged());
      assertEquals(Map.of(LossReason.UNDELIVERABLE, 1L), sink.stats().outbox().lost());
      receiver.await(10_000, r -> r.alertIds().contains("id19") && !texts(r, "ha/small").isEmpty());
      for (int i = 0; i < 20; i++) {
        assertEquals(i != 7, receiver.alertIds().contains("id" + i), "id" + i);
      }
      assertEquals("there", texts(receiver, "ha/small").getFirst());
      assertEquals(2, errors.stream().filter(e -> e.getMessage().contains("is given up")).count());
    }
  }

  @Test
  void shouldSuspectOnlyWhatWasAloneAgainAndAgain() {
    Suspicion suspicion = new Suspicion(() -> 64);
    assertTrue(suspicion.lost(List.of("a", "b"), true).isEmpty());
    assertTrue(suspicion.sendsAlone());
    for (int i = 1; i < Suspicion.LOSSES; i++) {
      assertTrue(suspicion.lost(List.of("a"), true).isEmpty());
      assertTrue(suspicion.lost(List.of("a"), false).isEmpty(), "the broker took nothing at all");
      assertTrue(suspicion.lost(List.of(), true).isEmpty());
    }
    assertTrue(suspicion.lost(List.of("b"), true).isEmpty(), "another one");
    for (int i = 1; i < Suspicion.LOSSES; i++) {
      assertTrue(suspicion.lost(List.of("a"), true).isEmpty());
    }
    assertEquals("a", suspicion.lost(List.of("a"), true).orElseThrow());
  }
}
