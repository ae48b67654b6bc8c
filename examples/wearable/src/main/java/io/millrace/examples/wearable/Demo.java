package io.millrace.examples.wearable;

import io.millrace.examples.kit.Perceptron;
import io.millrace.examples.kit.Play;
import io.millrace.examples.wearable.Wearer.State;
import io.millrace.node.alert.Alert;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.feature.FeatureExtractor;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Six hours on a wrist, in seconds: {@code ./millrace example wearable}. */
public final class Demo implements Play.Example {
  /** For so many minutes the wearer is so. */
  private record Act(int minutes, State state) {}

  private static final List<Act> STORY =
      List.of(
          new Act(50, State.REST),
          new Act(25, State.EXERCISE),
          new Act(60, State.REST),
          new Act(15, State.TACHYCARDIA),
          new Act(70, State.REST),
          new Act(40, State.EXERCISE),
          new Act(45, State.REST),
          new Act(10, State.TACHYCARDIA),
          new Act(45, State.REST));

  /** In the order of the pipeline's labels. */
  static final List<State> STATES = List.of(State.REST, State.EXERCISE, State.TACHYCARDIA);

  private static final SampleFormat FORMAT =
      new SampleFormat(
          "wrist",
          List.of(
              new SampleFormat.Channel("pulse", "1", 1),
              new SampleFormat.Channel("acceleration", "m/s2", 1)),
          Wearer.RATE_HZ);

  /** Samples of a window and from one to the next, as the pipeline file has them. */
  static final int LENGTH = 256;

  static final int HOP = 64;
  private static final int EXAMPLES = 3000;

  public static void main(String[] args) throws Exception {
    Play.main("wearable", new Demo());
  }

  @Override
  public List<String> play(Path folder, PrintStream out) throws Exception {
    Map<String, String> files =
        Map.of("recording", "wrist.csv", "quick", "quick.onnx", "careful", "careful.onnx");
    Pipeline pipeline = Play.pipeline(Demo.class, "pipeline.yaml", folder, files);

    out.println("Two networks learn from simulated wrists: rest, exercise, tachycardia.");
    List<Perceptron.Sample> training = examples(pipeline, 1);
    List<Perceptron.Sample> unseen = examples(pipeline, 2);
    for (String name : List.of("quick", "careful")) {
      int hidden = name.equals("quick") ? 2 : 24;
      Perceptron net = Perceptron.learn(training, hidden, STATES.size(), 7);
      net.write(folder.resolve(files.get(name)), training);
      out.printf(
          Locale.ROOT,
          "  %-8s %2d hidden units, %.1f %% of %d unseen windows right%n",
          name,
          hidden,
          100 * net.accuracy(unseen),
          unseen.size());
    }
    record(folder.resolve("wrist.csv"));

    out.println("A node on a Raspberry Pi Zero 2 W (modelled) watches six hours, simulated:");
    List<Alert> alerts = new ArrayList<>();
    NodeSummary summary =
        Play.run(
            pipeline,
            new NodeListener() {
              @Override
              public void alerted(Alert alert) {
                alerts.add(alert);
                String what = alert.state() == Alert.State.RAISED ? "raised" : "cleared";
                out.printf(
                    Locale.ROOT,
                    "  %s  %s %s, score %.2f; the wearer's state is %s%n",
                    clock(minute(alert)),
                    alert.label(),
                    what,
                    alert.score(),
                    stateAt(minute(alert)));
              }
            },
            out);
    out.println();
    out.print(summary.text());
    BatteryLimit battery = pipeline.budget().budgets().battery().orElseThrow();
    double cellJ = battery.capacityMilliJ() / 1e3;
    double reserveJ = battery.reserveMilliJ() / 1e3;
    double leastJ = summary.energy().batteryLeastMilliJ().orElse(0) / 1e3;
    out.printf(
        Locale.ROOT,
        "cell        %.0f J of %.0f J used, %.0f J may be; the idle board takes all but %.2f J (modelled)%n",
        cellJ - leastJ,
        cellJ,
        cellJ - reserveJ,
        summary.energy().spentMilliJ() / 1e3);
    return judge(alerts, summary, leastJ - reserveJ);
  }

  private static List<String> judge(List<Alert> alerts, NodeSummary summary, double spareJ) {
    List<String> failures = new ArrayList<>();
    List<State> raisedDuring =
        alerts.stream()
            .filter(a -> a.state() == Alert.State.RAISED)
            .map(a -> stateAt(minute(a)))
            .toList();
    if (!raisedDuring.equals(List.of(State.TACHYCARDIA, State.TACHYCARDIA))) {
      failures.add("alerts should come in the two spells, and came during " + raisedDuring);
    }
    if (spareJ < 0) {
      failures.add("the reserve of the cell was touched by " + -spareJ + " J");
    }
    if (summary.secondsAsked() == 0 || summary.secondsAsked() > summary.windows() / 2) {
      failures.add("the careful network was asked " + summary.secondsAsked() + " times");
    }
    return failures;
  }

  /** Windows of all states, as the pipeline cuts them and works out their features. */
  private static List<Perceptron.Sample> examples(Pipeline pipeline, long seed) {
    FeatureExtractor features =
        FeatureExtractor.of(pipeline.features(), FORMAT, LENGTH, Quantization.NONE);
    List<Perceptron.Sample> samples = new ArrayList<>();
    float[] window = new float[LENGTH * FORMAT.width()];
    float[] one = new float[FORMAT.width()];
    for (int n = 0; n < EXAMPLES; n++) {
      int label = n % STATES.size();
      State state = STATES.get(label);
      Wearer wearer = new Wearer(seed * 1_000_003 + n, state);
      for (int i = 0; i < LENGTH; i++) {
        wearer.next(one);
        System.arraycopy(one, 0, window, i * one.length, one.length);
      }
      float[] out = new float[features.length()];
      features.extract(window, out, 0);
      samples.add(new Perceptron.Sample(out, label));
    }
    return samples;
  }

  private static void record(Path file) throws IOException {
    Wearer wearer = new Wearer(20, STORY.getFirst().state());
    float[] sample = new float[FORMAT.width()];
    try (BufferedWriter csv = Files.newBufferedWriter(file)) {
      csv.write("pulse[1],acceleration[m/s2]\n");
      for (Act act : STORY) {
        wearer.change(act.state());
        for (int i = 0; i < act.minutes() * 60 * Wearer.RATE_HZ; i++) {
          wearer.next(sample);
          csv.append(Float.toString(sample[0])).append(',');
          csv.append(Float.toString(sample[1])).append('\n');
        }
      }
    }
  }

  /** When the alert's window was whole. */
  private static double minute(Alert alert) {
    return (LENGTH + alert.windowIndex() * HOP) / (60.0 * Wearer.RATE_HZ);
  }

  private static State stateAt(double minute) {
    double end = 0;
    for (Act act : STORY) {
      end += act.minutes();
      if (minute < end) {
        return act.state();
      }
    }
    return STORY.getLast().state();
  }

  private static String clock(double minute) {
    return String.format(Locale.ROOT, "%d:%02d h", (int) minute / 60, (int) minute % 60);
  }
}
