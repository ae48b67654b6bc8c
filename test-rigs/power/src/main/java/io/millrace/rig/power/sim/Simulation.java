package io.millrace.rig.power.sim;

import io.millrace.engine.Executor;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.StatesOpener;
import io.millrace.rig.power.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Plays a scenario under a policy. */
public final class Simulation {
  private Simulation() {}

  /**
   * What came of it.
   *
   * @param policy who decided
   * @param setup what was played
   * @param world the truth
   * @param outcomes what became of the windows
   * @param summary what the node says of itself
   * @param alerts how many it sent
   * @param errors what it reported, at most 20
   */
  public record Run(
      Policy policy,
      Setup setup,
      World world,
      Outcomes outcomes,
      NodeSummary summary,
      long alerts,
      List<String> errors) {}

  /** Plays it to its end. */
  public static Run run(Setup setup, Policy policy) throws Exception {
    World world = setup.world();
    Outcomes outcomes = new Outcomes(setup.windows(), world);
    RadioAlerts alerts =
        new RadioAlerts(world, setup.scenario().link(), setup.pipeline().mqtt().isPresent());
    List<String> errors = new ArrayList<>();
    Deque<LocalCost> costs = new ArrayDeque<>(setup.loaded());
    long seed = setup.scenario().seed();
    int outputs = outputs(setup);
    Pipeline pipeline = withSensor(setup.pipeline(), setup.sensor());
    Node.Parts parts =
        new Node.Parts(
            world,
            (file, arena) -> setup.programs().get(file),
            program -> new TimedExecutor(Executor.load(program), world, costs.remove()),
            alerts,
            config -> new SimulatedCloud(config, outputs, world, setup.scenario().link(), seed + 2),
            new SimulatedInstruments(setup.scenario().instruments(), world, seed + 3),
            StatesOpener.NONE,
            policy.admission(),
            outcomes,
            e -> {
              if (errors.size() < 20) {
                errors.add(String.valueOf(e.getMessage()));
              }
            });
    NodeSummary summary;
    try (Node node = Node.open(pipeline, parts)) {
      summary = node.run();
    }
    world.pass(setup.scenario().durationNs() - world.nanoTime());
    return new Run(policy, setup, world, outcomes, summary, alerts.sent(), List.copyOf(errors));
  }

  private static int outputs(Setup setup) {
    var program = setup.programs().get(setup.pipeline().model().file());
    return Math.toIntExact(program.tensor(program.outputs().getFirst()).shape().elements());
  }

  static Pipeline withSensor(Pipeline p, WindowSensor.Source sensor) {
    return new Pipeline(
        p.node(),
        p.board(),
        sensor,
        p.window(),
        p.features(),
        p.model(),
        p.budget(),
        p.instruments(),
        p.rules(),
        p.mqtt(),
        p.cloud(),
        p.ladder(),
        p.updates());
  }
}
