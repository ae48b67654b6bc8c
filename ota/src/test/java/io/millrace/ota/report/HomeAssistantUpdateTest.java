package io.millrace.ota.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.mqtt.EmbeddedBroker;
import io.millrace.node.mqtt.Mosquitto;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.mqtt.MqttConfig;
import io.millrace.node.mqtt.Receiver;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.report.homeassistant.HomeAssistantDevice;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.clock.Clock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** What mosquitto hands on, held against the keys and types that Home Assistant documents. */
@Timeout(60)
@SuppressWarnings("try") // a broker is only there
class HomeAssistantUpdateTest {
  /** Of the page "MQTT Update" of Home Assistant's documentation, those that are used here. */
  private static final Map<String, Class<?>> COMPONENT =
      Map.of(
          "p", String.class,
          "uniq_id", String.class,
          "def_ent_id", String.class,
          "name", String.class,
          "stat_t", String.class,
          "cmd_t", String.class,
          "pl_inst", String.class,
          "ret", Boolean.class);

  /** Of its section on JSON states. */
  private static final Map<String, Class<?>> STATE =
      Map.of(
          "installed_version", String.class,
          "latest_version", String.class,
          "title", String.class,
          "release_summary", String.class,
          "in_progress", Boolean.class,
          "update_percentage", Number.class);

  @TempDir Path folder;
  private final List<Exception> errors = new CopyOnWriteArrayList<>();

  private static Map<String, Object> last(Receiver receiver, String topic) {
    List<Receiver.Message> found =
        receiver.messages().stream().filter(each -> each.topic().equals(topic)).toList();
    return found.isEmpty() ? Map.of() : JSON.std.mapFrom(found.getLast().text());
  }

  private static void check(Map<String, Class<?>> schema, Map<String, Object> message) {
    message.forEach((key, value) -> {
      assertTrue(schema.containsKey(key), key);
      boolean unknown = key.equals("update_percentage") && value == null;
      assertTrue(unknown || schema.get(key).isInstance(value), key + " is " + value);
    });
  }

  @Test
  void shouldAppearInHomeAssistantAndInstallOnItsButton() throws Exception {
    Mosquitto.program("mosquitto");
    int port = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    CountDownLatch installs = new CountDownLatch(1);
    UpdateStatus first =
        new UpdateStatus("1", "2", "Bearing watch", "n".repeat(400), false, OptionalInt.empty());
    try (Mosquitto broker = new Mosquitto(folder, port);
        MqttAlertSink sink =
            MqttAlertSink.open(
                MqttConfig.of(uri, "plant/n 1", "n1"),
                OutboxConfig.in(folder.resolve("outbox")),
                Unmetered.uplink(Clock.system()),
                Clock.system(),
                errors::add)) {
      HomeAssistantDevice device =
          HomeAssistantDevice.open(
              new HomeAssistantDevice.Identity(
                  "homeassistant", "pump é/1", "plant/n 1", "board", "1.0"),
              sink::keep,
              folder.resolve("told"));
      device.add(HomeAssistantUpdate.component("plant/n 1"));
      device.announce();
      HomeAssistantUpdate entity =
          HomeAssistantUpdate.open(sink, "plant/n 1", first, installs::countDown);
      try (Receiver receiver = new Receiver(uri)) {
        String configTopic = "homeassistant/device/millrace_pump___1/config";
        receiver.await(
            15_000, r -> !last(r, configTopic).isEmpty() && !last(r, "plant/n 1/update").isEmpty());
        Map<?, ?> entities = (Map<?, ?>) last(receiver, configTopic).get("cmps");
        assertEquals(Set.of("model"), entities.keySet());
        Map<String, Object> config = new HashMap<>();
        ((Map<?, ?>) entities.get("model")).forEach((k, v) -> config.put(k.toString(), v));
        check(COMPONENT, config);
        assertEquals(COMPONENT.keySet(), config.keySet());
        assertEquals("update", config.get("p"));
        assertEquals("plant/n 1/update", config.get("stat_t"));
        Map<String, Object> status = last(receiver, "plant/n 1/status");
        assertEquals("online", status.get("status"), "what the availability template reads");
        Map<String, Object> state = last(receiver, "plant/n 1/update");
        check(STATE, state);
        assertEquals(STATE.keySet(), state.keySet());
        assertEquals(255, state.get("release_summary").toString().length());
        assertFalse((Boolean) state.get("in_progress"));
        entity.publish(new UpdateStatus("1", "2", "t", "", true, OptionalInt.of(40)));
        receiver.await(
            15_000, r -> Boolean.TRUE.equals(last(r, "plant/n 1/update").get("in_progress")));
        check(STATE, last(receiver, "plant/n 1/update"));
        assertEquals(40, last(receiver, "plant/n 1/update").get("update_percentage"));
        try (MqttClient home = new MqttClient(uri.toString(), "home", new MemoryPersistence())) {
          home.connect();
          String topic = config.get("cmd_t").toString();
          home.publish(topic, "REMOVE".getBytes(StandardCharsets.UTF_8), 1, false);
          byte[] install = config.get("pl_inst").toString().getBytes(StandardCharsets.UTF_8);
          home.publish(topic, install, 1, false);
          assertTrue(installs.await(15, TimeUnit.SECONDS));
          home.disconnect();
        }
      }
      try (Receiver late = new Receiver(uri)) {
        late.await(15_000, r -> !last(r, "plant/n 1/update").isEmpty());
        assertTrue(
            late.messages().stream()
                .filter(each -> each.topic().equals("plant/n 1/update"))
                .allMatch(Receiver.Message::retained));
      }
    }
    assertTrue(
        errors.stream().anyMatch(each -> each.getMessage().contains("not INSTALL")),
        errors::toString);
  }

  @Test
  void shouldRefuseWhatIsNoPercentage() {
    for (int bad : new int[] {-1, 101}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new UpdateStatus("1", "2", "t", "", true, OptionalInt.of(bad)));
    }
  }
}
