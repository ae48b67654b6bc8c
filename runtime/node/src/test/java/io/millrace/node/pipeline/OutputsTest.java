package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.sensors.Sensor;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code outputs}, and what the node makes of it. */
class OutputsTest {
  private static final long MS = 1_000_000;

  @TempDir Path folder;
  private final VirtualClock clock = new VirtualClock(1_000 * MS, 1_700_000_000_000L);
  private final FakeOutputs fake = new FakeOutputs();
  private final List<Exception> errors = new ArrayList<>();
  private AlertSink sink =
      new AlertSink() {
        @Override
        public void accept(Alert alert) {}

        @Override
        public void close() {}
      };

  /** A sensor that takes pin 9. */
  private record Pin9() implements SensorSettings {
    @Override
    public Sensor open(Clock clock) {
      throw new AssertionError("nothing is opened by reading a file");
    }

    @Override
    public boolean asFastAsPossible() {
      return false;
    }

    @Override
    public List<String> places() {
      return List.of("pin 9");
    }
  }

  private Pipeline parse(String yaml) throws PipelineException {
    return PipelineFile.parse(
        yaml, folder.resolve("p.yaml"), Map.of("pins", _ -> new Pin9()), Map.of("fake", fake));
  }

  /** Ten windows a second; the first class is 1 in windows 9, 19, … and else 0. */
  private Pipeline pipeline(int windows, String outputs) throws Exception {
    byte[] bytes = new byte[windows * 4];
    for (int i = 9; i < windows; i += 10) {
      bytes[4 * i] = 64;
    }
    Files.write(folder.resolve("in.bin"), bytes);
    Programs.echo(folder.resolve("echo.mill"), 5 * MS, 10_000_000);
    return parse(
        """
        node: n1
        board: rpi4b
        sensor: {replay: in.bin, type: int8, shape: [4], rate: 10 Hz}
        model: {file: echo.mill, labels: [bang, b, c, d]}
        rules:
          - {name: bang, classes: [bang], on: 0.9, off: 0.5}
          - {name: quiet, classes: [b], on: 5}
        outputs: %s
        """
            .formatted(outputs));
  }

  private Node open(Pipeline pipeline) throws Exception {
    return Node.open(
        pipeline,
        new Node.Parts(
            clock,
            ModelLoader.mill(),
            Executor::load,
            sink,
            Node.CloudOpener.NONE,
            NodeListener.NONE,
            errors::add));
  }

  private NodeSummary run(Pipeline pipeline) throws Exception {
    try (Node node = open(pipeline)) {
      return node.run();
    }
  }

  @Test
  void shouldFollowARuleAndEndInTheSafeState() throws Exception {
    NodeSummary s = run(pipeline(30, "[{kind: fake, pin: 3, rules: bang}]"));

    assertEquals(
        List.of("3 open", "3 off", "3 on", "3 off", "3 on", "3 off", "3 on", "3 safe"), fake.heard);
    assertEquals(0, s.errors());
  }

  @Test
  void shouldFollowSeveralRulesAndKeepTheSafeStateUntilTheFirstAnswer() throws Exception {
    Pipeline p =
        pipeline(
            10,
            "[{kind: fake, pin: 3, rules: [bang, quiet, throttled], safe: on},"
                + " {kind: fake, pin: 4, rules: quiet}]");
    try (Node node = open(p)) {
      assertEquals(Map.of(3, true, 4, false), fake.on);
      node.run();
    }
    assertEquals(
        List.of("3 open", "4 open", "3 off", "4 off", "3 on", "3 safe", "4 safe"), fake.heard);
    assertEquals(Map.of(3, true, 4, false), fake.on);
  }

  @Test
  void shouldBeginWithTheSafeStateAgainAfterARestart() throws Exception {
    run(pipeline(10, "[{kind: fake, pin: 3, rules: bang}]"));
    fake.heard.clear();
    run(pipeline(5, "[{kind: fake, pin: 3, rules: bang}]"));

    assertEquals(List.of("3 open", "3 off", "3 safe"), fake.heard);
  }

  @Test
  void shouldSwitchThoughTheSinkTakesNoAlert() throws Exception {
    sink =
        new AlertSink() {
          @Override
          public void accept(Alert alert) throws IOException {
            throw new IOException("disk full");
          }

          @Override
          public void close() {}
        };
    NodeSummary s = run(pipeline(11, "[{kind: fake, pin: 3, rules: bang}]"));

    assertEquals(2, s.alertsLost());
    assertEquals(List.of("3 open", "3 off", "3 on", "3 off", "3 safe"), fake.heard);
  }

  @Test
  void shouldReportAnOutputThatFailsOnceAndTryAgainEachSecond() throws Exception {
    Pipeline p =
        pipeline(30, "[{kind: fake, pin: 3, rules: bang}, {kind: fake, pin: 4, rules: bang}]");
    NodeSummary s;
    try (Node node = open(p)) {
      fake.broken.add(3);
      s = node.run();
    }
    assertEquals(30, s.answeredOnBoard());
    assertEquals(1, s.errors());
    assertEquals("bang does not switch", errors.getFirst().getMessage());
    assertEquals(3, Collections.frequency(fake.heard, "4 on"), "the other one switches");
    // five changes, and between two of them no more than one attempt a second
    long failed = fake.heard.stream().filter("3 failed"::equals).count();
    assertTrue(failed >= 6 && failed <= 9, fake.heard.toString());
    assertEquals("3 safe", fake.heard.get(fake.heard.size() - 2));
  }

  @Test
  void shouldSwitchAgainOnceTheOutputIsMended() throws Exception {
    List<RuleOutput> entries = pipeline(1, "[{kind: fake, pin: 3, rules: bang}]").outputs();
    try (RuleOutputs outputs = new RuleOutputs(entries, errors::add)) {
      outputs.answered(0);
      fake.broken.add(3);
      outputs.follow(alert("bang", Alert.State.RAISED), 100 * MS);
      fake.broken.clear();
      outputs.answered(1_099 * MS);
      assertFalse(fake.on.get(3));
      outputs.answered(1_100 * MS);
      assertTrue(fake.on.get(3));
      fake.heard.clear();
      outputs.answered(9_000 * MS);
      assertEquals(List.of(), fake.heard, "nothing is set that is set");
    }
    assertEquals(1, errors.size());
  }

  @Test
  void shouldStayOnAsLongAsAnyLabelStands() throws Exception {
    List<RuleOutput> entries =
        pipeline(1, "[{kind: fake, pin: 3, rules: [bang, quiet]}]").outputs();
    try (RuleOutputs outputs = new RuleOutputs(entries, errors::add)) {
      outputs.follow(alert("bang", Alert.State.RAISED), 0);
      outputs.follow(alert("quiet", Alert.State.RAISED), 0);
      outputs.follow(alert("other", Alert.State.RAISED), 0);
      outputs.follow(alert("bang", Alert.State.CLEARED), 0);
      assertTrue(fake.on.get(3));
      outputs.follow(alert("quiet", Alert.State.CLEARED), 0);
      assertFalse(fake.on.get(3));
    }
  }

  private static Alert alert(String rule, Alert.State state) {
    return new Alert(
        "id", "n", rule, rule, 1, state, 0, 0, 0, 0, 1, Alert.Origin.BOARD, "m", "1", 0);
  }

  @Test
  void shouldLeaveNothingOpenWhenOneCannotBeOpened() throws Exception {
    Pipeline p =
        pipeline(1, "[{kind: fake, pin: 3, rules: bang}, {kind: fake, pin: 4, rules: bang}]");
    fake.broken.add(4);
    IOException e = assertThrows(IOException.class, () -> open(p));
    assertEquals("pin 4 cannot be opened", e.getMessage());
    assertEquals(List.of("3 open", "3 safe"), fake.heard);
  }

  @Test
  void shouldMakeOutputsSafeThoughTheNodeNeverRuns() throws Exception {
    open(pipeline(1, "[{kind: fake, pin: 3, rules: bang}]")).close();
    assertEquals(List.of("3 open", "3 safe"), fake.heard);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{kind: fake, pin: 3}|7:10: outputs: key 'rules' is missing",
        "{pin: 3, rules: a}|key 'kind' is missing",
        "{kind: fak, pin: 3, rules: a}|7:17: outputs.kind: 'fak' is not allowed; did you mean 'fake'?",
        "{kind: fake, rules: a}|key 'pin' is missing",
        "{kind: fake, pin: 3, rules: []}|outputs.rules: an output follows at least one rule",
        "{kind: fake, pin: 3, rule: a}|outputs.rule: unknown key; did you mean 'rules'?",
        "{kind: fake, pin: 3, rules: dor}|7:38: outputs.rules: no rule is called 'dor'; did you mean 'door'? allowed: a, door, power-model, under-voltage, throttled",
        "{kind: fake, pin: 3, rules: [a, a]}|outputs.rules[1]: 'a' is given twice",
        "{kind: fake, pin: 3, rules: a, safe: maybe}|outputs.safe: 'maybe' is not allowed; allowed: off, on",
        "{kind: fake, pin: 100, rules: a}|outputs.pin: '100' is not a whole number within 0 to 99",
        "[{kind: fake, pin: 3, rules: a}, {kind: fake, pin: 3, rules: door}]|outputs[1]: pin 3 is switched by another output already",
        "{kind: fake, pin: 9, rules: a}|outputs: pin 9 is read by the sensor",
        "lamp|outputs: must be a mapping",
      })
  void shouldSayWhatIsWrongAndWhere(String outputs, String said) {
    PipelineException e =
        assertThrows(
            PipelineException.class,
            () ->
                parse(
                    """
                    node: n
                    board: host
                    model: {file: m.mill}
                    window: {length: 1 s}
                    sensor: {align: {sensors: [{pins: 1}], rate: 1 Hz}}
                    rules: [{name: a, classes: 0, on: 1}, {name: door, classes: 1, on: 1}]
                    outputs: %s
                    """
                        .formatted(outputs)));
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @Test
  void shouldSayThatNobodySwitchesOutputs() throws Exception {
    pipeline(1, "[{kind: fake, pin: 3, rules: bang}]");
    Path file =
        Files.writeString(
            folder.resolve("o.yaml"),
            """
            node: n
            board: host
            sensor: {replay: in.bin, type: int8, shape: [4], rate: 10 Hz}
            model: {file: m.mill}
            outputs: {kind: gpio, line: 3, rules: throttled}
            """);
    PipelineException e = assertThrows(PipelineException.class, () -> PipelineFile.read(file));
    assertTrue(e.getMessage().contains("switches no outputs"), e.getMessage());
  }
}
