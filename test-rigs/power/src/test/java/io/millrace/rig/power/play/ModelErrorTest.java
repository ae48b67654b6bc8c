package io.millrace.rig.power.play;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.judge.Judge;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.scenario.Scenario.Meters;
import io.millrace.rig.power.sim.Policy;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.sim.Simulation;
import io.millrace.rig.power.world.Board;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole node, where every figure of its profile is wrong. */
class ModelErrorTest {
  private static final int RUNS = 200;
  private static final double ERROR = 0.2;

  private static final Meters METER = new Meters(true, 0.01, 0, false, false);

  @TempDir Path folder;

  /** Signs at random; each figure is as far off as it is said to be at most. */
  private static Board.Errors errors(SplittableRandom random) {
    double[] e = new double[5];
    for (int i = 0; i < e.length; i++) {
      e[i] = random.nextBoolean() ? ERROR : -ERROR;
    }
    return new Board.Errors(e[0], e[1], e[2], e[3], e[4]);
  }

  private List<String> broken(String margin, Meters meters, int runs, boolean worst)
      throws Exception {
    Scenario scenario = Uncertain.in(folder, margin);
    Setup shared = Setup.of(scenario, folder);
    SplittableRandom random = new SplittableRandom(2);
    List<String> broken = new ArrayList<>();
    long answers = 0;
    for (int i = 0; i < runs; i++) {
      Board.Errors errors = worst ? new Board.Errors(ERROR, ERROR, 0, ERROR, 0) : errors(random);
      Setup setup = shared.playing(scenario.with(errors, meters).withSeed(i));
      Simulation.Run run = Simulation.run(setup, Policy.MILLRACE);
      answers += run.outcomes().answersWithin(setup.pipeline().budget().deadlineNs());
      for (Check c : Judge.judge(setup.pipeline().budget(), run.world(), run.outcomes())) {
        if (c.broken()) {
          broken.add("run " + i + ": " + c + " with " + errors);
        }
      }
    }
    assertTrue(answers > 200L * runs, answers + " answers in " + runs + " runs");
    return broken;
  }

  @Test
  void shouldKeepAllLimitsByAMeter() throws Exception {
    assertEquals(List.of(), broken("20 %", METER, RUNS, false));
  }

  @Test
  void shouldKeepAllLimitsByItsMarginWithoutAMeter() throws Exception {
    assertEquals(List.of(), broken("20 %", Meters.NONE, RUNS, false));
  }

  @Test
  void shouldBeSeenToBreakThemWithNeither() throws Exception {
    assertTrue(!broken("0 %", Meters.NONE, 2, true).isEmpty(), "the judge sees a fifth more");
  }
}
