package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.budget.BudgetUse;
import io.millrace.node.rule.Answer;
import io.millrace.sensors.clock.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LiveModelsTest {
  private static final long MINUTE_NS = 60_000_000_000L;

  @TempDir Path folder;
  private final List<Alert> alerts = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> answered = Collections.synchronizedList(new ArrayList<>());
  private final List<Exception> errors = Collections.synchronizedList(new ArrayList<>());

  private String budget = "budget: {waiting: 100}\n";

  private Node open(int windows) throws Exception {
    byte[] bytes = new byte[windows * 4];
    for (int i = 0; i < windows; i++) {
      bytes[4 * i] = (byte) (i % 10 == 9 ? 64 : 0);
    }
    Files.write(folder.resolve("in.bin"), bytes);
    Programs.echo(folder.resolve("echo.mill"), 1000, 1000);
    Pipeline pipeline =
        PipelineFile.parse(
            """
            node: n1
            board: rpi4b
            sensor: {replay: in.bin, type: int8, shape: [4], rate: 200 Hz}
            model: {file: echo.mill, labels: [bang, count, c, d]}
            rules: [{name: bang, classes: [bang], on: 0.9, off: 0.5, priority: 3}]
            """
                + budget,
            folder.resolve("p.yaml"));
    AlertSink sink =
        new AlertSink() {
          @Override
          public void accept(Alert alert) {
            alerts.add(alert);
          }

          @Override
          public void close() {}
        };
    NodeListener listener =
        new NodeListener() {
          @Override
          public void answered(Answer answer, long latencyNs) {
            answered.add(answer.windowIndex());
          }
        };
    return Node.open(
        pipeline,
        new Node.Parts(
            Clock.system(),
            ModelLoader.mill(),
            Executor::load,
            sink,
            Node.CloudOpener.NONE,
            listener,
            errors::add));
  }

  @Test
  void shouldChangeTheModelAgainAndAgainWithoutLosingAWindow() throws Exception {
    int windows = 800;
    Path next = Programs.echo(folder.resolve("next.mill"), 1000, 1000);
    try (Node node = open(windows)) {
      CompletableFuture<NodeSummary> run =
          CompletableFuture.supplyAsync(() -> {
            try {
              return node.run();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      int changes = 0;
      while (!run.isDone()) {
        try (LiveModels.Candidate candidate = node.models().open(next, "v" + changes)) {
          TrialReport report = candidate.runBeside(5, MINUTE_NS);
          assertEquals(0, report.alertsDiffer());
          assertEquals(0.0, report.greatestDifference());
          changes += candidate.takeOver() ? 1 : 0;
        }
      }
      NodeSummary summary = run.get(30, TimeUnit.SECONDS);
      assertEquals(windows, summary.windows() + summary.windowsOverrun());
      assertEquals(0, summary.windowsOverrun());
      assertEquals(windows, summary.answeredOnBoard());
      assertTrue(changes > 5, changes + " changes");
      for (int i = 0; i < windows; i++) {
        assertEquals(i, answered.get(i));
      }
      // one alert at each tenth window, one end after it: none twice, none missing
      assertEquals(
          windows / 10, alerts.stream().filter(a -> a.state() == Alert.State.RAISED).count());
      assertTrue(alerts.stream().map(Alert::modelVersion).distinct().count() > 2);
      assertEquals(List.of(), errors);
    }
  }

  @Test
  void shouldPayForTransfersOutOfThePowerBudget() throws Exception {
    budget = "budget: {power: 2.9 W, over: 10 s}\n";
    try (Node node = open(400)) {
      CompletableFuture<NodeSummary> run =
          CompletableFuture.supplyAsync(() -> {
            try {
              return node.run();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      assertTrue(node.models().payForTransfer(10_000), "the first is within the budget");
      int refused = 0;
      while (!run.isDone()) {
        refused += node.models().payForTransfer(10_000) ? 0 : 1;
      }
      NodeSummary summary = run.get(30, TimeUnit.SECONDS);
      assertTrue(refused > 0, "the budget ends somewhere");
      BudgetUse.Span span = summary.energy().spans().getFirst();
      assertTrue(span.peakMilliW() <= span.limitMilliW(), summary.text());
    }
  }

  @Test
  void shouldRefuseACandidateThatDoesNotFitAndGoOn() throws Exception {
    try (Node node = open(10)) {
      assertThrows(
          Exception.class, () -> node.models().open(folder.resolve("in.bin"), "v").close());
      assertEquals(10, node.run().answeredOnBoard());
      try (LiveModels.Candidate late = node.models().open(folder.resolve("echo.mill"), "v")) {
        assertFalse(late.takeOver());
        assertEquals(0, late.runBeside(5, MINUTE_NS).windows());
      }
    }
  }
}
