package io.millrace.rig.power.play;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.pipeline.NodeSummary;
import io.millrace.rig.power.Shipped;
import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.scenario.ScenarioFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Better answers are given where the sun has nowhere else to go, and nowhere else. */
class LadderOnTheSunTest {
  @TempDir Path folder;

  private PowerRig.Result play(String clear, String every) throws Exception {
    Path file = Shipped.unpack("solar", folder);
    String text =
        Files.readString(file)
            .replaceAll("clear: \\[.*]", "clear: " + clear)
            .replace("every: 10 s", "every: " + every);
    Files.writeString(file, text);
    PowerRig.Result result = PowerRig.play(ScenarioFile.read(file), folder);
    assertTrue(result.own().checks().stream().noneMatch(Check::broken), result.own() + "");
    return result;
  }

  private static long answers(PowerRig.Result result, String plan) {
    return result.own().run().summary().byPlan().stream()
        .filter(p -> p.plan().equals(plan))
        .mapToLong(NodeSummary.PlanAnswers::answers)
        .sum();
  }

  @Test
  void shouldSpendOnBetterAnswersWhatAFullBatteryCannotKeep() throws Exception {
    PowerRig.Result sunny = play("100 %", "20 s");
    assertTrue(answers(sunny, "fine") > 3000, answers(sunny, "fine") + " better answers");
    double share = sunny.bound().orElseThrow().share(sunny.own().answers());
    assertTrue(share > 0.99, "and no window is lost for them: " + share);
  }

  @Test
  void shouldKeepForDullDaysWhatASunnyOneBrings() throws Exception {
    // rich for three days, then poor for seven: hindsight keeps it
    PowerRig.Result turning = play("[90 %, 90 %, 90 %, 8 %, 8 %, 8 %]", "20 s");
    double share = turning.bound().orElseThrow().share(turning.own().answers());
    assertTrue(share >= 0.9, share + " of hindsight");
    assertEquals(
        turning.own().answers(),
        answers(turning, "fine") + answers(turning, "board") + answers(turning, "cloud"));
  }
}
