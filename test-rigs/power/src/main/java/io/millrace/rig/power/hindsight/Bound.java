package io.millrace.rig.power.hindsight;

import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.PowerLimit;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.sim.Windows;
import io.millrace.rig.power.world.Battery;
import java.util.ArrayList;
import java.util.List;
import org.hipparchus.exception.MathIllegalStateException;
import org.hipparchus.optim.LocalizedOptimFormats;
import org.hipparchus.optim.MaxIter;
import org.hipparchus.optim.linear.LinearConstraint;
import org.hipparchus.optim.linear.LinearConstraintSet;
import org.hipparchus.optim.linear.LinearObjectiveFunction;
import org.hipparchus.optim.linear.NonNegativeConstraint;
import org.hipparchus.optim.linear.PivotSelectionRule;
import org.hipparchus.optim.linear.Relationship;
import org.hipparchus.optim.linear.SimplexSolver;
import org.hipparchus.optim.nonlinear.scalar.GoalType;

/**
 * The most windows that can be answered within all limits, from above.
 *
 * <p>Time is cut into blocks of length L, a multiple of every span over which power is averaged.
 * Unknown is how many windows each way answers in each block, {@code x[k][p] >= 0}, counted where
 * they end, and what is in the battery at the end of each block, {@code b[k]}. Every schedule that
 * keeps the limits, counted so, fulfils all of these rows:
 *
 * <ol>
 *   <li><b>Windows.</b> In a block no more are answered than are alive (whole, and before their
 *       deadline) at some time of it; by the end of a block no more than have come; by the cloud no
 *       more than are alive at some time while the link works.
 *   <li><b>Average power.</b> A block is made of L / W spans that do not overlap, none of which
 *       takes more than {@code (limit - rest) x W} above the rest. Of the answers that end in the
 *       block, only the first can have begun before it (one is worked on at a time) and only the
 *       last can have a tail that reaches beyond it: the row allows two dearest answers more.
 *   <li><b>Battery.</b> {@code b[k] <= b[k-1] + sun[k] - rest x L - energy of x[k]}, with all of
 *       the sun, whether it finds room in the block or not; {@code b[k] <= capacity}; {@code b[k]
 *       >= reserve}. Over a row of blocks, what reaches across their bounds cancels but for the
 *       first and the last answer: start and capacity are two dearest answers larger. Where a limit
 *       wants a floor left after each answer, that is asked for at the last answer alone: {@code
 *       b[K] >= floor - rest x L} in its block K, nothing answered behind it; the bound is the best
 *       over all K.
 *   <li><b>Bytes.</b> Calls that end on a day, times what one sends, are at most the whole limit
 *       (alerts are taken to send nothing) and one call more across midnight.
 *   <li><b>Peak.</b> A way whose own power breaks the peak is out.
 * </ol>
 *
 * <p>An answer costs what it must at the least: its true energy, and for a call its share of
 * wake-up and tail in the longest row of calls that can share them ({@link Way}). Heat is left out,
 * which can only raise the bound.
 */
public final class Bound {
  private static final long DAY_NS = 86_400_000_000_000L;
  private static final int BLOCKS = 60;

  /**
   * The bound.
   *
   * @param answers no schedule answers more
   * @param blockNs length of a block
   * @param blocks how many
   * @param energyMilliJ least energy of an answer, by plan
   */
  public record Result(double answers, long blockNs, int blocks, List<Double> energyMilliJ) {
    /** What share of it {@code count} answers are. */
    public double share(int count) {
      return answers <= 0 ? 1 : count / answers;
    }
  }

  private final Setup setup;
  private final AdmissionSettings settings;
  private final BudgetSettings budgets;
  private final long durationNs;
  private final long blockNs;
  private final int blocks;
  private final List<Way> ways = new ArrayList<>();
  private final double restMilliW;
  private final List<LinearConstraint> rows = new ArrayList<>();
  private int unknowns;
  private int batteryAt = -1;
  private final int[] comeUntil;

  private Bound(Setup setup) {
    this.setup = setup;
    settings = setup.pipeline().budget();
    budgets = settings.budgets();
    durationNs = setup.scenario().durationNs();
    restMilliW = setup.board().restMilliW();
    long base = 1_000_000_000L;
    for (PowerLimit limit : budgets.power()) {
      base = lcm(base, limit.windowNs());
    }
    if (budgets.uplink().isPresent()) {
      // whole blocks in a day, if that is possible
      base = DAY_NS % base == 0 ? base : lcm(base, DAY_NS);
    }
    long wanted = Math.max(1, Math.ceilDiv(Math.ceilDiv(durationNs, BLOCKS), base));
    while (budgets.uplink().isPresent() && DAY_NS % base == 0 && DAY_NS / base % wanted != 0) {
      wanted++;
    }
    blockNs = wanted * base;
    blocks = (int) Math.ceilDiv(durationNs, blockNs);
    comeUntil = new int[blocks];
    for (Setup.PlanCost plan : setup.plans()) {
      Way.of(setup, plan).filter(this::withinPeak).ifPresent(ways::add);
    }
  }

  /** Works it out. */
  public static Result of(Setup setup) {
    return new Bound(setup).solve();
  }

  private static long lcm(long a, long b) {
    long x = a;
    long y = b;
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return a / x * b;
  }

  private boolean withinPeak(Way way) {
    return budgets.peakMilliW().isEmpty()
        || restMilliW + way.leastMilliW() <= budgets.peakMilliW().getAsDouble();
  }

  private Result solve() {
    if (ways.isEmpty()) {
      return new Result(0, blockNs, blocks, List.of());
    }
    unknowns = blocks * ways.size();
    if (budgets.battery().isPresent() && setup.scenario().battery().isPresent()) {
      batteryAt = unknowns;
      unknowns += blocks;
    }
    windows();
    power();
    if (batteryAt >= 0) {
      battery(budgets.battery().get(), setup.scenario().battery().get());
    }
    budgets.uplink().ifPresent(u -> bytes(u.bytesPerDay()));
    boolean floor = batteryAt >= 0 && budgets.battery().get().rolling();
    double best = floor ? bestAboveFloor() : most(List.of());
    return new Result(
        Math.floor(best * (1 + 1e-6) + 1e-6),
        blockNs,
        blocks,
        ways.stream().map(w -> w.nanoJ() / 1e6).toList());
  }

  /** The best over all blocks in which the last answer may be. */
  private double bestAboveFloor() {
    BatteryLimit limit = budgets.battery().get();
    double restOfBlock = restMilliW * (blockNs / 1e9);
    double floor = limit.reserveMilliJ() + restMilliW * (limit.lastNs() / 1e9);
    double best = 0;
    for (int last = blocks - 1; last >= 0 && comeUntil[last] > best; last--) {
      List<LinearConstraint> more = new ArrayList<>();
      double[] level = new double[unknowns];
      level[batteryAt + last] = 1;
      more.add(new LinearConstraint(level, Relationship.GEQ, floor - restOfBlock));
      if (last < blocks - 1) {
        double[] none = new double[unknowns];
        for (int i = x(last + 1, 0); i < blocks * ways.size(); i++) {
          none[i] = 1;
        }
        more.add(new LinearConstraint(none, Relationship.LEQ, 0));
      }
      best = Math.max(best, most(more));
    }
    return best;
  }

  /** The most answers; 0 if all rows together cannot be kept. */
  private double most(List<LinearConstraint> more) {
    double[] objective = new double[unknowns];
    for (int i = 0; i < blocks * ways.size(); i++) {
      objective[i] = 1;
    }
    List<LinearConstraint> all = new ArrayList<>(rows);
    all.addAll(more);
    try {
      return new SimplexSolver(1e-7)
          .optimize(
              new MaxIter(200_000),
              new LinearObjectiveFunction(objective, 0),
              new LinearConstraintSet(all),
              GoalType.MAXIMIZE,
              new NonNegativeConstraint(true),
              PivotSelectionRule.DANTZIG)
          .getValue();
    } catch (MathIllegalStateException e) {
      if (e.getSpecifier() == LocalizedOptimFormats.NO_FEASIBLE_SOLUTION) {
        return 0;
      }
      throw e;
    }
  }

  private int x(int block, int way) {
    return block * ways.size() + way;
  }

  private void row(double[] coefficients, Relationship relation, double value) {
    rows.add(new LinearConstraint(coefficients, relation, value));
  }

  private double dearestNanoJ() {
    return ways.stream().mapToDouble(Way::aloneNanoJ).max().orElse(0);
  }

  // --- rows --------------------------------------------------------------------------------------

  private void windows() {
    Windows w = setup.windows();
    int[] alive = new int[blocks];
    int[] reachable = new int[blocks];
    int[] come = new int[blocks];
    for (int i = 0; i < w.count(); i++) {
      long from = w.atNs()[i];
      long until =
          settings.deadlineNs() == AdmissionSettings.NO_DEADLINE
              ? durationNs
              : Math.min(durationNs, from + settings.deadlineNs());
      int first = (int) (from / blockNs);
      int last = (int) Math.min(blocks - 1L, until / blockNs);
      come[first]++;
      for (int k = first; k <= last; k++) {
        alive[k]++;
        long start = Math.max(from, k * blockNs);
        long end = Math.min(until, (k + 1) * blockNs);
        reachable[k] += setup.scenario().link().deadThroughout(start, end) ? 0 : 1;
      }
    }
    int sum = 0;
    for (int k = 0; k < blocks; k++) {
      sum += come[k];
      comeUntil[k] = sum;
      double[] all = new double[unknowns];
      double[] cloud = new double[unknowns];
      boolean asks = false;
      double[] untilNow = new double[unknowns];
      for (int p = 0; p < ways.size(); p++) {
        all[x(k, p)] = 1;
        if (ways.get(p).cloud()) {
          cloud[x(k, p)] = 1;
          asks = true;
        }
        for (int j = 0; j <= k; j++) {
          untilNow[x(j, p)] = 1;
        }
      }
      row(all, Relationship.LEQ, alive[k]);
      if (asks && reachable[k] < alive[k]) {
        row(cloud, Relationship.LEQ, reachable[k]);
      }
      row(untilNow, Relationship.LEQ, sum);
    }
  }

  private void power() {
    for (PowerLimit limit : budgets.power()) {
      double capacity = Math.max(0, limit.milliW() - restMilliW) / 1e3 * blockNs;
      for (int k = 0; k < blocks; k++) {
        double[] row = new double[unknowns];
        for (int p = 0; p < ways.size(); p++) {
          row[x(k, p)] = ways.get(p).nanoJ() / 1e6;
        }
        row(row, Relationship.LEQ, (capacity + 2 * dearestNanoJ()) / 1e6);
      }
    }
  }

  private void battery(BatteryLimit limit, Battery.Settings truth) {
    double capacity = truth.capacityMilliJ();
    double restOfBlock = restMilliW * (blockNs / 1e9);
    double spare = 2 * dearestNanoJ() / 1e6;
    for (int k = 0; k < blocks; k++) {
      double sun = setup.scenario().sun().milliJ(k * blockNs, (k + 1) * blockNs);
      double[] flow = new double[unknowns];
      flow[batteryAt + k] = 1;
      if (k > 0) {
        flow[batteryAt + k - 1] = -1;
      }
      for (int p = 0; p < ways.size(); p++) {
        flow[x(k, p)] = ways.get(p).nanoJ() / 1e6;
      }
      double start = k == 0 ? truth.startMilliJ() + spare : 0;
      row(flow, Relationship.LEQ, start + sun - restOfBlock);
      double[] level = new double[unknowns];
      level[batteryAt + k] = 1;
      row(level, Relationship.LEQ, capacity + spare);
      row(level, Relationship.GEQ, limit.reserveMilliJ());
    }
    if (!limit.rolling() && limit.lastNs() > durationNs) {
      double[] end = new double[unknowns];
      end[batteryAt + blocks - 1] = 1;
      row(
          end,
          Relationship.GEQ,
          limit.reserveMilliJ() + restMilliW * ((limit.lastNs() - blocks * blockNs) / 1e9));
    }
  }

  private void bytes(long perDay) {
    for (long day = 0; day * DAY_NS < durationNs; day++) {
      double[] row = new double[unknowns];
      long sent = 0;
      for (int k = 0; k < blocks; k++) {
        boolean within = k * blockNs >= day * DAY_NS && (k + 1) * blockNs <= (day + 1) * DAY_NS;
        for (int p = 0; p < ways.size() && within; p++) {
          row[x(k, p)] = ways.get(p).sentBytes();
          sent = Math.max(sent, ways.get(p).sentBytes());
        }
      }
      if (sent > 0) {
        row(row, Relationship.LEQ, (double) perDay + sent);
      }
    }
  }
}
