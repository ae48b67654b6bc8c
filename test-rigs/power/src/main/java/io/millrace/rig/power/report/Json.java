package io.millrace.rig.power.report;

import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.play.PowerRig;
import io.millrace.rig.power.world.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** The same as JSON. Nothing in it depends on how long the run took. */
public final class Json {
  private Json() {}

  /** All figures of {@code result}. */
  public static String of(PowerRig.Result result) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    var scenario = result.setup().scenario();
    all.put("scenario", scenario.name());
    all.put("seed", scenario.seed());
    all.put("duration_s", scenario.durationNs() / 1e9);
    all.put("board", result.setup().pipeline().board().id());
    all.put("windows", result.setup().windows().count());
    all.put("provenance", "simulated");
    result
        .bound()
        .ifPresent(b -> {
          all.put("hindsight_at_most", b.answers());
          all.put("hindsight_block_s", b.blockNs() / 1e9);
        });
    List<Object> policies = new ArrayList<>();
    for (PowerRig.Judged j : result.policies()) {
      policies.add(policy(result, j));
    }
    all.put("policies", policies);
    all.put("broken", result.own().broken());
    return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(all) + "\n";
  }

  private static Map<String, Object> policy(PowerRig.Result result, PowerRig.Judged j) {
    Map<String, Object> one = new LinkedHashMap<>();
    World world = j.run().world();
    one.put("policy", j.run().policy().name());
    one.put("answers", j.answers());
    result.bound().ifPresent(b -> one.put("share_of_hindsight", b.share(j.answers())));
    Map<String, Object> byPlan = new LinkedHashMap<>();
    j.run().summary().byPlan().forEach(p -> byPlan.put(p.plan(), p.answers()));
    one.put("by_plan", byPlan);
    one.put("compute_j", world.computeNanoJ() / 1e9);
    one.put("radio_j", world.radioNanoJ() / 1e9);
    one.put("total_j", world.log().energyUntil(world.nanoTime()) / 1e9);
    one.put("alerts", j.run().alerts());
    one.put("errors", j.run().errors());
    List<Object> checks = new ArrayList<>();
    for (Check c : j.checks()) {
      Map<String, Object> check = new LinkedHashMap<>();
      check.put("limit", c.name());
      check.put("allowed", c.limit());
      check.put("worst", c.worst());
      check.put("unit", c.unit());
      check.put("at_s", c.atNs() / 1e9);
      check.put("at_least", c.atLeast());
      check.put("broken", c.broken());
      checks.add(check);
    }
    one.put("limits", checks);
    one.put("broken", j.broken());
    return one;
  }
}
