package io.millrace.rig.power.hindsight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.judge.Judge;
import io.millrace.rig.power.scenario.ScenarioFile;
import io.millrace.rig.power.sim.Policy;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.sim.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundTest {
  @TempDir Path folder;

  private Setup setup(String world, String budget) throws Exception {
    Files.writeString(
        folder.resolve("small.yaml"),
        """
        name: small
        pipeline: small.pipeline.yaml
        duration: 1 h
        windows: [{every: 10 s}]
        """
            + world.indent(0));
    Files.writeString(
        folder.resolve("small.pipeline.yaml"),
        """
        node: small
        board: rpi4b
        sensor: {replay: recording.csv, format: csv, rate: 1 Hz}
        window: {length: 1 sample}
        model: {file: bearing-board-int8.onnx, energy: 1 J, time: 1500 ms}
        budget:
        """
            + budget.indent(2)
            + "  margin: 0 %\n");
    return Setup.of(ScenarioFile.read(folder.resolve("small.yaml")), folder);
  }

  @Test
  void shouldAnswerAllWhereNothingIsShort() throws Exception {
    Setup setup = setup("", "power: 10 W\nover: 1 min\ndeadline: 5 s");
    assertEquals(359, setup.windows().count());
    assertEquals(359, Bound.of(setup).answers());
  }

  @Test
  void shouldCountWhatAnAverageAllows() throws Exception {
    // 50 mW above rest are 180 J in an hour: 180 answers, and two for each block's bounds at most
    Bound.Result bound = Bound.of(setup("", "power: 2750 mW\nover: 10 min\ndeadline: 5 s"));
    assertTrue(bound.answers() >= 180, bound + "");
    assertTrue(bound.answers() <= 180 + 2 * bound.blocks(), bound + "");
  }

  @Test
  void shouldCountWhatABatteryAllows() throws Exception {
    // 9,720 J for rest, 100 J for answers
    Bound.Result bound =
        Bound.of(
            setup(
                "battery: {capacity: 9820 J}",
                "battery: {capacity: 9820 J, lasts: 1 h}\ndeadline: 5 s"));
    assertTrue(bound.answers() >= 100 && bound.answers() <= 103, bound + "");
  }

  @Test
  void shouldCountWhatTheSunBrings() throws Exception {
    // from midnight on: no sun in this hour; with the sun shifted to it, 1 W x 2 / pi x 1 h more
    String sun =
        "battery: {capacity: 9820 J}\nsun: {panel: 100 mW, rise: 0 h, set: 1 h, clear: 100 %}";
    Bound.Result bound =
        Bound.of(setup(sun, "battery: {capacity: 9820 J, lasts: 1 h}\ndeadline: 5 s"));
    double more = 0.1 * 3600 * 2 / Math.PI;
    assertTrue(bound.answers() >= 100 + Math.floor(more), bound + "");
    assertTrue(bound.answers() <= 104 + more, bound + "");
  }

  @Test
  void shouldAnswerNothingInAPeakThatTheBoardExceeds() throws Exception {
    assertEquals(0, Bound.of(setup("", "peak: 3 W\ndeadline: 5 s")).answers());
  }

  @Test
  void shouldAnswerNothingInADeadlineThatIsTooShort() throws Exception {
    // the pipeline itself would be refused: the board takes 1.5 s
    assertEquals(0, Bound.of(setup("", "deadline: 1 s")).answers());
  }

  /** No policy that kept every limit may be above the bound. */
  @Test
  void shouldBeAboveEveryRunThatKeptItsLimits() throws Exception {
    List<String> above = new ArrayList<>();
    int kept = 0;
    for (int milliW = 2710; milliW < 2900; milliW += 15) {
      Setup setup = setup("jitter: 30 %", "power: " + milliW + " mW\nover: 2 min\ndeadline: 20 s");
      Bound.Result bound = Bound.of(setup);
      for (Policy policy : List.of(Policy.MILLRACE, Policy.SIMPLE.getFirst())) {
        Simulation.Run run;
        try {
          run = Simulation.run(setup, policy);
        } catch (io.millrace.node.pipeline.PipelineException e) {
          continue; // nothing can be answered within so little
        }
        var settings = setup.pipeline().budget();
        int answers = run.outcomes().answersWithin(settings.deadlineNs());
        if (Judge.judge(settings, run.world(), run.outcomes()).stream().noneMatch(Check::broken)) {
          kept++;
          if (answers > bound.answers()) {
            above.add(policy.name() + " at " + milliW + ": " + answers + " above " + bound);
          }
        }
      }
    }
    assertEquals(List.of(), above);
    assertTrue(kept >= 10, kept + " runs");
  }
}
