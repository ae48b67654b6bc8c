package io.millrace.rig.power.judge;

import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.PowerLimit;
import io.millrace.rig.power.sim.Outcomes;
import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.EnergyLog;
import io.millrace.rig.power.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Holds a run against every limit of its budgets. */
public final class Judge {
  private Judge() {}

  /** All limits that {@code settings} sets. */
  public static List<Check> judge(AdmissionSettings settings, World world, Outcomes outcomes) {
    List<Check> checks = new ArrayList<>(judge(settings.budgets(), world));
    settings.budgets().battery().ifPresent(limit -> floor(limit, world, outcomes, checks));
    if (settings.deadlineNs() != AdmissionSettings.NO_DEADLINE) {
      checks.add(deadline(settings.deadlineNs(), outcomes));
    }
    return checks;
  }

  /** What can be seen without windows. */
  public static List<Check> judge(BudgetSettings budgets, World world) {
    List<Check> checks = new ArrayList<>();
    for (PowerLimit limit : budgets.power()) {
      SlidingAverage.Highest highest = SlidingAverage.of(world.log(), limit.windowNs());
      checks.add(
          new Check(
              "average over " + span(limit.windowNs()),
              limit.milliW(),
              highest.milliW(),
              "mW",
              highest.fromNs(),
              false));
    }
    budgets.peakMilliW().ifPresent(limit -> checks.add(peak(limit, world.log())));
    budgets.battery().ifPresent(limit -> battery(limit, world, checks));
    budgets
        .heat()
        .ifPresent(heat ->
            checks.add(
                new Check(
                    "temperature",
                    heat.limitCelsius(),
                    world.body().hottestCelsius(),
                    "C",
                    world.body().hottestAtNs(),
                    false)));
    budgets.uplink().ifPresent(limit -> checks.add(uplink(limit.bytesPerDay(), world)));
    return checks;
  }

  /** What a meter saw, and when answers came: averages and deadline; the rest was not measured. */
  public static List<Check> measured(AdmissionSettings settings, EnergyLog log, Outcomes outcomes) {
    List<Check> checks = new ArrayList<>();
    for (PowerLimit limit : log.size() == 0 ? List.<PowerLimit>of() : settings.budgets().power()) {
      // nothing is known beyond the log: its own average where it is shorter
      long window = Math.min(limit.windowNs(), Math.max(1, log.endNs() - log.startNs()));
      SlidingAverage.Highest highest = SlidingAverage.of(log, window);
      checks.add(
          new Check(
              "measured average over " + span(window),
              limit.milliW(),
              highest.milliW(),
              "mW",
              highest.fromNs(),
              false));
    }
    if (settings.deadlineNs() != AdmissionSettings.NO_DEADLINE) {
      checks.add(deadline(settings.deadlineNs(), outcomes));
    }
    return checks;
  }

  private static Check peak(double limit, EnergyLog log) {
    double most = 0;
    long at = 0;
    for (int i = 0; i < log.size(); i++) {
      if (log.milliW(i) > most) {
        most = log.milliW(i);
        at = log.fromNs(i);
      }
    }
    return new Check("peak", limit, most, "mW", at, false);
  }

  private static void battery(BatteryLimit limit, World world, List<Check> checks) {
    Battery battery = world.battery().orElseThrow();
    checks.add(
        new Check(
            "battery reserve",
            limit.reserveMilliJ() / 1e3,
            battery.leastMilliJ() / 1e3,
            "J",
            battery.leastAtNs(),
            true));
    long leftNs = limit.lastNs() - world.nanoTime();
    if (!limit.rolling() && leftNs > 0) {
      // the run ends before the battery may: then at rest it must last the rest of the time
      double needed = limit.reserveMilliJ() + world.board().restMilliW() * (leftNs / 1e9);
      checks.add(
          new Check(
              "battery lasts the rest",
              needed / 1e3,
              battery.milliJ() / 1e3,
              "J",
              world.nanoTime(),
              true));
    }
  }

  /** With a floor to be kept from every moment on, no answer may go below it. */
  private static void floor(
      BatteryLimit limit, World world, Outcomes outcomes, List<Check> checks) {
    if (!limit.rolling()) {
      return;
    }
    double floor = limit.reserveMilliJ() + world.board().restMilliW() * (limit.lastNs() / 1e9);
    double least = Double.POSITIVE_INFINITY;
    long at = 0;
    for (int w = 0; w < outcomes.windows().count(); w++) {
      if (outcomes.answeredNs(w) != Outcomes.NONE && outcomes.batteryMilliJ(w) < least) {
        least = outcomes.batteryMilliJ(w);
        at = outcomes.answeredNs(w);
      }
    }
    if (!Double.isInfinite(least)) {
      checks.add(
          new Check(
              "battery after answers, " + span(limit.lastNs()) + " of rest left",
              floor / 1e3,
              least / 1e3,
              "J",
              at,
              true));
    }
  }

  private static Check uplink(long limit, World world) {
    long[] days = world.sentOfDay();
    int busiest = 0;
    for (int d = 1; d < days.length; d++) {
      busiest = days[d] > days[busiest] ? d : busiest;
    }
    return new Check(
        "uplink of a day", limit, days[busiest], "B", busiest * 86_400_000_000_000L, false);
  }

  private static Check deadline(long limitNs, Outcomes outcomes) {
    long latest = 0;
    long at = 0;
    for (int w = 0; w < outcomes.windows().count(); w++) {
      long took = outcomes.answeredNs(w) - outcomes.windows().atNs()[w];
      if (outcomes.answeredNs(w) != Outcomes.NONE && took > latest) {
        latest = took;
        at = outcomes.answeredNs(w);
      }
    }
    return new Check("deadline", limitNs / 1e6, latest / 1e6, "ms", at, false);
  }

  /** A span in words: {@code 5 min}. */
  public static String span(long ns) {
    String[] units = {"d", "h", "min", "s", "ms"};
    double[] sizes = {8.64e13, 3.6e12, 6e10, 1e9, 1e6};
    for (int i = 0; i < units.length; i++) {
      if (ns >= sizes[i]) {
        String number = String.format(Locale.ROOT, "%.1f", ns / sizes[i]).replace(".0", "");
        return number + " " + units[i];
      }
    }
    return ns + " ns";
  }
}
