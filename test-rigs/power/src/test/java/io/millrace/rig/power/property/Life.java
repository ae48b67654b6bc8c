package io.millrace.rig.power.property;

import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.admission.Plan;
import io.millrace.node.budget.BatteryLimit;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.HeatLimit;
import io.millrace.node.budget.PowerLimit;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.rig.power.world.Battery;
import io.millrace.rig.power.world.Board;
import io.millrace.rig.power.world.Sun;
import io.millrace.rig.power.world.Timeline;
import io.millrace.rig.power.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * A short life of a board, drawn at random: the board, its limits, its plans, what comes when, and
 * when the cloud can be reached.
 */
final class Life {
  private static final double SECOND = 1e9;
  private static final long DAY_MS = 86_400_000L;

  final long seed;
  final World world;
  final Board board;
  final AdmissionSettings settings;
  RadioPrice radio;
  final List<Plan> plans = new ArrayList<>();
  final long[] arrivals;
  final boolean hasGauge;
  private final long[] linkTurns;

  /**
   * @param tail whether the radio listens on behind a call
   */
  Life(long seed, boolean tail) {
    this.seed = seed;
    SplittableRandom r = new SplittableRandom(seed);
    double idle = log(r, 1, 3000);
    double core = idle * log(r, 0.1, 20);
    double span = log(r, 0.5, 20);
    double perAnswer = log(r, 0.01, 1) * span;
    radio =
        new RadioPrice(
            Math.round(core * 0.005 * log(r, 0.05, 5) * 1e6),
            core * log(r, 0.001, 2),
            core * log(r, 0.001, 1),
            core * log(r, 0.05, 1),
            tail ? Math.round(log(r, 0.05, 5) * span * SECOND) : 0);
    draw(r, core, perAnswer);
    int n = 20 + r.nextInt(80);
    arrivals = new long[n];
    double every = span * log(r, 0.2, 2);
    long at = 0;
    for (int i = 0; i < n; i++) {
      at += Math.max(1, Math.round(-Math.log(1 - r.nextDouble()) * every * SECOND));
      arrivals[i] = at;
    }
    double horizon = at / SECOND + 10 * span;
    linkTurns = new long[8];
    long turn = 0;
    for (int i = 0; i < linkTurns.length; i++) {
      turn += Math.round(r.nextDouble() * horizon / 4 * SECOND);
      linkTurns[i] = turn;
    }
    double kelvinPerWatt = log(r, 1, 50);
    double joulePerKelvin = log(r, 0.1, 20) * span * core / 1e3;
    double ambient = 20 + 20 * r.nextDouble();
    board = new Board(idle, 0, 1, 1, radio, kelvinPerWatt, joulePerKelvin);
    double mean = core * perAnswer / every;
    List<PowerLimit> power = new ArrayList<>();
    int limits = r.nextInt(3);
    for (int i = 0; i < limits; i++) {
      double above = mean * log(r, 0.2, 1.2);
      long window = Math.round(span * log(r, 1, 20) * SECOND);
      power.add(
          new PowerLimit(
              idle + above,
              Math.max(1_000_000, window),
              r.nextBoolean()
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(
                      Math.max(1e-3, above * window / SECOND * (0.05 + 0.95 * r.nextDouble())))));
    }
    OptionalDouble peak =
        r.nextInt(3) == 0
            ? OptionalDouble.of(idle + core * log(r, 0.8, 3))
            : OptionalDouble.empty();
    hasGauge = r.nextBoolean();
    Optional<BatteryLimit> battery = Optional.empty();
    Optional<Battery> truth = Optional.empty();
    if (r.nextBoolean()) {
      double lasts = 2 * horizon + 30 * span;
      double capacity = idle * lasts * (1.02 + r.nextDouble()) + mean * horizon * r.nextDouble();
      double reserve = 0.01 * capacity * r.nextDouble();
      long last = Math.max(1_000_000_000L, Math.round(lasts * SECOND));
      battery = Optional.of(new BatteryLimit(capacity, capacity, reserve, last, false, 0));
      truth =
          Optional.of(
              new Battery(
                  new Battery.Settings(capacity, capacity, Double.POSITIVE_INFINITY, 1), Sun.NONE));
    }
    Optional<HeatLimit> heat = Optional.empty();
    if (r.nextBoolean()) {
      double rest = ambient + kelvinPerWatt * idle / 1e3;
      double limit = Math.min(149, rest + kelvinPerWatt * mean / 1e3 * log(r, 0.3, 2) + 1e-3);
      if (limit > rest) {
        heat = Optional.of(new HeatLimit(limit, ambient, kelvinPerWatt, joulePerKelvin));
      }
    }
    Optional<UplinkLimit> uplink =
        r.nextBoolean()
            ? Optional.of(new UplinkLimit(1000 + r.nextInt(20_000), 0, Optional.empty()))
            : Optional.empty();
    long deadline =
        r.nextInt(4) == 0
            ? AdmissionSettings.NO_DEADLINE
            : Math.round(log(r, 0.5, 20) * perAnswer * SECOND) + 1;
    settings =
        new AdmissionSettings(
            new BudgetSettings(
                power,
                peak,
                battery,
                heat,
                uplink,
                0,
                BudgetSettings.USUAL_METER_ERROR,
                BudgetSettings.USUAL_DISAGREEMENT),
            deadline,
            r.nextInt(5));
    Timeline wall = wall(r, arrivals);
    world =
        new World(board, Timeline.constant(ambient), wall, truth, Math.round(horizon * SECOND), 4);
  }

  /**
   * A wall clock that is right at first, as long as nobody sets it, and is then set by whatever
   * servers say, three days ahead or back at most; the true day is that of the world.
   */
  private static Timeline wall(SplittableRandom r, long[] arrivals) {
    int jumps = r.nextInt(6);
    long[] from = new long[1 + jumps];
    double[] off = new double[1 + jumps];
    for (int i = 1; i <= jumps; i++) {
      from[i] = Math.max(from[i - 1] + 1, arrivals[(arrivals.length - 1) * i / (jumps + 1)]);
      off[i] = r.nextBoolean() ? r.nextLong(-3 * DAY_MS, 3 * DAY_MS) : 0;
    }
    return new Timeline(from, off);
  }

  private void draw(SplittableRandom r, double core, double perAnswer) {
    int programs = 1 + r.nextInt(3);
    for (int i = 0; i < programs; i++) {
      double seconds = perAnswer / (1 << i);
      double milliJ = core * seconds * (0.6 + 0.4 * r.nextDouble());
      plans.add(
          Plan.board(
              "board" + i,
              new LocalCost(Math.round(milliJ * 1e6), Math.max(1, Math.round(seconds * SECOND))),
              core));
    }
    if (r.nextInt(3) > 0) {
      long sent = 50L + r.nextInt(1000);
      long received = 20L + r.nextInt(400);
      long call = World.WAKE_NS * 4 + Math.round(perAnswer * log(r, 0.1, 1) * SECOND);
      Plan.Link link =
          new Plan.Link() {
            @Override
            public boolean available() {
              return linkUp();
            }

            @Override
            public long sentBytes() {
              return sent;
            }

            @Override
            public long receivedBytes() {
              return received;
            }
          };
      double bytes = (sent * radio.txNanoJPerByte() + received * radio.rxNanoJPerByte()) / call;
      double wake = radio.wakeupNanoJ() / (double) World.WAKE_NS;
      // a moment of sending takes what its bytes take within a sixth of the call, or more
      double sending = Math.max(wake, bytes * 6) * 1e3 * (1 + r.nextDouble()) + radio.tailMilliW();
      radio =
          new RadioPrice(
              radio.wakeupNanoJ(),
              radio.txNanoJPerByte(),
              radio.rxNanoJPerByte(),
              radio.tailMilliW(),
              radio.tailNs(),
              sending);
      plans.add(r.nextInt(plans.size() + 1), Plan.cloud("cloud", link, 0, call));
      if (r.nextBoolean()) {
        split(r, core, perAnswer, link, call);
      }
    }
  }

  /** Part of the work here, and its activation sent instead of the input: fewer bytes. */
  private void split(
      SplittableRandom r, double core, double perAnswer, Plan.Link whole, long call) {
    double seconds = perAnswer * (0.05 + 0.6 * r.nextDouble());
    long frontNanoJ = Math.round(core * seconds * (0.6 + 0.4 * r.nextDouble()) * 1e6);
    long sent = Math.max(1, Math.round(whole.sentBytes() * (0.1 + 0.8 * r.nextDouble())));
    Plan.Link link =
        new Plan.Link() {
          @Override
          public boolean available() {
            return whole.available();
          }

          @Override
          public long sentBytes() {
            return sent;
          }

          @Override
          public long receivedBytes() {
            return whole.receivedBytes();
          }
        };
    plans.add(
        r.nextInt(plans.size() + 1),
        new Plan(
            "split",
            Plan.Where.SPLIT,
            new LocalCost(frontNanoJ, Math.max(1, Math.round(seconds * SECOND))),
            core,
            Optional.of(link),
            call,
            OptionalDouble.empty(),
            OptionalInt.empty()));
  }

  boolean linkUp() {
    int turns = 0;
    for (long turn : linkTurns) {
      turns += turn <= world.nanoTime() ? 1 : 0;
    }
    return turns % 2 == 0;
  }

  private static double log(SplittableRandom r, double least, double most) {
    return least * Math.pow(most / least, r.nextDouble());
  }
}
