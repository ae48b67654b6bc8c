package io.millrace.suites.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.engine.Executor;
import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.alert.Alert;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.sensors.clock.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole node, its real client and a real server at fault. Sensor time is skipped where nothing
 * is to do, calls take the time that they take.
 */
@Timeout(120)
class CloudFaultsTest {
  private static final int WINDOWS = 3_000;
  private static final int BANG_EVERY = 10;
  private static final long MS = 1_000_000;

  /** Energy of an answer on the board, 20 times a second: 200 mW above idle. */
  private static final long ANSWER_NANO_J = 10_000_000;

  private static final double ABOVE_IDLE_MILLIW = 300;

  /** What may stay on the heap; {@link CloudGrowthTest} makes enough calls to look closer. */
  private static final long HEAP_BYTES = 2 << 20;

  private static final int CLIENT_THREADS = 16;
  private static final int OPENED_FILES = 16;

  /** What the client says of itself, whatever is wrong with the cloud. */
  private static final Predicate<String> OF_ITS_OWN =
      Pattern.compile("^circuit breaker is open|^no answer within|^the deadline (is|was) over")
          .asPredicate();

  private static final String UNSURE =
      "ladder: [{plan: board, unsure: {below: 2, ask: cloud}}, cloud]";
  private static final String CLOUD_FIRST = "ladder: [cloud, board]";

  @TempDir static Path certificates;
  private static Authority authority;
  private static SSLContext usual;

  @TempDir Path folder;
  private final List<Exception> errors = new ArrayList<>();
  private final Watched watched = new Watched();

  @BeforeAll
  static void trustTheAuthority() throws Exception {
    authority = new Authority(certificates);
    usual = SSLContext.getDefault();
    // the node's client goes by what the machine trusts
    SSLContext.setDefault(authority.trusted());
  }

  @AfterAll
  static void trustAsBefore() {
    SSLContext.setDefault(usual);
  }

  @BeforeEach
  void write() throws Exception {
    byte[] bytes = new byte[WINDOWS * EchoProgram.VALUES];
    for (int i = BANG_EVERY - 1; i < WINDOWS; i += BANG_EVERY) {
      bytes[EchoProgram.VALUES * i] = 64;
    }
    Files.write(folder.resolve("in.bin"), bytes);
    EchoProgram.write(folder.resolve("echo.mill"), 5 * MS, ANSWER_NANO_J);
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerByTheBoardWhenTheCloudCannotGiveASecondAnswer(CloudFault fault)
      throws Exception {
    try (FaultyCloud cloud = fault.open(authority)) {
      NodeSummary s = run(cloud, fault.attemptMs, fault.calls, UNSURE, "fast");
      // a second opinion never costs another window its answer, nor the first answer its time
      assertEquals(WINDOWS, s.answeredOnBoard(), s.text());
      assertTrue(s.secondsAsked() > 0, s.text());
      // now and then the ladder begins with the cloud, which is the cheapest plan
      long offloads = s.decisions().of(Kind.OFFLOAD);
      assertEquals(s.secondsAsked() + offloads, s.cloudFailures(), s.text());
      requireUnharmed(s, cloud);
      requireReasons(fault);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFallBackToTheBoardWhenTheCloudWouldBeFirst(CloudFault fault) throws Exception {
    try (FaultyCloud cloud = fault.open(authority)) {
      NodeSummary s = run(cloud, fault.attemptMs, fault.calls, CLOUD_FIRST, "fast");
      // every call is given up while the board can still answer its window and those behind it
      assertEquals(WINDOWS, s.answeredOnBoard(), s.text());
      assertEquals(s.decisions().of(Kind.OFFLOAD), s.cloudFailures(), s.text());
      requireUnharmed(s, cloud);
      requireReasons(fault);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SLOW", "BLACKHOLED", "DRIPPING", "REFUSED", "ERROR_500"})
  void shouldKeepTheSensorsPaceInRealTime(CloudFault fault) throws Exception {
    int windows = 60;
    Files.write(folder.resolve("in.bin"), new byte[windows * EchoProgram.VALUES]);
    try (FaultyCloud cloud = fault.open(authority)) {
      NodeSummary s = run(cloud, fault.attemptMs, 3, CLOUD_FIRST, "real");
      assertEquals(windows, s.windows() + s.windowsOverrun(), s.text());
      assertEquals(s.windows(), s.answeredOnBoard(), s.text());
      assertTrue(s.elapsedNs() >= (windows - 1) * 50L * MS, s.text());
      requireReasons(fault);
    }
  }

  /** What the faults are measured by: without one, the same pipelines are answered by the cloud. */
  @Test
  void shouldSayThatTheCloudAnswered() throws Exception {
    try (FaultyCloud cloud = ScriptedCloud.of(ScriptedCloud::healthy)) {
      NodeSummary s = run(cloud, 10_000, 3, CLOUD_FIRST, "fast");
      assertEquals(WINDOWS, s.answeredByCloud() + s.answeredOnBoard(), s.text());
      assertTrue(s.answeredByCloud() > WINDOWS / 2, s.text());
      requireUnharmed(s, cloud);
      assertTrue(raised(Kind.OFFLOAD, Alert.Origin.CLOUD) > 0, "by the cloud: " + s.text());
    }
  }

  /** What is wrong with the expired certificate is that it is expired. */
  @Test
  void shouldAskAServerOfTheSameAuthorityWhoseCertificateIsInTime() throws Exception {
    try (FaultyCloud cloud =
        ScriptedCloud.withTls(authority.server("valid"), ScriptedCloud::healthy)) {
      NodeSummary s = run(cloud, 10_000, 3, UNSURE, "fast");
      assertTrue(s.answeredByCloud() > WINDOWS / 2, s.text());
      requireUnharmed(s, cloud);
    }
  }

  @Test
  void shouldSayWhoAnsweredWhileTheCloudComesAndGoes() throws Exception {
    AtomicInteger number = new AtomicInteger();
    ScriptedCloud.Script comesAndGoes =
        (exchange, body) -> {
          if (number.getAndIncrement() % 20 < 10) {
            ScriptedCloud.healthy(exchange, body);
          } else {
            ScriptedCloud.send(exchange, 503, "application/json", "{\"error\":\"restarting\"}");
          }
        };
    try (FaultyCloud cloud = ScriptedCloud.of(comesAndGoes)) {
      NodeSummary s = run(cloud, 10_000, 1_000, UNSURE, "fast");
      assertTrue(s.answeredByCloud() >= 50 && s.answeredOnBoard() > 100, s.text());
      requireUnharmed(s, cloud);
      assertTrue(raised(Kind.RUN_LOCAL, Alert.Origin.CLOUD) > 0, "a second opinion: " + s.text());
      assertTrue(raised(Kind.RUN_LOCAL, Alert.Origin.BOARD) > 0, "by the board: " + s.text());
    }
  }

  // --- the node ----------------------------------------------------------------------------------

  private NodeSummary run(
      FaultyCloud cloud, int attemptMs, int callsBeforeRest, String ladder, String pace)
      throws Exception {
    Pipeline pipeline = pipeline(cloud, attemptMs, callsBeforeRest, ladder, pace);
    Node.Parts parts =
        new Node.Parts(
            Node.clockFor(pipeline),
            ModelLoader.mill(),
            Executor::load,
            watched,
            c -> OipCloudInference.open(c, Clock.system()),
            watched,
            errors::add);
    try (Node node = Node.open(pipeline, parts)) {
      return node.run();
    }
  }

  private static double powerMilliW() {
    return DeviceProfiles.named("rpi4b").value(DeviceProfile.Key.IDLE_MILLIW) + ABOVE_IDLE_MILLIW;
  }

  private Pipeline pipeline(
      FaultyCloud cloud, int attemptMs, int callsBeforeRest, String ladder, String pace)
      throws Exception {
    Path file = folder.resolve("p.yaml");
    Files.writeString(
        file,
        """
        node: hall
        board: rpi4b
        sensor: {replay: in.bin, type: int8, shape: [4], rate: 20 Hz, pace: %s}
        model: {file: echo.mill, labels: [bang, b, c, d]}
        rules: [{name: bang, classes: [bang], on: 0.9, off: 0.5}]
        budget: {power: %s mW, over: 2 s, burst: 600 mJ, deadline: 2 s, waiting: 4}
        %s
        cloud:
          server: %s
          model: echo
          input: {name: in, shape: [1, 4]}
          outputs: [{name: out, elements: 4}]
          expected: 2 ms
          link: {wakeup: 0.5 mJ, sent-byte: 100 nJ, received-byte: 100 nJ}
          limits: {connect: 2 s, attempt: %d ms, attempts: 1, backoff-min: 1 ms, response: 64 kB, breaker-failures: %d, breaker-open: 20 ms, breaker-open-max: 200 ms}
        """
            .formatted(pace, powerMilliW(), ladder, cloud.uri(), attemptMs, callsBeforeRest));
    return PipelineFile.read(file);
  }

  // --- what must hold ----------------------------------------------------------------------------

  private void requireUnharmed(NodeSummary s, FaultyCloud cloud) {
    assertEquals(WINDOWS, s.windows(), s.text());
    assertEquals(
        WINDOWS, s.answeredOnBoard() + s.answeredByCloud() + s.dropped() + s.failed(), s.text());
    assertEquals(0, s.failed(), s.text());
    assertEquals(0, s.late(), s.text());
    assertEquals(0, s.windowsOverrun() + s.windowsGivenUp() + s.samplesLost(), s.text());
    assertEquals(List.of(), errors);
    assertTrue(s.energy().spans().getFirst().peakMilliW() <= powerMilliW() + 1e-6, s.text());
    assertEquals(0, s.energy().overdrafts(), s.text());
    assertEquals(s.cloudFailures(), watched.reasons.size());
    requireAlertsSayWhoAnswered();
    requireNothingGrew(cloud);
  }

  private void requireAlertsSayWhoAnswered() {
    assertFalse(watched.alerts.isEmpty());
    for (Alert alert : watched.alerts) {
      assertEquals(
          watched.answeredBy.get(alert.windowIndex()), alert.computedOn(), alert::toString);
      if (alert.state() == Alert.State.RAISED) {
        // only the server gives this score, only the board that
        double score = alert.computedOn() == Alert.Origin.CLOUD ? ScriptedCloud.BANG : 1;
        assertEquals(score, alert.score(), 1e-6, alert::toString);
      }
    }
  }

  /** Alerts that say they are from there, of windows that were decided so. */
  private long raised(Kind decision, Alert.Origin origin) {
    return watched.alerts.stream()
        .filter(a -> a.state() == Alert.State.RAISED && a.computedOn() == origin)
        .filter(a -> watched.decided.get(a.windowIndex()) == decision)
        .count();
  }

  private void requireNothingGrew(FaultyCloud cloud) {
    long grown = Watched.heapInUse() - watched.heapAtFirst;
    assertTrue(grown <= HEAP_BYTES, grown + " bytes more than at the first window");
    assertTrue(watched.clientThreads <= CLIENT_THREADS, watched.clientThreads + " client threads");
    long opened = watched.files - watched.filesAtFirst;
    assertTrue(opened <= OPENED_FILES, opened + " more files and sockets than at the first window");
    // the node is closed: its client's threads and connections end, as soon as they are let
    awaitNone(Watched::threadsOfClients, "client threads");
    if (cloud instanceof SilentCloud silent) {
      awaitNone(silent::connections, "connections");
    }
  }

  private static void awaitNone(java.util.function.LongSupplier count, String what) {
    long endNs = System.nanoTime() + 30_000 * MS;
    while (count.getAsLong() > 0 && System.nanoTime() < endNs) {
      LockSupport.parkNanos(5 * MS);
    }
    assertEquals(0, count.getAsLong(), what + " left");
  }

  private void requireReasons(CloudFault fault) {
    Predicate<String> own = Pattern.compile(fault.reason, Pattern.DOTALL).asPredicate();
    assertTrue(
        watched.reasons.stream().anyMatch(own), "never the fault itself: " + watched.reasons);
    for (String reason : watched.reasons) {
      assertTrue(own.test(reason) || OF_ITS_OWN.test(reason), reason);
    }
  }
}
