package io.millrace.rig.power.play;

import io.millrace.rig.power.hindsight.Bound;
import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.judge.Judge;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.sim.Policy;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.sim.Simulation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plays a scenario under each policy and judges every run. */
public final class PowerRig {
  private PowerRig() {}

  /**
   * One policy's run, judged.
   *
   * @param answers windows answered in time
   */
  public record Judged(Simulation.Run run, List<Check> checks, int answers) {
    /** Whether a limit was broken. */
    public boolean broken() {
      return checks.stream().anyMatch(Check::broken);
    }
  }

  /**
   * All runs of a scenario; the node's own first.
   *
   * @param bound what no schedule exceeds
   * @param tookMs how long all of it took
   */
  public record Result(
      Setup setup, List<Judged> policies, Optional<Bound.Result> bound, long tookMs) {
    /** The run under the node's own admission. */
    public Judged own() {
      return policies.getFirst();
    }
  }

  /**
   * Plays {@code scenario}.
   *
   * @param folder where networks are unpacked
   */
  public static Result play(Scenario scenario, Path folder) throws Exception {
    long start = System.nanoTime();
    Setup setup = Setup.of(scenario, folder);
    List<Judged> judged = new ArrayList<>();
    judged.add(judged(Simulation.run(setup, Policy.MILLRACE)));
    for (Policy policy : Policy.SIMPLE) {
      judged.add(judged(Simulation.run(setup, policy)));
    }

    Bound.Result bound = Bound.of(setup);
    return new Result(
        setup, List.copyOf(judged), Optional.of(bound), (System.nanoTime() - start) / 1_000_000);
  }

  static Judged judged(Simulation.Run run) {
    var settings = run.setup().pipeline().budget();
    return new Judged(
        run,
        Judge.judge(settings, run.world(), run.outcomes()),
        run.outcomes().answersWithin(settings.deadlineNs()));
  }
}
