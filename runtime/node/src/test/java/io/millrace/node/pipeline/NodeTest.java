package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Executor;
import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.budget.Limit;
import io.millrace.node.cloud.CloudInference;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class NodeTest {
  private static final long MS = 1_000_000;

  @TempDir Path folder;
  private final VirtualClock clock = new VirtualClock(1_000 * MS, 1_700_000_000_000L);
  private final List<Alert> alerts = new ArrayList<>();
  private final List<Exception> errors = new ArrayList<>();

  /** Collects alerts; refuses the first few. */
  private final class Sink implements AlertSink {
    int refusals;
    boolean closed;

    @Override
    public void accept(Alert alert) throws IOException {
      assertTrue(!closed, "an alert after close");
      if (refusals-- > 0) {
        throw new IOException("disk full");
      }
      alerts.add(alert);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Answers with its input after a while, or fails. */
  private final class Cloud implements CloudInference {
    boolean up = true;
    boolean available = true;
    boolean takesAllItsTime;
    int outputs = 4;
    int calls;
    long latestSpareNs;
    long stallsNs;

    @Override
    public Result infer(float[] input, long deadlineNs) {
      calls++;
      latestSpareNs = deadlineNs - System.nanoTime();
      // a little late, as a thread is woken
      clock.advance(takesAllItsTime ? latestSpareNs + MS : Math.max(20 * MS, stallsNs));
      return up
          ? new Result.Answer(List.of(java.util.Arrays.copyOf(input, outputs)), 1000, 500)
          : new Result.Failure("HTTP 500", 1000, 0);
    }

    @Override
    public boolean available() {
      return available;
    }

    @Override
    public TrafficEstimate traffic() {
      return new TrafficEstimate(1000, 500);
    }

    @Override
    public void close() {
      available = false;
    }
  }

  private final Sink sink = new Sink();
  private final Cloud cloud = new Cloud();

  /** {@code windows} tensors of four values; the first is 64, a score of 1, in every tenth. */
  private Path tensors(int windows) throws IOException {
    byte[] bytes = new byte[windows * 4];
    for (int i = 0; i < windows; i++) {
      bytes[4 * i] = (byte) (i % 10 == 9 ? 64 : 0);
      bytes[4 * i + 1] = (byte) i;
    }
    return Files.write(folder.resolve("in.bin"), bytes);
  }

  private Pipeline pipeline(int windows, String more) throws Exception {
    tensors(windows);
    Programs.echo(folder.resolve("echo.mill"), 5 * MS, 10_000_000);
    return PipelineFile.parse(
        """
        node: n1
        board: rpi4b
        sensor: {replay: in.bin, type: int8, shape: [4], rate: 10 Hz}
        model: {file: echo.mill, labels: [bang, count, c, d]}
        rules: [{name: bang, classes: [bang], on: 0.9, off: 0.5, priority: 3}]
        """
            + more,
        folder.resolve("p.yaml"));
  }

  private Node open(Pipeline pipeline, Clock on, boolean withCloud) throws Exception {
    return Node.open(
        pipeline,
        new Node.Parts(
            on,
            ModelLoader.mill(),
            Executor::load,
            sink,
            withCloud ? c -> cloud : Node.CloudOpener.NONE,
            NodeListener.NONE,
            errors::add));
  }

  private NodeSummary run(Pipeline pipeline, boolean withCloud) throws Exception {
    cloud.available = true;
    sink.closed = false;
    try (Node node = open(pipeline, clock, withCloud)) {
      NodeSummary s = node.run();
      assertEquals(
          s.windows(), s.answeredOnBoard() + s.answeredByCloud() + s.dropped() + s.failed());
      return s;
    }
  }

  @Test
  void shouldAnswerEveryWindowOnTheBoardAndRaiseAlerts() throws Exception {
    NodeSummary s = run(pipeline(100, ""), false);
    assertEquals(100, s.windows());
    assertEquals(100, s.answeredOnBoard());
    assertEquals(100, s.decisions().of(Kind.RUN_LOCAL, Limit.NONE));
    assertEquals(10, s.alertsRaised());
    assertEquals(9, s.alertsCleared());
    assertEquals(1000, s.energy().spentMilliJ(), 1e-9);
    assertEquals(10_000 * MS, s.elapsedNs());
    assertEquals(0, s.errors());
    assertTrue(sink.closed);
    Alert first = alerts.getFirst();
    assertEquals("bang", first.label());
    assertEquals(1, first.score());
    assertEquals(9, first.windowIndex());
    assertEquals(1_000 * MS + 900 * MS, first.windowStartNs());
    assertEquals(1_000 * MS + 1_000 * MS, first.windowEndNs());
    assertEquals(Alert.Origin.BOARD, first.computedOn());
    assertEquals("echo", first.model());
    assertEquals(12, first.modelVersion().length());
    assertEquals(10_000, first.energyMicroJ());
    assertEquals(1_700_000_001_000L, first.wallTimeEpochMs());
    assertTrue(s.text().contains("100 on the board"), s.text());
  }

  @Test
  void shouldOffloadWhatThePowerBudgetDoesNotHold() throws Exception {
    // ten windows a second: 100 mW on the board, 10 mW by the cloud, 55 mW for half and half
    double idle = pipeline(1, "").board().value(io.millrace.device.DeviceProfile.Key.IDLE_MILLIW);
    double power = idle + 55;
    NodeSummary s =
        run(pipeline(400, CLOUD + "budget: {power: " + power + " mW, over: 4 s}\n"), true);
    assertEquals(400, s.windows());
    assertTrue(s.answeredOnBoard() >= 160 && s.answeredByCloud() >= 160, s.text());
    assertEquals(0, s.dropped(), s.text());
    assertEquals(s.answeredByCloud(), s.decisions().of(Kind.OFFLOAD, Limit.ENERGY));
    assertTrue(s.energy().spans().getFirst().peakMilliW() <= power, s.text());
    assertTrue(alerts.stream().anyMatch(a -> a.computedOn() == Alert.Origin.CLOUD));
    assertTrue(alerts.stream().anyMatch(a -> a.computedOn() == Alert.Origin.BOARD));
  }

  @Test
  void shouldKeepTheBudgetWhenTheCloudIsDown() throws Exception {
    cloud.up = false;
    double idle = pipeline(1, "").board().value(io.millrace.device.DeviceProfile.Key.IDLE_MILLIW);
    double power = idle + 60;
    NodeSummary s =
        run(
            pipeline(
                300,
                CLOUD
                    + "budget: {power: "
                    + power
                    + " mW, over: 4 s, deadline: 350 ms, waiting: 2}\n"),
            true);
    assertTrue(s.answeredOnBoard() > 50, s.text());
    assertTrue(s.dropped() > 50, s.text());
    assertTrue(s.cloudFailures() > 0, s.text());
    assertTrue(s.energy().spans().getFirst().peakMilliW() <= power + 1e-9, s.text());
    assertEquals(0, s.energy().overdrafts());
    assertEquals(0, s.late());
  }

  private static final String CLOUD =
      """
      cloud:
        server: http://cloud.example
        model: echo
        input: {name: in, shape: [1, 4]}
        outputs: [out]
        expected: 20 ms
        link: {wakeup: 1 mJ, sent-byte: 0 nJ, received-byte: 0 nJ}
      """;

  @Test
  void shouldTreatAWrongAnswerFromTheCloudAsAFailure() throws Exception {
    cloud.outputs = 3;
    NodeSummary s = run(tooSlowForTheBoard(20, "waiting: 0"), true);
    assertTrue(s.cloudFailures() >= 1 && s.cloudFailures() < 20, "pauses: " + s.text());
    assertEquals(20, s.dropped());
    assertEquals(20, s.decisions().of(Kind.DROP, Limit.CLOUD));
  }

  /** A pipeline whose model takes longer on the board than its deadline allows. */
  private Pipeline tooSlowForTheBoard(int windows, String budget) throws Exception {
    Pipeline p = pipeline(windows, CLOUD + "budget: {deadline: 200 ms, " + budget + "}\n");
    Programs.echo(folder.resolve("echo.mill"), 900 * MS, 10_000_000);
    return p;
  }

  @Test
  void shouldChargeTheRadioForCallsThatFail() throws Exception {
    cloud.up = false;
    Pipeline p = tooSlowForTheBoard(30, "waiting: 4");
    NodeSummary s = run(p, true);
    assertEquals(30, s.dropped());
    assertTrue(s.cloudFailures() > 3 && s.cloudFailures() < 30, "pauses: " + s.text());
    assertEquals(cloud.calls, s.cloudFailures());
    assertEquals(cloud.calls * 1.0, s.energy().spentMilliJ(), 1e-6, "a wake-up each");
    assertTrue(cloud.latestSpareNs <= 200 * MS);
  }

  @Test
  void shouldDropWhatWaitedInVainForTheCloud() throws Exception {
    cloud.available = false;
    Pipeline p = tooSlowForTheBoard(1, "waiting: 4");
    try (Node node = open(p, clock, true)) {
      NodeSummary s = node.run();
      assertEquals(1, s.decisions().of(Kind.DEFER, Limit.CLOUD));
      assertEquals(1, s.decisions().of(Kind.DROP, Limit.DEADLINE));
      assertEquals(1, s.dropped());
    }
  }

  @Test
  void shouldAnswerWhatWaitedOnceEnergyIsThere() throws Exception {
    Pipeline p = pipeline(3, "");
    double idle = p.board().value(io.millrace.device.DeviceProfile.Key.IDLE_MILLIW);
    // one run of 10 mJ a second
    NodeSummary s =
        run(pipeline(3, "budget: {power: " + (idle + 10) + " mW, over: 1 s, waiting: 4}\n"), false);
    assertEquals(3, s.answeredOnBoard());
    assertEquals(2, s.decisions().of(Kind.DEFER, Limit.ENERGY));
    assertTrue(s.answerLatency().maxNs() > 1_000 * MS, s.text());
    assertTrue(s.energy().spans().getFirst().peakMilliW() <= idle + 10 + 1e-9);
  }

  @Test
  void shouldGiveTheFirstAnswerInTimeThoughTheSecondPlanTakesAllItsTime() throws Exception {
    cloud.up = false;
    cloud.takesAllItsTime = true;
    String unsure = "ladder: [{plan: board, unsure: {below: 2, ask: cloud}}, cloud]\n";
    NodeSummary s = run(pipeline(30, CLOUD + unsure + "budget: {deadline: 60 ms}\n"), true);
    assertTrue(s.cloudFailures() > 3 && s.cloudFailures() < 30, "pauses: " + s.text());
    assertEquals(30, s.answeredOnBoard(), s.text());
    assertEquals(0, s.late(), s.text());
  }

  @Test
  void shouldAnswerOnTheBoardWhatACloudThatComesFirstFailsToAnswer() throws Exception {
    cloud.up = false;
    for (boolean slow : new boolean[] {false, true}) {
      cloud.takesAllItsTime = slow;
      for (String budget : List.of("waiting: 0", "deadline: 60 ms", "deadline: 2 s, waiting: 3")) {
        int before = cloud.calls;
        NodeSummary s =
            run(pipeline(60, CLOUD + "ladder: [cloud, board]\nbudget: {" + budget + "}\n"), true);
        assertEquals(60, s.answeredOnBoard(), budget + "\n" + s.text());
        assertEquals(0, s.late(), budget + "\n" + s.text());
        assertEquals(cloud.calls - before, s.cloudFailures());
        assertTrue(s.cloudFailures() > 3 && s.cloudFailures() < 30, "pauses: " + s.text());
      }
    }
  }

  @Test
  void shouldGiveUpACallBeforeAnotherWindowHasNoPlaceOrNoTime() throws Exception {
    cloud.up = false;
    cloud.takesAllItsTime = true;
    String cloudFirst = "ladder: [cloud, board]\n";
    // four places, one of them its own, ten windows a second
    run(pipeline(1, CLOUD + cloudFirst + "budget: {waiting: 0}\n"), true);
    assertSpare(300);
    // 60 ms less 5 for the board, seven eighths of it
    run(pipeline(1, CLOUD + cloudFirst + "budget: {deadline: 60 ms}\n"), true);
    assertSpare(48);
    String unsure = "ladder: [{plan: board, unsure: {below: 2, ask: cloud}}, cloud]\n";
    run(pipeline(1, CLOUD + unsure + "budget: {waiting: 1, deadline: 2 s}\n"), true);
    assertSpare(400);
  }

  /** What the last call was given; a little of it has passed on the machine's clock. */
  private void assertSpare(long ms) {
    long ns = cloud.latestSpareNs;
    assertTrue(ns <= ms * MS + MS && ns > (ms - 20) * MS, ns + " ns are not " + ms + " ms");
  }

  @Test
  void shouldAskNobodyTwiceWhileAnotherWindowIsDue() throws Exception {
    // ten windows a second; a call takes 250 ms
    String unsure = "ladder: [{plan: board, unsure: {below: 2, ask: cloud}}, cloud]\n";
    cloud.stallsNs = 250 * MS;
    NodeSummary s = run(pipeline(40, CLOUD + unsure + "budget: {deadline: 2 s}\n"), true);
    assertEquals(40, s.answeredOnBoard() + s.answeredByCloud(), s.text());
    // each call keeps one or two windows waiting, which are answered by the board alone
    assertTrue(s.secondsAsked() <= 20, s.text());
    assertTrue(s.secondsAsked() >= 12, s.text());
  }

  @Test
  void shouldLoseNoAlertWhileTheSinkRefuses() throws Exception {
    sink.refusals = 7;
    NodeSummary s = run(pipeline(100, ""), false);
    assertEquals(10, s.alertsRaised());
    assertEquals(0, s.alertsLost());
    assertEquals(7, s.errors());
    assertEquals(7, errors.size());
    assertEquals(
        alerts.stream().map(Alert::windowIndex).sorted().toList(),
        alerts.stream().map(Alert::windowIndex).toList());
  }

  @Test
  void shouldCountAlertsThatTheSinkNeverTook() throws Exception {
    sink.refusals = Integer.MAX_VALUE;
    NodeSummary s = run(pipeline(100, ""), false);
    assertEquals(0, s.alertsRaised());
    assertEquals(19, s.alertsLost());
  }

  @Test
  void shouldCountWindowsOnWhichTheEngineFails() throws Exception {
    Pipeline p = pipeline(10, "");
    Node.Parts parts =
        new Node.Parts(
            clock,
            ModelLoader.mill(),
            program -> new FailingExecutor(Executor.load(program)),
            sink,
            Node.CloudOpener.NONE,
            NodeListener.NONE,
            errors::add);
    try (Node node = Node.open(p, parts)) {
      NodeSummary s = node.run();
      assertEquals(5, s.failed());
      assertEquals(5, s.answeredOnBoard());
      assertEquals(5, s.errors());
    }
  }

  /** Fails every other time. */
  private static final class FailingExecutor implements Executor {
    private final Executor inner;
    private int runs;

    FailingExecutor(Executor inner) {
      this.inner = inner;
    }

    @Override
    public io.millrace.program.Program program() {
      return inner.program();
    }

    @Override
    public java.lang.foreign.MemorySegment input(int index) {
      return inner.input(index);
    }

    @Override
    public java.lang.foreign.MemorySegment output(int index) {
      return inner.output(index);
    }

    @Override
    public void run() {
      if (runs++ % 2 == 0) {
        throw new IllegalStateException("lane died");
      }
      inner.run();
    }

    @Override
    public void close() {
      inner.close();
    }
  }

  @Test
  void shouldEndWithASummaryWhenTheSensorFails() throws Exception {
    Files.writeString(folder.resolve("in.csv"), "a,b,c,d\n1,0,0,0\n1,0,0,0\n1,x,0,0\n");
    pipeline(1, "");
    Pipeline p =
        PipelineFile.parse(
            """
            node: n1
            board: rpi4b
            sensor: {replay: in.csv, rate: 10 Hz}
            window: {length: 1 sample}
            model: {file: echo.mill}
            """,
            folder.resolve("p.yaml"));
    NodeSummary s = run(p, false);
    assertEquals(2, s.answeredOnBoard());
    assertEquals(1, s.errors());
    assertTrue(s.sensorFailure().orElseThrow().contains("line 4: 'x'"), s.text());
  }

  @Test
  void shouldRefusePartsThatDoNotFit() throws Exception {
    Pipeline good = pipeline(1, "");
    Pipeline p =
        PipelineFile.parse(
            """
            node: n1
            board: rpi4b
            sensor: {replay: in.bin, type: int8, shape: [2], rate: 10 Hz}
            model: {file: echo.mill}
            """,
            folder.resolve("p.yaml"));
    PipelineException e = assertThrows(PipelineException.class, () -> open(p, clock, false));
    assertTrue(
        e.getMessage().contains("becomes 2 features, but input in of model echo takes 4"),
        e.getMessage());
    Files.writeString(folder.resolve("echo.mill"), "no program");
    assertThrows(io.millrace.program.BadProgramException.class, () -> open(good, clock, false));
  }

  @Test
  void shouldKeepRealPaceWithAReaderOfItsOwn() throws Exception {
    Pipeline p = pipeline(40, "");
    Pipeline faster =
        PipelineFile.parse(
            """
            node: n1
            board: rpi4b
            sensor: {replay: in.bin, type: int8, shape: [4], rate: 200 Hz}
            model: {file: echo.mill, labels: [bang]}
            rules: [{name: bang, classes: [bang], on: 0.9, off: 0.5}]
            """,
            folder.resolve("p.yaml"));
    assertEquals("n1", p.node());
    try (Node node = open(faster, Clock.system(), false)) {
      NodeSummary s = node.run();
      assertEquals(40, s.windows() + s.windowsOverrun());
      assertEquals(s.windows(), s.answeredOnBoard());
      assertTrue(s.elapsedNs() >= 200 * MS, s.text());
      assertThrows(IllegalStateException.class, node::run);
    }
  }

  @Test
  void shouldReplayAsFastAsPossibleInTheRecordingsOwnTime() throws Exception {
    Pipeline p = pipeline(50, "");
    Pipeline fast =
        PipelineFile.parse(
            """
            node: n1
            board: rpi4b
            sensor: {replay: in.bin, type: int8, shape: [4], rate: 1 Hz, pace: fast}
            model: {file: echo.mill}
            """,
            folder.resolve("p.yaml"));
    assertEquals(1, p.rules().size());
    long before = System.nanoTime();
    try (Node node = open(fast, Node.clockFor(fast), false)) {
      NodeSummary s = node.run();
      assertEquals(50, s.answeredOnBoard());
      assertTrue(s.elapsedNs() >= 50_000 * MS);
    }
    assertTrue(System.nanoTime() - before < 50_000 * MS, "a minute passed in less");
  }

  @Test
  void shouldStopWhenToldAndCloseInAnyOrder() throws Exception {
    Pipeline p = pipeline(10, "");
    Pipeline endless =
        PipelineFile.parse(
            """
            node: n1
            board: rpi4b
            sensor: {replay: in.bin, type: int8, shape: [4], rate: 0.001 Hz, loop: true}
            model: {file: echo.mill}
            """,
            folder.resolve("p.yaml"));
    assertEquals("n1", p.node());
    Node node = open(endless, Clock.system(), false);
    Thread closer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                Thread.sleep(30);
                node.close();
              } catch (InterruptedException | IOException e) {
                errors.add(e);
              }
            });
    NodeSummary s = node.run();
    closer.join();
    assertEquals(0, s.windows());
    assertTrue(s.sensorFailure().isEmpty());
    assertTrue(sink.closed);
    assertEquals(List.of(), errors);
    node.close();
    assertThrows(IllegalStateException.class, node::run);
  }
}
