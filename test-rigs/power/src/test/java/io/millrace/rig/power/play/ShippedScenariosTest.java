package io.millrace.rig.power.play;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.rig.power.Shipped;
import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.scenario.ScenarioFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the rig is for: the node keeps every limit, and answers nine tenths of what can be had. */
class ShippedScenariosTest {
  private static final double TARGET = 0.9;

  @TempDir Path folder;

  private void assertHolds(String name) throws Exception {
    PowerRig.Result result = PowerRig.play(ScenarioFile.read(Shipped.unpack(name, folder)), folder);
    List<Check> broken = result.own().checks().stream().filter(Check::broken).toList();
    assertEquals(List.of(), broken);
    assertTrue(result.own().checks().size() >= 2, "limits are judged: " + result.own().checks());
    assertEquals(List.of(), result.own().run().errors());
    double share = result.bound().orElseThrow().share(result.own().answers());
    assertTrue(share >= TARGET && share <= 1, name + ": " + share + " of hindsight");
    for (PowerRig.Judged other : result.policies().subList(1, result.policies().size())) {
      assertTrue(
          other.broken() || other.answers() < result.own().answers(),
          () -> other.run().policy().name() + " breaks nothing and answers " + other.answers());
    }
  }

  /** Lives that nobody looked at when the scenarios were made; 20 of each are in the results. */
  @Test
  void shouldBreakNothingInOtherLives() throws Exception {
    for (String name : Shipped.NAMES) {
      List<Seeds.Life> lives =
          Seeds.play(ScenarioFile.read(Shipped.unpack(name, folder)), folder, 101, 2, life -> {});
      for (Seeds.Life life : lives) {
        assertEquals(List.of(), life.broken(), name);
        assertEquals(List.of(), life.errors(), name);
        assertTrue(life.share() > 0.8 && life.share() <= 1, name + ": " + life);
      }
      System.out.printf(
          Locale.ROOT,
          "report: %s, seeds 101 and 102: at least %.1f %% of hindsight%n",
          name,
          100 * Seeds.share(lives, 0));
    }
  }

  @Test
  void shouldHoldBehindAFuse() throws Exception {
    assertHolds("fuse");
  }

  @Test
  void shouldHoldOnTheSun() throws Exception {
    assertHolds("solar");
  }

  @Test
  void shouldHoldOnACoinSizedBattery() throws Exception {
    assertHolds("wearable");
  }

  @Test
  void shouldHoldOnMeteredLte() throws Exception {
    assertHolds("lte");
  }
}
