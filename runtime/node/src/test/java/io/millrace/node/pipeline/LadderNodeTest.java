package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.cloud.CloudConfig;
import io.millrace.node.cloud.CloudInference;
import io.millrace.sensors.clock.VirtualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ladders and budgets of a pipeline file, and a node that carries a ladder out. */
class LadderNodeTest {
  private static final long MS = 1_000_000L;

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

  @TempDir Path folder;
  private final VirtualClock clock = new VirtualClock(0, 1_700_000_000_000L);
  private final List<Alert> alerts = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private boolean up = true;

  /** Answers what it is asked, and notes which model that was. */
  private final class Echo implements CloudInference {
    private final String model;

    Echo(CloudConfig config) {
      model = config.model();
    }

    @Override
    public Result infer(float[] input, long deadlineNs) {
      asked.add(model);
      clock.advance(20 * MS);
      return up
          ? new Result.Answer(List.of(input.clone()), 1000, 500)
          : new Result.Failure("HTTP 500", 1000, 0);
    }

    @Override
    public boolean available() {
      return true;
    }

    @Override
    public TrafficEstimate traffic() {
      return new TrafficEstimate(1000, 500);
    }

    @Override
    public void close() {}
  }

  private Pipeline pipeline(int windows, String more) throws Exception {
    byte[] bytes = new byte[windows * 4];
    for (int i = 0; i < windows; i++) {
      bytes[4 * i] = (byte) (i % 10 == 9 ? 64 : 0);
      bytes[4 * i + 1] = 32; // a score of a half
    }
    Files.write(folder.resolve("in.bin"), bytes);
    Programs.echo(folder.resolve("echo.mill"), 5 * MS, 10_000_000);
    Programs.echo(folder.resolve("small.mill"), MS, 1_000_000);
    return PipelineFile.parse(
        """
        node: n1
        board: rpi4b
        sensor: {replay: in.bin, type: int8, shape: [4], rate: 10 Hz}
        model: {file: echo.mill}
        rules: [{name: bang, classes: ["0"], on: 0.9, off: 0.5}]
        """
                .replace("classes: [\"0\"]", "classes: [0]")
            + more,
        folder.resolve("p.yaml"));
  }

  private NodeSummary run(Pipeline pipeline) throws Exception {
    AlertSink sink =
        new AlertSink() {
          @Override
          public void accept(Alert alert) {
            alerts.add(alert);
          }

          @Override
          public void close() {}
        };
    Node.Parts parts =
        new Node.Parts(
            clock, ModelLoader.mill(), Executor::load, sink, Echo::new, NodeListener.NONE, e -> {});
    try (Node node = Node.open(pipeline, parts)) {
      return node.run();
    }
  }

  private static long answers(NodeSummary summary, String plan) {
    return summary.byPlan().stream()
        .filter(p -> p.plan().equals(plan))
        .findFirst()
        .orElseThrow()
        .answers();
  }

  @Test
  void shouldAskTheCloudWhenTheSmallNetworkIsNotSure() throws Exception {
    NodeSummary s =
        run(
            pipeline(
                100,
                CLOUD
                    + """
                    ladder:
                      - {plan: small, file: small.mill, unsure: {below: 0.9, ask: cloud}}
                      - board
                    """
                        .replace("- board", "- board\n  - cloud")));
    assertEquals(90, s.secondsAsked(), s.text());
    assertEquals(90, answers(s, "cloud"), s.text());
    assertEquals(10, answers(s, "small"), s.text());
    assertEquals(Alert.Origin.BOARD, alerts.getFirst().computedOn());
  }

  @Test
  void shouldLetTheFirstAnswerStandWhenNobodyIsThereToAsk() throws Exception {
    up = false;
    NodeSummary s =
        run(
            pipeline(
                100, CLOUD + "ladder: [{plan: board, unsure: {below: 0.9, ask: cloud}}, cloud]\n"));
    assertEquals(100, answers(s, "board"), s.text());
    assertTrue(s.cloudFailures() > 0 && s.cloudFailures() < 60, "with pauses: " + s.text());
  }

  @Test
  void shouldStepDownToWhatCanBePaidForEveryWindow() throws Exception {
    double idle = 2700;
    // ten windows a second: 100 mW by the large one, 10 by the small one
    NodeSummary s =
        run(
            pipeline(
                1000,
                "budget: {power: "
                    + (idle + 40)
                    + " mW, over: 60 s}\nladder: [board, {plan: small, file: small.mill}]\n"));
    assertEquals(0, s.dropped(), s.text());
    assertTrue(answers(s, "small") > 500 && answers(s, "board") > 100, s.text());
  }

  @Test
  void shouldSendTheFrontPartsActivationToTheTail() throws Exception {
    NodeSummary s =
        run(
            pipeline(
                10,
                CLOUD
                    + """
                    ladder:
                      - plan: cut
                        front: small.mill
                        tail:
                          model: echo-tail
                          input: {name: act, shape: [1, 4], type: int8, scale: 0.015625}
                          outputs: [out]
                      - board
                    """));
    assertEquals(10, answers(s, "cut"), s.text());
    assertEquals(List.of("echo-tail"), asked.stream().distinct().toList());
    assertEquals(10, s.answeredByCloud());
  }

  @Test
  void shouldReadEveryBudget() throws Exception {
    Pipeline p =
        pipeline(
            1,
            """
            instruments: all
            budget:
              power: [{limit: 4 W, over: 60 s}, {limit: 3 W, over: 1 h, burst: 5 J}]
              peak: 6 W
              battery: {capacity: 10 Wh, start: 80 %, reserve: 10 %, lasts: 2 d}
              temperature: {limit: 70 C, ambient: 30 C, resistance: 9 K/W, capacity: 25 J/K}
              uplink: {per-day: 5 MB, alerts: 200 kB}
              disagreement: 30 %
            """);
    BudgetSettings b = p.budget().budgets();
    assertTrue(p.instruments());
    assertEquals(
        List.of(
            new PowerLimit(4000, 60_000 * MS, OptionalDouble.empty()),
            new PowerLimit(3000, 3_600_000 * MS, OptionalDouble.of(5000))),
        b.power());
    assertEquals(OptionalDouble.of(6000), b.peakMilliW());
    assertEquals(
        new BatteryLimit(36e6, 28.8e6, 3.6e6, 172_800_000 * MS, false, 0.01),
        b.battery().orElseThrow());
    assertEquals(70, b.heat().orElseThrow().limitCelsius());
    assertEquals(25, b.heat().orElseThrow().joulePerKelvin());
    assertEquals(5_000_000, b.uplink().orElseThrow().bytesPerDay());
    assertEquals(0.2, b.margin());
    assertEquals(0.3, b.disagreement());
  }

  @Test
  void shouldHoldAllProgramsOfALadderInItsMemory() throws Exception {
    String ladder = "ladder: [board, {plan: small, file: small.mill}]\n";
    run(pipeline(1, ladder + "budget: {memory: 1 MiB}\n"));
    PipelineException e =
        assertThrows(
            PipelineException.class, () -> run(pipeline(1, ladder + "budget: {memory: 7 B}\n")));
    assertTrue(e.getMessage().contains("the memory budget is 7"), e.getMessage());
  }

  @Test
  void shouldSayWhatIsWrongWithALadderOrABudget() {
    bad("ladder: [cloud]\n", "plan 'cloud' needs the section 'cloud'");
    bad("ladder: [{plan: small, file: small.mill}]\n", "one of its plans must be 'board'");
    bad("ladder: [board, board]\n", "a second plan is called 'board'");
    bad(
        "ladder: [{plan: board, unsure: {below: 0.5, ask: other}}]\n",
        "asks 'other' when it is not sure");
    bad("ladder: [{plan: board, file: x.mill}]\n", "belongs into the section 'model'");
    bad("budget: {battery: {capacity: 1 Wh}}\n", "one of 'lasts'");
    bad("budget: {battery: {capacity: 1 Wh, lasts: 1 d, start: 120 %}}\n", "more than 100 %");
    bad("budget: {temperature: {limit: 20 C}}\n", "must be above");
    bad("budget: {power: [{limit: 3 W}], over: 3 s}\n", "stands with each limit");
  }

  private void bad(String more, String message) {
    PipelineException e = assertThrows(PipelineException.class, () -> pipeline(1, more));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
