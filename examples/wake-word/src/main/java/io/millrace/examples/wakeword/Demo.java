package io.millrace.examples.wakeword;

import io.millrace.examples.kit.Desk;
import io.millrace.examples.kit.Perceptron;
import io.millrace.examples.kit.Play;
import io.millrace.examples.wakeword.Sounds.Kind;
import io.millrace.node.feature.FeatureExtractor;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.program.Quantization;
import io.millrace.sensors.SampleFormat;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Ten seconds of sound, two calls in it: {@code ./millrace example wake-word [--speech]}. */
public final class Demo implements Play.Example {
  /** A sound that begins after so many seconds. */
  private record Cue(double second, Kind kind) {}

  private static final List<Cue> STORY =
      List.of(
          new Cue(1.2, Kind.REVERSED),
          new Cue(2.7, Kind.CALL),
          new Cue(4.4, Kind.CHIRP),
          new Cue(5.6, Kind.FIRST_TONE_ALONE),
          new Cue(7.0, Kind.CALL),
          new Cue(8.6, Kind.OTHER_PAIR));
  private static final int SECONDS = 10;
  private static final int EXAMPLES = 2100;
  private static final int HIDDEN = 24;
  private static final long ARRIVAL_MS = 5000;
  private static final SampleFormat FORMAT =
      new SampleFormat(
          "sounds", List.of(new SampleFormat.Channel("sound", "1", 1)), Sounds.RATE_HZ);

  private final String pace;

  /** At {@code pace} {@code real} or {@code fast}. */
  Demo(String pace) {
    this.pace = pace;
  }

  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("--speech")) {
      Play.main("wake-word", new Speech(System.getenv("MILLRACE_MODELS"), "real"));
    } else if (args.length > 0) {
      System.err.println("usage: millrace example wake-word [--speech]");
      System.exit(2);
    } else {
      Play.main("wake-word", new Demo("real"));
    }
  }

  @Override
  public List<String> play(Path folder, PrintStream out) throws Exception {
    try (Desk desk = desk(folder, out)) {
      Pipeline pipeline =
          pipeline(folder, desk, "pipeline.yaml", "sounds.wav", "call-sign.onnx", pace);
      List<Perceptron.Sample> training = examples(pipeline, 1);
      Perceptron net = Perceptron.learn(training, HIDDEN, 2, 7);
      net.write(pipeline.model().file(), training);
      out.printf(
          Locale.ROOT,
          "A network has learnt a call sign of two tones; %.1f %% of %d unseen sounds right.%n",
          100 * net.accuracy(examples(pipeline, 2)),
          EXAMPLES);

      Sounds sounds = new Sounds(3);
      float[] recording = new float[SECONDS * Sounds.RATE_HZ];
      sounds.hiss(recording, 0.003);
      STORY.forEach(c -> sounds.add(c.kind(), recording, (int) (c.second() * Sounds.RATE_HZ)));
      Wav.write(folder.resolve("sounds.wav"), recording);
      out.println("A node listens for " + SECONDS + " s to generated sounds:");
      STORY.forEach(c -> out.printf(Locale.ROOT, "  %.1f s  %s%n", c.second(), c.kind()));
      return listen(pipeline, desk, out, STORY.stream().filter(c -> c.kind() == Kind.CALL).count());
    }
  }

  /** Somebody who prints the alerts that the broker hands on. */
  static Desk desk(Path folder, PrintStream out) throws Exception {
    return Desk.open(
        folder,
        "millrace/wake-word/alert/#",
        alert ->
            out.printf(
                Locale.ROOT,
                "  ALERT received: %s %s, score %.2f, window up to %.1f s%n",
                alert.label(),
                alert.state(),
                alert.score(),
                1 + alert.windowIndex() * 0.1));
  }

  static Pipeline pipeline(
      Path folder, Desk desk, String file, String recording, String model, String pace)
      throws Exception {
    return Play.pipeline(
        Demo.class,
        file,
        folder,
        Map.of(
            "recording",
            recording,
            "model",
            model,
            "broker",
            desk.uri().toString(),
            "outbox",
            "outbox",
            "pace",
            pace));
  }

  /** Runs the node; complains unless {@code calls} alerts were raised and cleared and arrived. */
  static List<String> listen(Pipeline pipeline, Desk desk, PrintStream out, long calls)
      throws Exception {
    NodeSummary summary = Play.run(pipeline, NodeListener.NONE, out);
    List<Desk.Received> received =
        desk.await(summary.alertsRaised() + summary.alertsCleared(), ARRIVAL_MS);
    out.println();
    out.print(summary.text());
    long raised = received.stream().filter(Desk.Received::raised).count();
    List<String> failures = new ArrayList<>();
    if (raised != calls) {
      failures.add("there were " + calls + " calls, and " + raised + " raised alerts arrived");
    }
    if (received.size() != summary.alertsRaised() + summary.alertsCleared()) {
      failures.add("of the alerts that the node accepted, some did not arrive");
    }
    return failures;
  }

  private static List<Perceptron.Sample> examples(Pipeline pipeline, long seed) {
    FeatureExtractor features =
        FeatureExtractor.of(pipeline.features(), FORMAT, Sounds.RATE_HZ, Quantization.NONE);
    Sounds sounds = new Sounds(seed);
    List<Perceptron.Sample> samples = new ArrayList<>();
    List<Kind> others = List.copyOf(EnumSet.complementOf(EnumSet.of(Kind.CALL)));
    for (int n = 0; n < EXAMPLES; n++) {
      // every third is a call, the others are anything else in turn
      Kind kind = n % 3 == 0 ? Kind.CALL : others.get(n % others.size());
      float[] out = new float[features.length()];
      features.extract(sounds.window(kind), out, 0);
      samples.add(new Perceptron.Sample(out, kind.label()));
    }
    return samples;
  }
}
