package io.millrace.rig.power.play;

import io.millrace.rig.power.hindsight.Bound;
import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.scenario.Redraw;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.sim.Policy;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.sim.Simulation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Plays other lives of a scenario's kind under the node's own admission: whether the limits hold
 * and the share is reached where nobody looked before.
 */
public final class Seeds {
  private Seeds() {}

  /**
   * One life.
   *
   * @param windows how many came
   * @param answers how many were answered in time
   * @param share of the upper bound of hindsight
   * @param broken limits that were broken
   * @param errors what the node reported
   */
  public record Life(
      long seed, int windows, int answers, double share, List<Check> broken, List<String> errors) {}

  /**
   * Plays the lives of seeds {@code first} to {@code first + count - 1}.
   *
   * @param folder where networks are unpacked
   * @param each gets every life when it is over
   */
  public static List<Life> play(
      Scenario scenario, Path folder, long first, int count, Consumer<Life> each) throws Exception {
    Setup shared = Setup.of(scenario, folder);
    List<Life> lives = new ArrayList<>();
    for (long seed = first; seed < first + count; seed++) {
      Setup setup = shared.playing(Redraw.of(scenario, seed));
      PowerRig.Judged judged = PowerRig.judged(Simulation.run(setup, Policy.MILLRACE));
      Life life =
          new Life(
              seed,
              setup.windows().count(),
              judged.answers(),
              Bound.of(setup).share(judged.answers()),
              judged.checks().stream().filter(Check::broken).toList(),
              judged.run().errors());
      each.accept(life);
      lives.add(life);
    }
    return List.copyOf(lives);
  }

  /** The share that {@code rank} of all lives do not exceed: 0 the least, 0.5 the median. */
  public static double share(List<Life> lives, double rank) {
    double[] shares = lives.stream().mapToDouble(Life::share).sorted().toArray();
    return shares[(int) Math.round(rank * (shares.length - 1))];
  }
}
