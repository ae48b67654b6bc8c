package io.millrace.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.mqtt.MqttConfig.Timing;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.secret.Secret;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against Moquette in this JVM. */
@Timeout(60)
@SuppressWarnings("try") // a broker is only there
class MqttAlertSinkTest {
  static final Timing QUICK = new Timing(2, 2_000, 1_500, 20, 200, 2_000);

  @TempDir Path folder;
  private final List<Exception> errors = new CopyOnWriteArrayList<>();

  private MqttAlertSink open(URI broker) throws IOException {
    return MqttAlertSink.open(
        MqttConfig.of(broker, "plant/n1", "n1").withTiming(QUICK),
        OutboxConfig.in(folder.resolve("outbox")),
        Unmetered.uplink(Clock.system()),
        Clock.system(),
        errors::add);
  }

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "id" + i).toList();
  }

  @Test
  void shouldDeliverAlertsAndStatus() throws Exception {
    try (EmbeddedBroker broker = new EmbeddedBroker(folder, EmbeddedBroker.freePort());
        Receiver receiver = new Receiver(broker.uri())) {
      try (MqttAlertSink sink = open(broker.uri())) {
        receiver.await(10_000, r -> !r.messages().isEmpty());
        assertEquals("plant/n1/status", receiver.messages().getFirst().topic());
        assertEquals("online", receiver.messages().getFirst().field("status"));
        for (int i = 0; i < 200; i++) {
          sink.accept(Alerts.numbered("id" + i, i));
        }
      }
      receiver.await(10_000, r -> r.messages().getLast().text().contains("offline"));
      assertEquals(ids(0, 200), receiver.alertIds(), "each once, in order");
      assertTrue(
          receiver.messages().stream()
              .anyMatch(m -> m.topic().equals("plant/n1/alert/bearing_outer _1")));
      try (Receiver late = new Receiver(broker.uri())) {
        late.await(5_000, r -> !r.messages().isEmpty());
        assertEquals("offline", late.messages().getFirst().field("status"), "retained");
      }
      assertEquals(List.of(), errors);
    }
  }

  @Test
  void shouldDeliverWhenTheBrokerComesLateAndAgainWhenItComesBack() throws Exception {
    int port = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    try (MqttAlertSink sink = open(uri)) {
      for (int i = 0; i < 20; i++) {
        sink.accept(Alerts.numbered("id" + i, i));
      }
      while (sink.stats().connectFailures() < 3) {
        Thread.sleep(10);
      }
      assertFalse(sink.stats().connected());
      assertEquals(20, sink.stats().outbox().waiting());
      try (EmbeddedBroker broker = new EmbeddedBroker(folder, port)) {
        while (sink.stats().outbox().acknowledged() < 20) {
          Thread.sleep(10);
        }
      }
      sink.accept(Alerts.numbered("id20", 20));
      try (EmbeddedBroker broker = new EmbeddedBroker(folder, port)) {
        while (sink.stats().outbox().acknowledged() < 21) {
          Thread.sleep(10);
        }
        assertEquals(2, sink.stats().connects());
      }
      assertTrue(errors.getFirst().getMessage().contains("no connection to " + uri));
    }
  }

  @Test
  void shouldKeepForTheNextStartWhatNobodyTook() throws Exception {
    int port = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    try (MqttAlertSink sink = open(uri)) {
      for (int i = 0; i < 10; i++) {
        sink.accept(Alerts.numbered("id" + i, i));
      }
    }
    try (EmbeddedBroker broker = new EmbeddedBroker(folder, port);
        Receiver receiver = new Receiver(uri);
        MqttAlertSink sink = open(uri)) {
      assertEquals(10, sink.stats().outbox().recovered());
      receiver.await(10_000, r -> r.alertIds().size() >= 10);
      assertEquals(ids(0, 10), receiver.alertIds());
    }
  }

  @Test
  void shouldNotGatherThreadsWhileTheBrokerIsAway() throws Exception {
    int port = EmbeddedBroker.freePort();
    try (MqttAlertSink sink = open(URI.create("tcp://127.0.0.1:" + port))) {
      while (sink.stats().connectFailures() < 2) {
        Thread.sleep(10);
      }
      int early = Thread.activeCount();
      while (sink.stats().connectFailures() < 15) {
        Thread.sleep(10);
      }
      int late = Thread.activeCount();
      assertTrue(late <= early + 3, () -> early + " threads at first, " + late + " later");
    }
  }

  @Test
  void shouldRefuseAMissingPasswordAtOnce() {
    MqttConfig config =
        MqttConfig.of(URI.create("tcp://127.0.0.1:1"), "b", "c")
            .withCredentials("u", new Secret.FromFile(folder.resolve("none")));
    assertThrows(
        IOException.class,
        () ->
            MqttAlertSink.open(
                config,
                OutboxConfig.in(folder),
                Unmetered.uplink(Clock.system()),
                Clock.system(),
                errors::add));
  }
}
