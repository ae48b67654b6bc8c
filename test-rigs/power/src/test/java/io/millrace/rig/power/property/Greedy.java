package io.millrace.rig.power.property;

import io.millrace.node.admission.Plan;
import io.millrace.node.budget.Account;
import io.millrace.node.budget.AveragePower;
import io.millrace.node.budget.BatteryReserve;
import io.millrace.node.budget.Charge;
import io.millrace.node.budget.Heat;
import io.millrace.node.budget.PeakPower;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.budget.UplinkDay;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes the first plan that every account bears, with accounts that a test may exchange for broken
 * ones: what a fault in one of them does must be seen by the judge.
 */
final class Greedy implements Decider {
  final List<Account> accounts = new ArrayList<>();
  final Life life;
  RadioPrice price;
  boolean ignoresDeadline;
  private final Charge charge = new Charge();
  private long radioUsedNs = Long.MIN_VALUE / 4;

  /** With the node's own accounts. */
  Greedy(Life life) throws IOException {
    this.life = life;
    price = life.radio;
    double idle = life.board.idleMilliW();
    var budgets = life.settings.budgets();
    for (PowerLimit limit : budgets.power()) {
      double capacity = (limit.milliW() - idle) * limit.windowNs() / 1e9;
      accounts.add(
          new AveragePower(
              limit.milliW(), idle, limit.windowNs(), limit.burstMilliJ().orElse(capacity)));
    }
    if (budgets.peakMilliW().isPresent()) {
      accounts.add(new PeakPower(budgets.peakMilliW().getAsDouble(), idle));
    }
    budgets.battery().ifPresent(b -> accounts.add(new BatteryReserve(b, idle)));
    budgets.heat().ifPresent(h -> accounts.add(new Heat(h, idle, 0)));
    if (budgets.uplink().isPresent()) {
      accounts.add(new UplinkDay(budgets.uplink().get(), Optional.empty(), life.world));
    }
  }

  @Override
  public int decide(long nowNs, long completedNs, int waiting, boolean waitedBefore) {
    for (Account account : accounts) {
      if (account instanceof UplinkDay day) {
        renew(day);
      }
    }
    long left = life.settings.deadlineNs() - (nowNs - completedNs);
    for (int i = 0; i < life.plans.size(); i++) {
      Plan plan = life.plans.get(i);
      boolean cloud = plan.where() != Plan.Where.BOARD;
      if (cloud && !plan.link().orElseThrow().available()) {
        continue;
      }
      if (!ignoresDeadline && plan.cost().timeNs() + plan.expectedCloudNs() > left) {
        continue;
      }
      if (allowed(nowNs, charge(plan, nowNs))) {
        Charge taken = charge(plan, nowNs);
        accounts.forEach(a -> a.take(nowNs, taken));
        return i;
      }
    }
    boolean time = ignoresDeadline || left > 0;
    return time && (waitedBefore || waiting < life.settings.maxDeferred()) ? WAIT : DROP;
  }

  private static void renew(UplinkDay day) {
    try {
      day.renew();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e); // nothing is stored
    }
  }

  private Charge charge(Plan plan, long nowNs) {
    if (plan.where() == Plan.Where.BOARD) {
      return charge.of(plan.cost().energyNanoJ(), plan.addedMilliW(), 0);
    }
    Plan.Link link = plan.link().orElseThrow();
    long nanoJ =
        plan.cost().energyNanoJ()
            + price.energyNanoJ(
                link.sentBytes(),
                link.receivedBytes(),
                plan.expectedCloudNs(),
                nowNs - radioUsedNs);
    double added = Math.max(plan.addedMilliW(), price.peakMilliW());
    return charge.of(nanoJ, added, link.sentBytes());
  }

  private boolean allowed(long nowNs, Charge asked) {
    for (Account account : accounts) {
      if (!account.allows(nowNs, asked)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void ran(long nowNs) {
    accounts.forEach(a -> a.endedAt(nowNs, nowNs));
  }

  @Override
  public void called(int plan, long nowNs, long sent, long received, boolean answered) {
    radioUsedNs = nowNs;
    accounts.forEach(a -> a.endedAt(nowNs, nowNs + price.tailNs()));
  }

  @Override
  public void gauge(long nowNs, double milliJ) {
    for (Account account : accounts) {
      if (account instanceof BatteryReserve battery) {
        long tailNs = Math.max(0, radioUsedNs + price.tailNs() - nowNs);
        battery.observe(nowNs, milliJ, price.tailMilliW() * (tailNs / 1e9));
      }
    }
  }
}
