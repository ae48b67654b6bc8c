package io.millrace.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.secret.Secret;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's mosquitto: killed, restarted, frozen, and with certificates. */
@Timeout(60)
@SuppressWarnings("try") // a broker is only there
class MosquittoTest {
  @TempDir Path folder;
  private final List<Exception> errors = new CopyOnWriteArrayList<>();
  private int port;
  private URI uri;

  @BeforeEach
  void choosePort() throws IOException {
    Mosquitto.program("mosquitto");
    port = EmbeddedBroker.freePort();
    uri = URI.create("tcp://127.0.0.1:" + port);
  }

  private MqttAlertSink open(MqttConfig config) throws IOException {
    return MqttAlertSink.open(
        config.withTiming(MqttAlertSinkTest.QUICK),
        OutboxConfig.in(folder.resolve("outbox")),
        Unmetered.uplink(Clock.system()),
        Clock.system(),
        errors::add);
  }

  private static void await(MqttAlertSink sink, Predicate<DeliveryStats> wanted)
      throws InterruptedException {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(25);
    while (!wanted.test(sink.stats()) && System.nanoTime() < endNs) {
      Thread.sleep(10);
    }
    assertTrue(wanted.test(sink.stats()), () -> sink.stats().toString());
  }

  @Test
  void shouldLoseNothingWhenTheBrokerIsKilledAndRestarted() throws Exception {
    int gatePort = EmbeddedBroker.freePort();
    TreeSet<String> accepted = new TreeSet<>();
    try (Mosquitto first = new Mosquitto(folder, port);
        MosquittoSub receiver = new MosquittoSub(port);
        MqttAlertSink sink = open(MqttConfig.of(Gate.uri(gatePort), "plant/n1", "n1"))) {
      receiver.await(15_000, r -> r.subscriptions() > 0); // it retries no first connect
      first.kill();
      for (int round = 0; round < 3; round++) {
        String down = "down-" + round;
        sink.accept(Alerts.numbered(down, round));
        accepted.add(down);
        int before = receiver.subscriptions();
        try (Mosquitto broker = new Mosquitto(folder, port)) {
          receiver.await(15_000, r -> r.subscriptions() > before);
          try (Gate gate = new Gate(gatePort, port)) {
            for (int i = 0; i < 100; i++) {
              String id = "r" + round + "-" + i;
              sink.accept(Alerts.numbered(id, i));
              accepted.add(id);
              if (i == 60 && round < 2) {
                receiver.await(15_000, r -> r.ids().contains(down));
                broker.kill();
              }
            }
            if (round == 2) {
              await(sink, stats -> stats.outbox().waiting() == 0);
              receiver.await(10_000, r -> r.ids().containsAll(accepted));
            }
          }
        }
      }
      TreeSet<String> missing = new TreeSet<>(accepted);
      receiver.ids().forEach(missing::remove);
      assertEquals(new TreeSet<>(), missing);
      assertEquals(0, sink.stats().outbox().lostTotal());
      assertTrue(sink.stats().connects() >= 3);
      System.out.println(
          "broker killed 2 times: "
              + accepted.size()
              + " accepted, 0 lost, "
              + (receiver.ids().size() - accepted.size())
              + " repeats");
    }
  }

  @Test
  void shouldNoticeAFrozenBrokerAndSendAgain() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port);
        Receiver receiver = new Receiver(uri);
        MqttAlertSink sink = open(MqttConfig.of(uri, "plant/n1", "n1"))) {
      await(sink, DeliveryStats::connected);
      broker.signal("STOP");
      for (int i = 0; i < 50; i++) {
        sink.accept(Alerts.numbered("id" + i, i));
      }
      await(sink, stats -> stats.ackTimeouts() >= 1 && stats.connectFailures() >= 1);
      assertEquals(50, sink.stats().outbox().waiting());
      broker.signal("CONT");
      await(sink, stats -> stats.outbox().waiting() == 0);
      receiver.await(10_000, r -> new TreeSet<>(r.alertIds()).size() >= 50);
      TreeSet<String> distinct = new TreeSet<>(receiver.alertIds());
      assertEquals(50, distinct.size());
      assertTrue(sink.stats().resent() > 0);
      assertTrue(
          errors.stream().anyMatch(e -> e.getMessage().contains("acknowledged nothing")),
          errors::toString);
      System.out.println(
          "broker frozen: 50 alerts, " + (receiver.alertIds().size() - 50) + " repeats");
    }
  }

  @Test
  void shouldNoticeAFrozenBrokerWithoutSending() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port);
        MqttAlertSink sink = open(MqttConfig.of(uri, "plant/n1", "n1"))) {
      await(sink, DeliveryStats::connected);
      Thread.sleep(200); // the birth message is acknowledged
      broker.signal("STOP");
      await(sink, stats -> !stats.connected());
      assertEquals(0, sink.stats().ackTimeouts(), "noticed by the keep-alive");
      broker.signal("CONT");
      await(sink, DeliveryStats::connected);
    }
  }

  @Test
  void shouldCloseInBoundedTimeWhileTheBrokerIsFrozen() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port)) {
      MqttAlertSink sink = open(MqttConfig.of(uri, "plant/n1", "n1"));
      await(sink, DeliveryStats::connected);
      broker.signal("STOP");
      sink.accept(Alerts.numbered("id0", 0));
      long beganNs = System.nanoTime();
      sink.close();
      long tookMs = (System.nanoTime() - beganNs) / 1_000_000;
      assertTrue(tookMs < 20_000, () -> "took " + tookMs + " ms");
      broker.signal("CONT");
      try (MqttAlertSink next = open(MqttConfig.of(uri, "plant/n1", "n1"))) {
        assertEquals(1, next.stats().outbox().recovered());
        await(next, stats -> stats.outbox().waiting() == 0);
      }
    }
  }

  @Test
  void shouldLoseNothingWhenTheNodeIsKilled() throws Exception {
    TreeSet<String> accepted = new TreeSet<>();
    try (Mosquitto broker = new Mosquitto(folder, port);
        Receiver receiver = new Receiver(uri)) {
      for (int round = 0; round < 3; round++) {
        accepted.addAll(runAndKill(round * 100_000, 150 + 40 * round, () -> true));
      }
      try (MqttAlertSink sink = open(MqttConfig.of(uri, "plant/n1", "n1"))) {
        await(sink, stats -> stats.outbox().waiting() == 0);
      }
      receiver.await(10_000, r -> new TreeSet<>(r.alertIds()).containsAll(accepted));
      List<String> received = receiver.alertIds();
      TreeSet<String> missing = new TreeSet<>(accepted);
      received.forEach(missing::remove);
      assertEquals(new TreeSet<>(), missing);
      receiver.await(5_000, r -> r.messages().getLast().text().contains("offline"));
      System.out.println(
          "node killed 3 times: "
              + accepted.size()
              + " accepted, 0 lost, "
              + (received.size() - new TreeSet<>(received).size())
              + " repeats");
    }
  }

  /** Starts a node in a process of its own, and kills it after so many alerts. */
  private List<String> runAndKill(int first, int alerts, BooleanSupplier ready) throws Exception {
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingNode.class.getName(),
                uri.toString(),
                folder.resolve("outbox").toString(),
                Integer.toString(first))
            .redirectError(folder.resolve("node.log").toFile())
            .start();
    List<String> accepted = new ArrayList<>();
    try (var output = node.inputReader()) {
      String line = output.readLine();
      while (line != null) {
        if (line.startsWith("accepted ")) {
          accepted.add(line.substring("accepted ".length()));
        }
        if (accepted.size() >= alerts && ready.getAsBoolean()) {
          node.toHandle().destroyForcibly(); // the process' own would close its output
        }
        line = output.readLine();
      }
    } finally {
      node.destroyForcibly();
    }
    assertTrue(accepted.size() >= alerts, () -> accepted.size() + " accepted, then: " + log());
    return accepted;
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("node.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void shouldPublishTheLastWillWhenTheNodeIsKilled() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port);
        Receiver receiver = new Receiver(uri)) {
      runAndKill(
          0, 1, () -> receiver.messages().stream().anyMatch(m -> m.text().contains("online")));
      receiver.await(
          15_000, r -> r.messages().stream().anyMatch(m -> m.text().contains("offline")));
      List<String> states =
          receiver.messages().stream()
              .filter(m -> m.topic().equals("plant/n1/status"))
              .map(m -> m.field("status"))
              .toList();
      assertEquals(List.of("online", "offline"), states);
    }
  }

  @Test
  void shouldGiveUserAndPassword() throws Exception {
    Path passwords = folder.resolve("passwords");
    run(Mosquitto.program("mosquitto_passwd"), "-b", "-c", passwords.toString(), "n1", "right");
    try (Mosquitto broker =
        new Mosquitto(folder, port, "allow_anonymous false", "password_file " + passwords)) {
      MqttConfig config = MqttConfig.of(uri, "plant/n1", "n1");
      try (MqttAlertSink sink = open(config.withCredentials("n1", new Secret.Literal("wrong")))) {
        await(sink, stats -> stats.connectFailures() >= 2);
        assertTrue(errors.getFirst().getMessage().contains("Not authorized"), errors::toString);
      }
      try (MqttAlertSink sink = open(config.withCredentials("n1", new Secret.Literal("right")))) {
        sink.accept(Alerts.numbered("id0", 0));
        await(sink, stats -> stats.outbox().acknowledged() == 1);
      }
    }
  }

  @Test
  void shouldProveItselfWithACertificateAndTrustOnlyItsAuthority() throws Exception {
    Certificates certificates = new Certificates(folder);
    URI secure = URI.create("ssl://127.0.0.1:" + port);
    try (Mosquitto broker =
        new Mosquitto(
            folder,
            port,
            "cafile " + certificates.ca(),
            "certfile " + certificates.serverCertificate(),
            "keyfile " + certificates.serverKey(),
            "require_certificate true",
            "use_identity_as_username true",
            "allow_anonymous false")) {
      MqttConfig config = MqttConfig.of(secure, "plant/n1", "n1");
      TlsConfig trusting = TlsConfig.trusting(certificates.ca());
      TlsConfig proven =
          trusting.withClient(certificates.clientCertificate(), certificates.clientKey());
      MqttConnectOptions options = new MqttConnectOptions();
      SSLSocketFactory factory = TlsContext.load(proven).getSocketFactory();
      options.setSocketFactory(factory);
      try (Receiver receiver = new Receiver(secure, options);
          MqttAlertSink sink = open(config.withTls(proven))) {
        sink.accept(Alerts.numbered("id0", 0));
        receiver.await(20_000, r -> !r.alertIds().isEmpty());
        assertEquals(List.of("id0"), receiver.alertIds());
      }
      assertEquals(List.of(), errors);
      for (TlsConfig refused : List.of(trusting, TlsConfig.systemTrust())) {
        errors.clear();
        try (MqttAlertSink sink = open(config.withTls(refused))) {
          await(sink, stats -> stats.connectFailures() >= 1 || stats.errors() >= 1);
          assertEquals(0, sink.stats().outbox().acknowledged());
        }
      }
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0, output);
  }
}
