package io.millrace.node.report.sparkplug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.mqtt.BirthSession;
import io.millrace.node.mqtt.EmbeddedBroker;
import io.millrace.node.mqtt.Mosquitto;
import io.millrace.node.mqtt.MosquittoCapture;
import io.millrace.node.mqtt.MosquittoCapture.Captured;
import io.millrace.node.mqtt.MqttConfig;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.report.ReportSubject;
import io.millrace.node.report.StateSnapshot;
import io.millrace.node.report.StateSnapshot.ChannelState;
import io.millrace.node.storage.SmallFile;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The session of an edge node as mosquitto sees it, and what a host makes of its messages. */
@Timeout(120)
@SuppressWarnings("try") // a broker is only there
class SparkplugSessionTest {
  private static final MqttConfig.Timing QUICK =
      new MqttConfig.Timing(2, 2_000, 1_000, 20, 200, 2_000);

  @TempDir Path folder;
  private final List<Exception> errors = new CopyOnWriteArrayList<>();
  private final ReportSubject subject =
      ReportSubject.of(
          "n1",
          "Pi",
          "1.2",
          new SampleFormat("s", List.of(new SampleFormat.Channel("x", "m/s2", 1)), 3200),
          List.of(),
          Set.of());
  private int port;

  @BeforeEach
  void choosePort() throws IOException {
    Mosquitto.program("mosquitto");
    TahuDecoder.require();
    port = EmbeddedBroker.freePort();
  }

  private SparkplugNode node() {
    return new SparkplugNode(
        new ReportSettings.Sparkplug("plant", "n1"),
        subject,
        false,
        new SmallFile(folder.resolve("births")),
        Clock.system(),
        errors::add);
  }

  private BirthSession open(SparkplugNode node) {
    URI broker = URI.create("tcp://127.0.0.1:" + port);
    BirthSession session =
        BirthSession.open(
            MqttConfig.of(broker, "plant/n1", "n1-sparkplug").withTiming(QUICK),
            node,
            Unmetered.uplink(Clock.system()),
            Clock.system(),
            errors::add);
    node.onNews(session::wake);
    return session;
  }

  private void tell(SparkplugNode node, double mean) {
    ChannelState x = new ChannelState(subject.channels().getFirst(), mean, 1, 1, 10);
    long nowMs = Clock.system().wallTimeEpochMs();
    node.states(new StateSnapshot(nowMs, 1_000_000_000L, List.of(x), Map.of()));
  }

  private void publish(String clientId, String topic, Path payload) throws Exception {
    Process process =
        new ProcessBuilder(
                Mosquitto.program("mosquitto_pub"),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-i",
                clientId,
                "-q",
                "0",
                "-t",
                topic,
                "-f",
                payload.toString())
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
  }

  private static String topic(String kind) {
    return "spBv1.0/plant/" + kind + "/n1";
  }

  private static List<TahuDecoder.Decoded> decoded(MosquittoCapture capture) throws Exception {
    return TahuDecoder.decode(
        capture.messages().stream()
            .filter(m -> m.topic().startsWith("spBv1.0/") && !m.topic().contains("NCMD"))
            .map(m -> Map.entry(m.topic(), m.payload()))
            .toList());
  }

  /** Numbers go up by one from each birth on; the death has the number of its birth. */
  private static void checkOrder(List<TahuDecoder.Decoded> messages) {
    long seq = -1;
    long bdSeq = -1;
    boolean alive = false;
    for (TahuDecoder.Decoded message : messages) {
      switch (message.kind()) {
        case "NBIRTH" -> {
          bdSeq = message.bdSeq();
          seq = message.number("seq");
          assertEquals(0, seq);
          alive = true;
        }
        case "NDATA" -> {
          assertTrue(alive, "tck-id-payloads-ndata-order");
          seq = (seq + 1) % 256;
          assertEquals(seq, message.number("seq"), "tck-id-payloads-ndata-seq-inc");
        }
        case "NDEATH" -> {
          assertEquals(bdSeq, message.bdSeq(), "tck-id-payloads-ndeath-bdseq");
          alive = false;
        }
        default -> throw new AssertionError(message.topic());
      }
    }
  }

  @Test
  void shouldBeBornTellAndDie() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port);
        MosquittoCapture capture = new MosquittoCapture(port)) {
      SparkplugNode node = node();
      try (BirthSession session = open(node)) {
        capture.await(c -> !c.on(topic("NBIRTH")).isEmpty());
        for (int i = 0; i < 20; i++) {
          tell(node, i);
          int count = i + 1;
          capture.await(c -> c.on(topic("NDATA")).size() >= count);
        }
        assertEquals(1, session.births());
        assertTrue(session.bytesPublished() > 0);
      }
      capture.await(c -> !c.on(topic("NDEATH")).isEmpty());
      for (Captured message : capture.messages()) {
        assertFalse(message.retained(), "tck-id-payloads-nbirth-retain");
      }
      List<TahuDecoder.Decoded> messages = decoded(capture);
      checkOrder(messages);
      assertEquals("NBIRTH", messages.getFirst().kind());
      assertEquals(
          "NDEATH",
          messages.getLast().kind(),
          "tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311");
      assertEquals(22, messages.size(), "and the will is not published besides");
      System.out.println(
          "report: Sparkplug: a birth of "
              + messages.getFirst().metrics().size()
              + " metrics "
              + capture.on(topic("NBIRTH")).getFirst().payload().length
              + " bytes, a changed value "
              + capture.on(topic("NDATA")).getLast().payload().length);
    }
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldHaveItsDeathToldByTheBrokerAndBeBornWithTheNextNumber() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port);
        MosquittoCapture capture = new MosquittoCapture(port)) {
      SparkplugNode node = node();
      try (BirthSession session = open(node)) {
        capture.await(c -> !c.on(topic("NBIRTH")).isEmpty());
        Path nothing = Files.writeString(folder.resolve("nothing"), "x");
        // a second client of this name: the broker ends the first one's connection
        publish("n1-sparkplug", "elsewhere", nothing);
        capture.await(c -> c.on(topic("NBIRTH")).size() > 1);
        Captured death = capture.on(topic("NDEATH")).getFirst();
        assertEquals(1, death.qos(), "tck-id-payloads-ndeath-will-message-qos");
        assertFalse(death.retained(), "tck-id-payloads-ndeath-will-message-retain");
      }
      capture.await(c -> c.on(topic("NDEATH")).size() > 1);
      List<TahuDecoder.Decoded> messages = decoded(capture);
      checkOrder(messages);
      assertEquals(
          List.of("NBIRTH 0", "NDEATH 0", "NBIRTH 1", "NDEATH 1"),
          messages.stream().map(m -> m.kind() + " " + m.bdSeq()).toList());
    }
  }

  @Test
  void shouldBeBornAgainWhenAHostAsks() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port);
        MosquittoCapture capture = new MosquittoCapture(port)) {
      SparkplugNode node = node();
      try (BirthSession session = open(node)) {
        capture.await(c -> !c.on(topic("NBIRTH")).isEmpty());
        Path command = Files.write(folder.resolve("ncmd"), TahuDecoder.rebirthCommand());
        // at once: who answers a birth is heard (tck-id-message-flow-edge-node-ncmd-subscribe)
        publish("host", topic("NCMD"), command);
        capture.await(c -> c.on(topic("NBIRTH")).size() > 1);
        tell(node, 1);
        capture.await(c -> !c.on(topic("NDATA")).isEmpty());
      }
      capture.await(c -> !c.on(topic("NDEATH")).isEmpty());
      List<TahuDecoder.Decoded> messages = decoded(capture);
      checkOrder(messages);
      assertEquals(
          List.of("NBIRTH", "NBIRTH", "NDATA", "NDEATH"),
          messages.stream().map(TahuDecoder.Decoded::kind).toList());
      assertEquals(messages.get(0).bdSeq(), messages.get(1).bdSeq());
    }
  }

  @Test
  void shouldBeBornOnEachBrokerThatComesBackWithTheLatestValues() throws Exception {
    SparkplugNode node = node();
    try (BirthSession session = open(node)) {
      for (int i = 0; i < 5_000; i++) {
        tell(node, i); // nobody listens: the last value counts
      }
      for (int round = 0; round < 3; round++) {
        Path own = Files.createDirectories(folder.resolve("broker" + round));
        try (Mosquitto broker = new Mosquitto(own, port);
            MosquittoCapture capture = new MosquittoCapture(port)) {
          // the birth may have been before the capture was there: ask for another
          Path command = Files.write(own.resolve("ncmd"), TahuDecoder.rebirthCommand());
          int born = round;
          awaitBirths(session, born + 1);
          publish("host", topic("NCMD"), command);
          capture.await(c -> !c.on(topic("NBIRTH")).isEmpty());
          List<TahuDecoder.Decoded> messages = decoded(capture);
          checkOrder(messages);
          Map<?, ?> mean = messages.getLast().metric("Channels/x/Mean");
          assertEquals(4_999.0, ((Number) mean.get("value")).doubleValue());
        }
      }
      assertEquals(3, session.births());
    }
    assertTrue(errors.stream().allMatch(IOException.class::isInstance), errors::toString);
  }

  private static void awaitBirths(BirthSession session, long births) throws InterruptedException {
    long endNs = System.nanoTime() + 20_000_000_000L;
    while (session.births() < births && System.nanoTime() < endNs) {
      Thread.sleep(10);
    }
    assertEquals(births, session.births());
  }

  @Test
  void shouldNeitherBlockNorGrowWhileTheBrokerIsFrozen() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port);
        MosquittoCapture capture = new MosquittoCapture(port)) {
      SparkplugNode node = node();
      try (BirthSession session = open(node)) {
        capture.await(c -> !c.on(topic("NBIRTH")).isEmpty());
        broker.freeze();
        for (int i = 0; i < 2_000; i++) {
          tell(node, i);
        }
        broker.thaw();
        tell(node, 7_777);
        capture.await(c -> c.on(topic("NBIRTH")).size() + c.on(topic("NDATA")).size() > 1);
        node.arrived(topic("NCMD"), TahuDecoder.rebirthCommand());
        session.wake();
        capture.await(c -> c.on(topic("NBIRTH")).size() > 1);
      }
      capture.await(c -> !c.on(topic("NDEATH")).isEmpty());
      List<TahuDecoder.Decoded> births =
          decoded(capture).stream().filter(m -> m.kind().equals("NBIRTH")).toList();
      Map<?, ?> mean = births.getLast().metric("Channels/x/Mean");
      assertEquals(7_777.0, ((Number) mean.get("value")).doubleValue());
    }
  }
}
