package io.millrace.examples.doorway;

import io.millrace.cli.sensor.OutputKinds;
import io.millrace.examples.kit.Desk;
import io.millrace.examples.kit.Perceptron;
import io.millrace.examples.kit.Play;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.simulated.SimulatedBoard;
import io.millrace.sensors.pi4j.simulated.SimulatedLine;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Twelve seconds at a door: {@code ./millrace example doorway}. */
public final class Demo implements Play.Example {
  private static final int EXAMPLES = 2000;
  private static final int HIDDEN = 12;
  private static final long ARRIVAL_MS = 5000;
  private static final int LAMP_LINE = 27;

  /** High, which is off, when it is opened; on; off. */
  private static final int LAMP_CHANGES = 3;

  private final String pace;

  /** At {@code pace} {@code real} or {@code fast}. */
  Demo(String pace) {
    this.pace = pace;
  }

  public static void main(String[] args) throws Exception {
    Play.main("doorway", new Demo("real"));
  }

  @Override
  public List<String> play(Path folder, PrintStream out) throws Exception {
    SimulatedBoard machine = new SimulatedBoard(Clock.system());
    machine.line(LAMP_LINE).tell(high -> out.println("  lamp " + (high ? "off" : "on")));
    try (Desk desk = Desk.open(folder, "millrace/doorway/alert/#", alert -> show(alert, out))) {
      Pipeline pipeline =
          Play.pipeline(
              Demo.class,
              "pipeline.yaml",
              folder,
              Map.of(
                  "pictures", "pictures",
                  "motion", "motion.csv",
                  "model", "doorway.onnx",
                  "broker", desk.uri().toString(),
                  "outbox", "outbox",
                  "pace", pace),
              OutputKinds.of((_, problems) -> machine.board(problems)));
      List<Perceptron.Sample> training = examples(1);
      // One unit sees the motion detector alone, whose 0 or 1 would be lost beside 768 levels.
      Perceptron net =
          Perceptron.learn(
              training,
              HIDDEN,
              2,
              7,
              (unit, input) -> (unit == 0) == (input == Scene.PIXELS) ? 1 : 0);
      net.write(pipeline.model().file(), training);
      out.printf(
          Locale.ROOT,
          "A network has learnt when camera and motion detector agree; %.1f %% of %d unseen cases right.%n",
          100 * net.accuracy(examples(2)),
          EXAMPLES);

      Story.write(folder.resolve("pictures"), folder.resolve("motion.csv"));
      out.println("A node watches drawn pictures of a door, ten a second:");
      double second = 0;
      for (Story.Act act : Story.ACTS) {
        out.printf(Locale.ROOT, "  %4.1f s  %s%n", second, act.what());
        second += act.seconds();
      }
      NodeSummary summary = Play.run(pipeline, NodeListener.NONE, out);
      List<Desk.Received> received =
          desk.await(summary.alertsRaised() + summary.alertsCleared(), ARRIVAL_MS);
      out.println();
      out.print(summary.text());
      return judge(received, summary, machine.line(LAMP_LINE));
    }
  }

  private static void show(Desk.Received alert, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "  ALERT received: %s %s at %.1f s, score %.2f%n",
        alert.label(),
        alert.state(),
        alert.windowIndex() / (double) Story.RATE_HZ,
        alert.score());
  }

  private static List<String> judge(
      List<Desk.Received> received, NodeSummary summary, SimulatedLine lamp) {
    List<String> failures = new ArrayList<>();
    List<Desk.Received> raised = received.stream().filter(Desk.Received::raised).toList();
    if (raised.size() != 1 || !Story.at(raised.getFirst().windowIndex()).someone()) {
      failures.add("one alert should come, while somebody is at the door; what came: " + received);
    }
    if (received.size() != summary.alertsRaised() + summary.alertsCleared()) {
      failures.add("of the alerts that the node accepted, some did not arrive");
    }
    if (!lamp.isHigh() || lamp.changes() != LAMP_CHANGES) {
      failures.add("the lamp should go on once and off again");
    }
    return failures;
  }

  /** All four cases in turn; somebody is there only if both say so. */
  private static List<Perceptron.Sample> examples(long seed) {
    Scene scene = new Scene(seed);
    List<Perceptron.Sample> samples = new ArrayList<>();
    for (int n = 0; n < EXAMPLES; n++) {
      boolean figure = n % 2 == 1;
      boolean motion = n / 2 % 2 == 1;
      double light = scene.between(0.7, 1.1);
      byte[] levels =
          figure
              ? scene.withFigure(light, scene.between(3, Scene.WIDTH - 3), scene.clothes())
              : scene.empty(light);
      float[] features = new float[Scene.PIXELS + 1];
      for (int i = 0; i < Scene.PIXELS; i++) {
        features[i] = levels[i] & 0xFF;
      }
      features[Scene.PIXELS] = motion ? 1 : 0;
      samples.add(new Perceptron.Sample(features, figure && motion ? 1 : 0));
    }
    return samples;
  }
}
