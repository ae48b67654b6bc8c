package io.millrace.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.budget.UplinkLimit;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Unmetered;
import io.millrace.node.uplink.Uplink;
import io.millrace.node.uplink.WireBytes;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a session takes of the uplink, beside what truly passed; and a day that is short. */
@Timeout(90)
@SuppressWarnings("try") // a broker is only there
class MeteredBrokerTest {
  @TempDir Path folder;
  private final List<Exception> errors = new CopyOnWriteArrayList<>();

  private MqttAlertSink open(MqttConfig config, Uplink uplink) throws IOException {
    return MqttAlertSink.open(
        config.withTiming(MqttAlertSinkTest.QUICK),
        OutboxConfig.in(folder.resolve("outbox")),
        uplink,
        Clock.system(),
        errors::add);
  }

  private void await(BooleanSupplier wanted) throws InterruptedException {
    long endNs = System.nanoTime() + 60_000_000_000L;
    while (!wanted.getAsBoolean() && System.nanoTime() < endNs) {
      Thread.sleep(10);
    }
    assertTrue(wanted.getAsBoolean(), errors::toString);
  }

  private static long all(Uplink uplink) {
    return Arrays.stream(Sender.values()).mapToLong(uplink::sent).sum();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A session with states, alerts and a command, through a gate that counts. */
  private void compare(String name, MqttConfig config, int gatePort, int port) throws Exception {
    Uplink uplink = Unmetered.uplink(Clock.system());
    try (Gate gate = new Gate(gatePort, port)) {
      List<String> heard = new CopyOnWriteArrayList<>();
      try (MqttAlertSink sink = open(config, uplink)) {
        sink.onNews("plant/n1/set", m -> heard.add("news"));
        await(() -> sink.stats().connected());
        long connected = gate.bytes();
        for (int i = 0; i < 20; i++) {
          sink.keep("ha/state" + i, bytes("x".repeat(500)));
          sink.accept(Alerts.numbered(name + i, i));
        }
        // published by the node itself: what it subscribes to comes back
        sink.keep("plant/n1/set", bytes("go"));
        await(() -> sink.stats().outbox().waiting() == 0 && heard.size() == 1);
        System.out.println(
            "report: uplink of an MQTT session, " + name + ": " + connected + " bytes to connect");
      }
      long passed = gate.bytes();
      assertTrue(all(uplink) > passed, all(uplink) + " counted, " + passed + " passed");
      // each message is carried and acknowledged by packets of its own, at most
      assertTrue(all(uplink) < 3 * passed + 10_000, all(uplink) + " for " + passed);
      System.out.println(
          "report: uplink of an MQTT session, "
              + name
              + ": "
              + passed
              + " bytes passed, "
              + all(uplink)
              + " counted with packets, lookup and handshake");
    }
  }

  @Test
  void shouldCountNoLessThanPasses() throws Exception {
    Mosquitto.program("mosquitto");
    int port = EmbeddedBroker.freePort();
    int gatePort = EmbeddedBroker.freePort();
    try (Mosquitto broker = new Mosquitto(folder, port)) {
      compare("plain", MqttConfig.of(Gate.uri(gatePort), "plant/n1", "n1"), gatePort, port);
    }
  }

  @Test
  void shouldCountNoLessThanPassesOverTls() throws Exception {
    Mosquitto.program("mosquitto");
    int port = EmbeddedBroker.freePort();
    int gatePort = EmbeddedBroker.freePort();
    Certificates certificates = new Certificates(folder);
    try (Mosquitto broker =
        new Mosquitto(
            folder,
            port,
            "cafile " + certificates.ca(),
            "certfile " + certificates.serverCertificate(),
            "keyfile " + certificates.serverKey(),
            "allow_anonymous true")) {
      MqttConfig secure =
          MqttConfig.of(URI.create("ssl://127.0.0.1:" + gatePort), "plant/n1", "n1")
              .withTls(TlsConfig.trusting(certificates.ca()));
      compare("TLS", secure, gatePort, port);
    }
  }

  @Test
  void shouldHoldStatesBackAndTellTheLatestOnceTheDayBearsIt() throws Exception {
    VirtualClock day = new VirtualClock(0, 20_000 * 86_400_000L);
    Optional<UplinkLimit> limit = Optional.of(new UplinkLimit(120_000, 60_000, Optional.empty()));
    int port = EmbeddedBroker.freePort();
    URI uri = URI.create("tcp://127.0.0.1:" + port);
    MqttConfig.Timing timing = new MqttConfig.Timing(3600, 10_000, 20_000, 50, 200, 2_000);
    try (EmbeddedBroker broker = new EmbeddedBroker(folder, port);
        Receiver receiver = new Receiver(uri);
        Uplink uplink = Uplink.open(limit, day, errors::add);
        MqttAlertSink sink =
            MqttAlertSink.open(
                MqttConfig.of(uri, "plant/n1", "n1").withTiming(timing),
                OutboxConfig.in(folder.resolve("outbox")),
                uplink,
                Clock.system(),
                errors::add)) {
      for (int i = 0; i < 30; i++) {
        sink.keep("ha/state", bytes("state " + i + " ".repeat(900)));
        sink.accept(Alerts.numbered("id" + i, i));
        int alerts = i + 1;
        await(() -> sink.stats().outbox().acknowledged() == alerts);
      }
      receiver.await(30_000, r -> r.alertIds().size() == 30);
      assertEquals(30, receiver.alertIds().size(), "alerts are sent in any case");
      long told = states(receiver).size();
      assertTrue(told >= 1 && told < 5, told + " states of 30 are borne");
      assertTrue(uplink.usedToday().orElseThrow() <= 120_000);
      day.advance(12 * 3_600_000_000_000L);
      sink.keep("ha/other", bytes("wakes it"));
      receiver.await(60_000, r -> states(r).size() > told);
      assertEquals("state 29", states(receiver).getLast(), "the latest, and none between");
      assertEquals(told + 1, states(receiver).size());
      assertTrue(uplink.usedToday().orElseThrow() <= 120_000);
    }
  }

  private static List<String> states(Receiver receiver) {
    return receiver.messages().stream()
        .filter(m -> m.topic().equals("ha/state"))
        .map(m -> m.text().strip())
        .toList();
  }

  @Test
  void shouldCountAPingForEachIntervalThatAConnectionIsKept() throws Exception {
    VirtualClock clock = new VirtualClock(0, 0);
    Uplink uplink = Unmetered.uplink(clock);
    MqttConfig.Timing timing = new MqttConfig.Timing(60, 10_000, 3_600_000, 50, 200, 2_000);
    try (EmbeddedBroker broker = new EmbeddedBroker(folder, EmbeddedBroker.freePort());
        MqttAlertSink sink =
            MqttAlertSink.open(
                MqttConfig.of(broker.uri(), "plant/n1", "n1").withTiming(timing),
                OutboxConfig.in(folder.resolve("outbox")),
                uplink,
                clock,
                errors::add)) {
      await(() -> sink.stats().connected());
      await(() -> uplink.sent(Sender.UPKEEP) > 0);
      sink.keep("ha/state", bytes("a"));
      await(() -> sink.stats().statesSent() == 1);
      long before = uplink.sent(Sender.UPKEEP);
      clock.advance(30 * 60_000_000_000L);
      sink.keep("ha/state", bytes("b"));
      await(() -> sink.stats().statesSent() == 2);
      long ping = PacketBytes.of("tcp").ping();
      assertEquals(30 * ping, uplink.sent(Sender.UPKEEP) - before, "thirty minutes");
    }
  }

  @Test
  void shouldCountLittleForABrokerThatIsAway() throws Exception {
    Uplink uplink = Unmetered.uplink(Clock.system());
    MqttConfig config = MqttConfig.of(URI.create("tcp://127.0.0.1:1"), "plant/n1", "n1");
    try (MqttAlertSink sink = open(config, uplink)) {
      await(() -> sink.stats().connectFailures() >= 3);
    }
    long each = WireBytes.of(false).attempt();
    assertEquals(0, uplink.sent(Sender.UPKEEP) % each, "attempts and nothing else");
    assertTrue(uplink.sent(Sender.UPKEEP) >= 3 * each);
  }

  @Test
  void shouldRefuseADayThatCannotBearItsPings() throws Exception {
    Optional<UplinkLimit> limit = Optional.of(new UplinkLimit(100_000, 0, Optional.empty()));
    try (Uplink uplink = Uplink.open(limit, Clock.system(), errors::add)) {
      MqttConfig config = MqttConfig.of(URI.create("tcp://127.0.0.1:1"), "plant/n1", "n1");
      for (int i = 0; i < 2; i++) { // the outbox is free again
        String message =
            org.junit.jupiter.api.Assertions.assertThrows(
                    IllegalArgumentException.class, () -> open(config, uplink).close())
                .getMessage();
        assertTrue(message.contains("keep-alive") && message.contains("100000"), message);
      }
    }
  }
}
