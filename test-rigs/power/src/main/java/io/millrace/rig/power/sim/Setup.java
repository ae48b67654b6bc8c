package io.millrace.rig.power.sim;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.split.SplitModel;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.engine.Executor;
import io.millrace.examples.bearingwatch.BearingSimulator;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.feature.FeatureSettings;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.pipeline.PlanSettings;
import io.millrace.node.window.Span;
import io.millrace.node.window.WindowSettings;
import io.millrace.program.Program;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.Board;
import io.millrace.rig.power.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A scenario with all that its runs share: pipeline, compiled networks, windows.
 *
 * @param scenario what is played
 * @param pipeline the node's, its networks where they were unpacked
 * @param programs the networks, compiled for the pipeline's board
 * @param plans what each plan of the ladder takes by the node's figures, in the order of the ladder
 * @param loaded what each program takes, in the order in which a node loads them
 * @param windows what comes when
 * @param easy windows that the network is sure of
 * @param hard windows that it is least sure of
 */
public record Setup(
    Scenario scenario,
    Pipeline pipeline,
    Map<Path, Program> programs,
    List<PlanCost> plans,
    List<LocalCost> loaded,
    Windows windows,
    List<Vibrations.One> easy,
    List<Vibrations.One> hard) {
  /** How many stretches a run's plots have. */
  static final int SAMPLES = 480;

  /** Share of the example's windows that count as hard. */
  private static final double HARD = 0.25;

  /**
   * What a plan takes by the node's figures.
   *
   * @param board what the board works out
   * @param lanes cores that it works on
   * @param asksCloud whether it calls
   * @param sentBytes what a call sends; 0 for none
   */
  public record PlanCost(
      String name, LocalCost board, int lanes, boolean asksCloud, long sentBytes) {}

  /**
   * Reads the pipeline of {@code scenario} and compiles its networks.
   *
   * @param folder where networks of the bearing example are unpacked
   * @throws PipelineException if the pipeline cannot be used
   */
  public static Setup of(Scenario scenario, Path folder) throws Exception {
    Pipeline read = PipelineFile.read(scenario.pipeline());
    Map<Path, Program> programs = new HashMap<>();
    Path model = unpacked(read.model().file(), folder);
    Program own = compile(model, read.board(), programs);
    LocalCost ownCost = stated(read.model().energyNanoJ(), read.model().timeNs(), own);
    List<LocalCost> loaded = new ArrayList<>(List.of(ownCost));
    List<PlanCost> plans = new ArrayList<>();
    List<PlanSettings> ladder = new ArrayList<>();
    for (PlanSettings plan : read.ladder()) {
      switch (plan) {
        case PlanSettings.Board b -> {
          ladder.add(b);
          plans.add(new PlanCost(b.name(), ownCost, lanes(own), false, 0));
        }
        case PlanSettings.Program p -> {
          Path file = unpacked(p.file(), folder);
          Program program = compile(file, read.board(), programs);
          LocalCost cost = stated(p.energyNanoJ(), p.timeNs(), program);
          loaded.add(cost);
          ladder.add(
              new PlanSettings.Program(p.name(), file, p.energyNanoJ(), p.timeNs(), p.unsure()));
          plans.add(new PlanCost(p.name(), cost, lanes(program), false, 0));
        }
        case PlanSettings.Cloud c -> {
          ladder.add(c);
          long sent = SimulatedCloud.sentBytes(read.cloud().orElseThrow().client());
          plans.add(new PlanCost(c.name(), new LocalCost(0, 0), 1, true, sent));
        }
        case PlanSettings.Split s -> {
          Program front = front(s, model, read.board());
          LocalCost cost = inProportion(ownCost, front, own);
          programs.put(s.front(), front);
          loaded.add(cost);
          ladder.add(s);
          long sent = SimulatedCloud.sentBytes(s.tail());
          plans.add(new PlanCost(s.name(), cost, lanes(front), true, sent));
        }
      }
    }
    Windows windows = Windows.of(scenario);
    List<Vibrations.One> ordered = leastSureFirst(own);
    int hard = (int) Math.round(HARD * ordered.size());
    return new Setup(
        scenario,
        with(read.withModelFile(model), ladder),
        Map.copyOf(programs),
        List.copyOf(plans),
        List.copyOf(loaded),
        windows,
        List.copyOf(ordered.subList(hard, ordered.size())),
        List.copyOf(ordered.subList(0, hard)));
  }

  /** The same networks and budgets in another life. */
  public Setup playing(Scenario other) {
    return new Setup(other, pipeline, programs, plans, loaded, Windows.of(other), easy, hard);
  }

  private static int lanes(Program program) {
    return program.schedule().lanes().size();
  }

  private static LocalCost stated(OptionalLong energy, OptionalLong time, Program program) {
    LocalCost predicted = LocalCost.of(program);
    return new LocalCost(energy.orElse(predicted.energyNanoJ()), time.orElse(predicted.timeNs()));
  }

  /** The pipeline's network up to the activation that the plan's tail takes. */
  private static Program front(PlanSettings.Split plan, Path model, DeviceProfile board)
      throws Exception {
    SplitModel whole = SplitModel.read(model);
    String at = plan.tail().input().name();
    for (Value activation : whole.activations()) {
      if (activation.name().equals(at)) {
        return whole.at(activation, board).front().program();
      }
    }
    throw new PipelineException(
        "plan %s: network %s cannot be cut at '%s', which is the input of its tail; `millrace split %s` lists where it can"
            .formatted(plan.name(), model.getFileName(), at, model.getFileName()));
  }

  /** What a part takes of what its network is stated to take, as the node reckons it too. */
  private static LocalCost inProportion(LocalCost stated, Program part, Program whole) {
    LocalCost of = LocalCost.of(part);
    LocalCost all = LocalCost.of(whole);
    return new LocalCost(
        Math.round(stated.energyNanoJ() * (of.energyNanoJ() / (double) all.energyNanoJ())),
        Math.round(stated.timeNs() * (of.timeNs() / (double) all.timeNs())));
  }

  private static Program compile(Path file, DeviceProfile board, Map<Path, Program> programs)
      throws Exception {
    Program known = programs.get(file);
    if (known == null) {
      known = ModelCompiler.compile(file, board, Budget.UNLIMITED).program();
      programs.put(file, known);
    }
    return known;
  }

  /** A network of the bearing example, unless the file is there. */
  private static Path unpacked(Path file, Path folder) throws IOException {
    if (Files.exists(file)) {
      return file;
    }
    String name = file.getFileName().toString();
    Path target = folder.resolve(name);
    if (Files.exists(target)) {
      return target;
    }
    try (InputStream in = BearingSimulator.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(
            file + " is not there, and the bearing example has no network of that name");
      }
      Files.copy(in, target);
    }
    return target;
  }

  private static Pipeline with(Pipeline p, List<PlanSettings> ladder) {
    return new Pipeline(
        p.node(),
        p.board(),
        p.sensor(),
        new WindowSettings(Span.ofSamples(1), Span.ofSamples(1), WindowSettings.Gaps.DROP),
        List.of(new FeatureSettings.None()),
        p.model(),
        p.budget(),
        false,
        p.rules(),
        p.mqtt(),
        p.cloud(),
        ladder,
        java.util.Optional.empty());
  }

  /** The example's windows by how sure the network is of them. */
  private static List<Vibrations.One> leastSureFirst(Program program) throws Exception {
    record Scored(Vibrations.One window, float score) {}
    List<Scored> scored = new ArrayList<>();
    try (Executor executor = Executor.load(program)) {
      ValueLayout.OfFloat f32 =
          ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(java.nio.ByteOrder.LITTLE_ENDIAN);
      for (Vibrations.One window : Vibrations.all()) {
        for (int i = 0; i < window.features().length; i++) {
          executor.input(0).setAtIndex(f32, i, window.features()[i]);
        }
        executor.run();
        float best = 0;
        for (long i = 0; i < executor.output(0).byteSize() / Float.BYTES; i++) {
          best = Math.max(best, executor.output(0).getAtIndex(f32, i));
        }
        scored.add(new Scored(window, best));
      }
    }
    scored.sort(Comparator.comparingDouble(Scored::score));
    return scored.stream().map(Scored::window).toList();
  }

  /** What the node thinks the radio takes. */
  public RadioPrice modelledRadio() {
    return pipeline
        .cloud()
        .flatMap(Pipeline.Cloud::link)
        .orElseGet(() -> RadioPrice.of(pipeline.board()));
  }

  /** Bytes that it brings. */
  public long receivedBytes() {
    return SimulatedCloud.receivedBytes();
  }

  /** The board as it truly is. */
  public Board board() {
    return Board.of(pipeline.board(), modelledRadio(), scenario.errors());
  }

  /** A new world for one run. */
  World world() {
    return new World(
        board(),
        scenario.ambientCelsius(),
        scenario.wallOffsetMs(),
        scenario.battery().map(b -> new Battery(b, scenario.sun())),
        scenario.durationNs(),
        SAMPLES);
  }

  /** How the network's samples come to the node. */
  WindowSensor.Source sensor() {
    return new WindowSensor.Source(windows, easy, hard, scenario.seed() + 1);
  }
}
