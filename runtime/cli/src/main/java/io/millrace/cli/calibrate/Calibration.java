package io.millrace.cli.calibrate;

import io.millrace.device.DeviceProfile;
import io.millrace.device.Figure;
import io.millrace.device.FrequencyStep;
import io.millrace.device.Provenance;
import io.millrace.engine.Executor;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.Work;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.power.PowerMeter;
import io.millrace.sensors.power.Thermometer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Measures what a profile says of a board, on one core and with the kernels that run there. Of each
 * kind of work a few shapes of real networks are run; the rate is all their work by all their time,
 * the median of the runs of each.
 */
public final class Calibration {
  private static final int FEWEST_RUNS = 5;
  private static final int MOST_RUNS = 100_000;

  /** Of a window of power: no meter shows new values more often. */
  private static final double LEAST_POWER_SECONDS = 0.05;

  /** Heating ends so far below the limit at which the firmware takes the clock back. */
  private static final double BELOW_LIMIT_K = 2;

  /** Figures that only a meter of the whole board can tell. */
  private static final Set<DeviceProfile.Key> WHOLE_BOARD =
      Set.of(DeviceProfile.Key.IDLE_MILLIW, DeviceProfile.Key.RAM_BYTE_PICOJ);

  private final DeviceProfile before;
  private final double seconds;
  private final String when;
  private final Consumer<String> progress;
  private final Loads loads;
  private final Clock clock;
  private final Map<DeviceProfile.Key, Figure> measured = new EnumMap<>(DeviceProfile.Key.class);
  private final Map<DeviceProfile.Key, String> kept = new EnumMap<>(DeviceProfile.Key.class);
  private final List<FrequencyStep> steps = new ArrayList<>();

  /**
   * A calibration that has measured nothing yet.
   *
   * @param before the figures that stay where nothing is measured
   * @param seconds to spend on each shape, and on power idle and busy
   * @param when the date for the sources of the figures
   */
  public Calibration(DeviceProfile before, double seconds, String when, Consumer<String> progress) {
    this(before, seconds, when, progress, new CoreLoads(), Clock.system());
  }

  /**
   * As the other.
   *
   * @param loads keep cores busy, by {@code clock}
   */
  Calibration(
      DeviceProfile before,
      double seconds,
      String when,
      Consumer<String> progress,
      Loads loads,
      Clock clock) {
    this.loads = loads;
    this.clock = clock;
    this.before = before;
    this.seconds = seconds;
    this.when = when;
    this.progress = progress;
  }

  /** All that was measured so far. */
  public Map<DeviceProfile.Key, Figure> measured() {
    return Map.copyOf(measured);
  }

  /**
   * The profile with what was measured in place of what was there. Lower clocks that were not
   * measured keep their share of an active core's power.
   */
  public DeviceProfile profile(String id) {
    DeviceProfile with = before.with(measured);
    return new DeviceProfile(id, before.title(), with.figures(), lowerSteps(with));
  }

  private List<FrequencyStep> lowerSteps(DeviceProfile with) {
    double clock = with.value(DeviceProfile.Key.CLOCK_HZ);
    double active = with.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
    if (!steps.isEmpty()) {
      return steps.stream()
          .filter(s -> s.hz() < clock && s.activeCoreMilliW().value() <= active)
          .toList();
    }
    double share = active / before.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
    return share == 1
        ? with.lowerSteps()
        : with.lowerSteps().stream()
            .map(s -> new FrequencyStep(s.hz(), scaled(s.activeCoreMilliW(), share)))
            .toList();
  }

  private static Figure scaled(Figure figure, double share) {
    return new Figure(
        figure.value() * share,
        Provenance.MODELLED,
        "scaled with the measured active core; before: " + figure.source());
  }

  /** Figures that a measurement was made for and did not determine: each with the reason. */
  public Map<DeviceProfile.Key, String> kept() {
    return Map.copyOf(kept);
  }

  private void put(DeviceProfile.Key key, double value, String how) {
    measured.put(key, measuredHere(value, how));
  }

  private Figure measuredHere(double value, String how) {
    return new Figure(value, Provenance.MEASURED_HERE, "millrace calibrate, " + when + ": " + how);
  }

  /** Rates of the kernels and of RAM. */
  public void rates() throws BadProgramException {
    put(
        DeviceProfile.Key.INT8_MACS_PER_SECOND,
        rate(
            "matrix kernels",
            List.of(
                OneOperator.pointwise(25, 5, 64, 64),
                OneOperator.pointwise(28, 28, 128, 128),
                OneOperator.pointwise(7, 7, 256, 512),
                OneOperator.fullyConnected(640, 128))),
        "1x1 convolutions and a matrix times a vector, on one core");
    put(
        DeviceProfile.Key.INT8_DEPTHWISE_MACS_PER_SECOND,
        rate(
            "depthwise kernels",
            List.of(
                OneOperator.depthwise(25, 5, 64, 1),
                OneOperator.depthwise(56, 56, 64, 1),
                OneOperator.depthwise(28, 28, 128, 2))),
        "3x3 windows, strides 1 and 2, on one core");
    put(
        DeviceProfile.Key.ELEMENTS_PER_SECOND,
        rate("vector kernels", List.of(OneOperator.add(32, 32, 16), OneOperator.add(8, 8, 64))),
        "sums of two tensors, on one core");
    progress.accept("memory");
    put(
        DeviceProfile.Key.RAM_BYTES_PER_SECOND,
        copied(),
        "64 MiB copied by one core; a copy reads and writes, so reading alone is faster");
  }

  private double rate(String what, List<Program> shapes) throws BadProgramException {
    double work = 0;
    double time = 0;
    for (Program shape : shapes) {
      progress.accept(what + ": " + shape.name());
      try (Executor executor = Executor.load(shape)) {
        work += Work.of(shape.operators().getFirst(), shape::tensor);
        time += medianNs(executor::run) / 1e9;
      }
    }
    return work / time;
  }

  /** The median of runs that take {@code seconds}, after half as long to warm up. */
  private double medianNs(Runnable run) {
    long untilNs = System.nanoTime() + (long) (seconds / 2 * 1e9);
    int warm = 0;
    while (warm < FEWEST_RUNS || System.nanoTime() < untilNs) {
      run.run();
      warm++;
    }
    long[] ns = new long[Math.clamp(2L * warm, FEWEST_RUNS, MOST_RUNS)];
    for (int i = 0; i < ns.length; i++) {
      long start = System.nanoTime();
      run.run();
      ns[i] = System.nanoTime() - start;
    }
    Arrays.sort(ns);
    return Math.max(1, ns[ns.length / 2]);
  }

  private double copied() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(CoreLoads.COPIED_BYTES, 64);
      MemorySegment to = arena.allocate(CoreLoads.COPIED_BYTES, 64);
      from.fill((byte) 1);
      to.fill((byte) 2);
      return CoreLoads.COPIED_BYTES / medianNs(() -> to.copyFrom(from)) * 1e9;
    }
  }

  /**
   * Fits the energy model to measured power, and takes the figures that are determined. A meter
   * that sees a part of the board tells what work adds there, but neither what the idle board takes
   * nor what its RAM does.
   *
   * @throws IOException if the meter cannot be read any more
   */
  public EnergyFit energy(PowerMeter meter)
      throws IOException, InterruptedException, BadProgramException {
    int cores = Math.max(1, (int) before.value(DeviceProfile.Key.CORES));
    List<PowerWindow> windows =
        PowerWindow.measureAll(loads, meter, clock, cores, powerSeconds(), progress);
    EnergyFit fit = EnergyFit.of(windows);
    boolean part = meter.scope() == PowerMeter.Scope.PART;
    fit.estimates()
        .forEach((key, estimate) -> {
          if (!estimate.determined()) {
            kept.put(key, estimate.doubt());
          } else if (part && WHOLE_BOARD.contains(key)) {
            kept.put(key, "the meter sees a part of the board only");
          } else {
            put(
                key,
                estimate.value(),
                String.format(
                    Locale.ROOT,
                    "fitted to %d windows of %s, give or take %.2g",
                    windows.size(),
                    meter.name(),
                    estimate.standardError()));
          }
        });
    active(windows, meter);
    return fit;
  }

  private double powerSeconds() {
    return Math.max(LEAST_POWER_SECONDS, seconds);
  }

  private void active(List<PowerWindow> windows, PowerMeter meter) {
    Difference active = Difference.of(windows, new Workload(Workload.Kind.MATRIX, 1));
    if (!active.determined()) {
      kept.put(DeviceProfile.Key.ACTIVE_CORE_MILLIW, active.words());
      return;
    }
    put(
        DeviceProfile.Key.ACTIVE_CORE_MILLIW,
        active.milliW(),
        meter.name() + ", one core in a convolution, less the idle board");
  }

  /**
   * Power of a busy core at each clock that can be set, and back to the clock before.
   *
   * @throws IOException if meter or clock cannot be read or set any more
   */
  public void clocks(ClockSteps clocks, PowerMeter meter)
      throws IOException, InterruptedException, BadProgramException {
    Workload busy = new Workload(Workload.Kind.MATRIX, 1);
    for (long hz : clocks.lowerHz()) {
      clocks.limit(hz);
      progress.accept("power, one core at %d MHz".formatted(hz / 1_000_000));
      List<PowerWindow> windows = new ArrayList<>();
      for (int round = 0; round < PowerWindow.ROUNDS; round++) {
        windows.add(PowerWindow.measure(Workload.IDLE, loads, meter, clock, powerSeconds()));
        windows.add(PowerWindow.measure(busy, loads, meter, clock, powerSeconds()));
      }
      Difference active = Difference.of(windows, busy);
      if (active.determined()) {
        steps.add(
            new FrequencyStep(
                hz, measuredHere(active.milliW(), meter.name() + ", one core in a convolution")));
      }
    }
  }

  /**
   * Thermal resistance and capacity, from a heating step.
   *
   * @param meter one that sees the whole board; without one, the profile's power is used and the
   *     figures are no better than it
   * @param heatSeconds with all cores busy
   */
  public ThermalFit heat(Thermometer thermometer, Optional<PowerMeter> meter, int heatSeconds)
      throws IOException, InterruptedException, BadProgramException {
    return heat(thermometer::celsius, thermometer.name(), meter, heatSeconds);
  }

  /** The same with whatever tells a temperature. */
  ThermalFit heat(
      HeatingStep.Celsius thermometer,
      String thermometerName,
      Optional<PowerMeter> meter,
      int heatSeconds)
      throws IOException, InterruptedException, BadProgramException {
    DeviceProfile now = profile(before.id());
    int cores = Math.max(1, (int) now.value(DeviceProfile.Key.CORES));
    progress.accept("heat, all cores, %d s: %s".formatted(heatSeconds, thermometerName));
    double limit = now.value(DeviceProfile.Key.THERMAL_SOFT_LIMIT_CELSIUS) - BELOW_LIMIT_K;
    HeatingStep step = HeatingStep.run(loads, thermometer, meter, clock, cores, heatSeconds, limit);
    Figure active = now.figure(DeviceProfile.Key.ACTIVE_CORE_MILLIW);
    ThermalFit fit = ThermalFit.of(step, step.stepMilliW().orElse(cores * active.value()));
    if (!fit.determined()) {
      kept.put(DeviceProfile.Key.THERMAL_KELVIN_PER_WATT, fit.doubt());
      kept.put(DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN, fit.doubt());
      return fit;
    }
    String how =
        "millrace calibrate, %s: heating step of %d s, %s, power %s"
            .formatted(
                when,
                heatSeconds,
                thermometerName,
                meter.map(PowerMeter::name).orElse("as the profile has it"));
    Provenance provenance =
        meter.isPresent()
            ? Provenance.MEASURED_HERE
            : Provenance.MEASURED_HERE.weaker(active.provenance());
    measured.put(
        DeviceProfile.Key.THERMAL_KELVIN_PER_WATT,
        new Figure(fit.kelvinPerWatt(), provenance, how));
    measured.put(
        DeviceProfile.Key.THERMAL_JOULE_PER_KELVIN,
        new Figure(fit.joulePerKelvin(), provenance, how));
    return fit;
  }

  /** Clocks whose power was measured, slowest first. */
  public List<FrequencyStep> measuredSteps() {
    return List.copyOf(steps);
  }

  /** What was there before, for reports. */
  public Optional<Figure> before(DeviceProfile.Key key) {
    return Optional.ofNullable(before.figures().get(key));
  }
}
