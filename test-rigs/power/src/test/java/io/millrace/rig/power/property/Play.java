package io.millrace.rig.power.property;

import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.Plan;
import io.millrace.node.budget.PowerLimit;
import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.judge.Judge;
import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Lets somebody decide in a drawn life, carries it out in the world, and judges what was. */
final class Play {
  private final Life life;
  private final World world;
  private final Decider decider;
  private final ArrayDeque<Long> waiting = new ArrayDeque<>();
  private long latestNs;
  private int answers;

  /**
   * What came of it.
   *
   * @param checks every limit
   * @param answers how many windows were answered
   */
  record Outcome(List<Check> checks, int answers) {
    List<Check> broken() {
      return checks.stream().filter(Check::broken).toList();
    }
  }

  private Play(Life life, Decider decider) {
    this.life = life;
    this.decider = decider;
    world = life.world;
  }

  static Outcome of(Life life, Decider decider) {
    Play play = new Play(life, decider);
    play.all();
    return play.outcome();
  }

  private void all() {
    for (long arrival : life.arrivals) {
      world.pass(arrival - world.nanoTime());
      if (life.hasGauge) {
        world.battery().map(Battery::milliJ).ifPresent(m -> decider.gauge(world.nanoTime(), m));
      }
      for (int i = waiting.size(); i > 0; i--) {
        long completed = waiting.removeFirst();
        int plan = decider.decide(world.nanoTime(), completed, waiting.size(), true);
        if (!carriedOut(plan, completed)) {
          waiting.addLast(completed);
        }
      }
      int plan = decider.decide(world.nanoTime(), arrival, waiting.size(), false);
      if (!carriedOut(plan, arrival)) {
        waiting.addLast(arrival);
      }
    }
    long rest = life.radio.tailNs() + 1;
    for (PowerLimit limit : life.settings.budgets().power()) {
      rest = Math.max(rest, limit.windowNs());
    }
    world.pass(rest);
  }

  /** False if the window waits. */
  private boolean carriedOut(int plan, long completed) {
    if (plan < 0) {
      return plan == Decider.DROP;
    }
    Plan p = life.plans.get(plan);
    if (p.where() == Plan.Where.BOARD) {
      world.compute(p.cost().timeNs(), (double) p.cost().energyNanoJ());
      decider.ran(world.nanoTime());
    } else {
      // of a plan that splits the network, the front part
      world.compute(p.cost().timeNs(), (double) p.cost().energyNanoJ());
      call(plan, p);
    }
    answers++;
    latestNs = Math.max(latestNs, world.nanoTime() - completed);
    return true;
  }

  private void call(int plan, Plan p) {
    long start = world.nanoTime();
    long sent = p.link().orElseThrow().sentBytes();
    long received = p.link().orElseThrow().receivedBytes();
    world.wakeRadio();
    long left = p.expectedCloudNs() - (world.nanoTime() - start);
    world.send(sent, left / 4, 1);
    world.listen(left / 4);
    world.receive(received, left / 4);
    decider.called(plan, world.nanoTime(), sent, received, true);
  }

  private Outcome outcome() {
    List<Check> checks = new ArrayList<>(Judge.judge(life.settings.budgets(), world));
    if (life.settings.deadlineNs() != AdmissionSettings.NO_DEADLINE) {
      checks.add(new Check("deadline", life.settings.deadlineNs(), latestNs, "ns", 0, false));
    }
    return new Outcome(checks, answers);
  }
}
