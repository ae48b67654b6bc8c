package io.millrace.rig.power.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.split.SplitModel;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.engine.Executor;
import io.millrace.node.admission.AdmissionController;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.budget.Instruments;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.StatesOpener;
import io.millrace.node.rule.Answer;
import io.millrace.program.Program;
import io.millrace.rig.power.scenario.ScenarioFile;
import io.millrace.sensors.clock.Clock;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that is cut in two, by the real node and client, at a stand-in for a server. */
class SplitPlanTest {
  @TempDir Path folder;

  private Setup setup(String server, String input) throws Exception {
    Files.writeString(
        folder.resolve("split.yaml"),
        """
        name: split
        pipeline: split.pipeline.yaml
        duration: 1 s
        windows: [{every: 80 ms}]
        """);
    Files.writeString(
        folder.resolve("split.pipeline.yaml"),
        """
        node: split
        board: rpi4b
        sensor: {replay: recording.csv, format: csv, rate: 1 Hz}
        window: {length: 1 sample}
        model: {file: bearing-board-int8.onnx, energy: 1 J, time: 10 ms}
        cloud:
          server: %s
          model: whole
          input: {name: features, shape: [1, 320]}
          outputs: [{name: classes, elements: 5}]
          encoding: binary
        ladder:
          - plan: cut
            front: front.mill
            tail:
              model: rest
              input: %s
              outputs: [{name: classes, elements: 5}]
          - board
        budget: {waiting: 100}
        """
            .formatted(server, input));
    return Setup.of(ScenarioFile.read(folder.resolve("split.yaml")), folder);
  }

  private static String form(Value v) {
    return "{name: %s, shape: %s, type: int8, scale: %s, zero-point: %d}"
        .formatted(v.name(), v.shape(), v.quantization().scale(0), v.quantization().zeroPoint(0));
  }

  /** Keeps what came out, and what the whole network says to the same. */
  private static final class Compared implements NodeListener {
    private final Executor whole;
    private final List<float[]> answers = new ArrayList<>();
    private final List<float[]> expected = new ArrayList<>();

    private Compared(Executor whole) {
      this.whole = whole;
    }

    @Override
    public void answered(Answer answer, long latencyNs) {
      ValueLayout.OfFloat f32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
      for (int i = 0; i < answer.features().length; i++) {
        whole.input(0).setAtIndex(f32, i, answer.features()[i]);
      }
      whole.run();
      expected.add(whole.output(0).toArray(f32));
      answers.add(answer.outputs().getFirst().clone());
    }
  }

  private static final class Nowhere implements AlertSink {
    @Override
    public void accept(Alert alert) {}

    @Override
    public void close() {}
  }

  @Test
  void shouldAnswerAsTheWholeNetworkToTheByte() throws Exception {
    Setup known = setup("http://127.0.0.1:1", "{name: input_q, shape: [1], type: int8, scale: 1}");
    DeviceProfile board = known.pipeline().board();
    Path model = known.pipeline().model().file();
    Program whole = known.programs().get(model);
    SplitModel split = SplitModel.read(model);
    int compared = 0;
    for (Value cut : split.activations()) {
      Program tail =
          ModelCompiler.compile(split.at(cut, board).tail(), board, Budget.UNLIMITED).program();
      try (TailServer server = new TailServer("rest", tail);
          Executor oracle = Executor.load(whole)) {
        Setup setup = setup(server.uri(), form(cut));
        Compared listener = new Compared(oracle);
        NodeSummary summary = run(setup, listener);
        assertEquals(summary.windows(), summary.answeredByCloud(), summary.text());
        assertEquals(server.answered(), listener.answers.size());
        for (int i = 0; i < listener.answers.size(); i++) {
          assertArrayEquals(bits(listener.expected.get(i)), bits(listener.answers.get(i)));
          compared++;
        }
      }
    }
    assertTrue(compared >= 80, compared + " answers");
  }

  private static NodeSummary run(Setup setup, NodeListener listener) throws Exception {
    List<Exception> errors = new ArrayList<>();
    Clock clock = Clock.system();
    Node.Parts parts =
        new Node.Parts(
            clock,
            (file, arena) -> setup.programs().get(file),
            Executor::load,
            new Nowhere(),
            config -> OipCloudInference.open(config, clock),
            Instruments.NONE,
            StatesOpener.NONE,
            AdmissionController::new,
            listener,
            errors::add);
    try (Node node = Node.open(Simulation.withSensor(setup.pipeline(), setup.sensor()), parts)) {
      NodeSummary summary = node.run();
      assertEquals(List.of(), errors);
      return summary;
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void shouldSayWhereANetworkCannotBeCut() {
    PipelineException e =
        assertThrows(
            PipelineException.class,
            () -> setup("http://127.0.0.1:1", "{name: nowhere, shape: [1], type: int8, scale: 1}"));
    assertTrue(e.getMessage().contains("cannot be cut at 'nowhere'"), e.getMessage());
  }

  @Test
  void shouldTakeItsShareOfWhatIsStated() throws Exception {
    Setup first = setup("http://127.0.0.1:1", "{name: input_q, shape: [1], type: int8, scale: 1}");
    Setup late = setup("http://127.0.0.1:1", "{name: scores_q, shape: [1], type: int8, scale: 1}");
    assertTrue(first.plans().getFirst().board().energyNanoJ() < 10_000_000, "1 % of 1 J");
    assertTrue(late.plans().getFirst().board().energyNanoJ() > 900_000_000, "nearly all of it");
    assertTrue(late.plans().getFirst().board().energyNanoJ() <= 1_000_000_000);
  }
}
