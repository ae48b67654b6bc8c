package io.millrace.cli.calibrate;

import io.millrace.device.DeviceProfile;
import io.millrace.device.Figure;
import io.millrace.device.Provenance;
import io.millrace.engine.Executor;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.Work;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Measures what a profile says of a board, on one core and with the kernels that run there. Of each
 * kind of work a few shapes of real networks are run; the rate is all their work by all their time,
 * the median of the runs of each.
 */
public final class Calibration {
  private static final int FEWEST_RUNS = 5;
  private static final int MOST_RUNS = 100_000;

  /** More than any cache of a board, less than any board has. */
  private static final long COPIED_BYTES = 64L << 20;

  private final DeviceProfile before;
  private final double seconds;
  private final String when;
  private final Consumer<String> progress;
  private final Map<DeviceProfile.Key, Figure> measured = new EnumMap<>(DeviceProfile.Key.class);

  /**
   * A calibration that has measured nothing yet.
   *
   * @param before the figures that stay where nothing is measured
   * @param seconds to spend on each shape, and on power idle and busy
   * @param when the date for the sources of the figures
   */
  public Calibration(DeviceProfile before, double seconds, String when, Consumer<String> progress) {
    this.before = before;
    this.seconds = seconds;
    this.when = when;
    this.progress = progress;
  }

  /** All that was measured so far. */
  public Map<DeviceProfile.Key, Figure> measured() {
    return Map.copyOf(measured);
  }

  /** The profile with what was measured in place of what was there. */
  public DeviceProfile profile(String id) {
    Map<DeviceProfile.Key, Figure> all = new EnumMap<>(before.figures());
    all.putAll(measured);
    return new DeviceProfile(id, before.title(), all);
  }

  private void put(DeviceProfile.Key key, double value, String how) {
    measured.put(
        key,
        new Figure(value, Provenance.MEASURED_HERE, "millrace calibrate, " + when + ": " + how));
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
      MemorySegment from = arena.allocate(COPIED_BYTES, 64);
      MemorySegment to = arena.allocate(COPIED_BYTES, 64);
      from.fill((byte) 1);
      to.fill((byte) 2);
      return COPIED_BYTES / medianNs(() -> to.copyFrom(from)) * 1e9;
    }
  }

  /**
   * Power of the idle board, and what a busy core adds.
   *
   * @throws IOException if the meter cannot be read any more
   */
  public void power(PowerMeter meter)
      throws IOException, InterruptedException, BadProgramException {
    long ms = Math.max(200, (long) (seconds * 1000));
    progress.accept("power, idle: " + meter.name());
    double idle = meter.averageMilliW(ms);
    progress.accept("power, one core busy: " + meter.name());
    AtomicBoolean stop = new AtomicBoolean();
    double busy;
    try (Executor executor = Executor.load(OneOperator.pointwise(28, 28, 128, 128))) {
      Thread worker =
          Thread.ofPlatform()
              .daemon()
              .name("millrace-busy")
              .start(() -> {
                while (!stop.get()) {
                  executor.run();
                }
              });
      try {
        busy = meter.averageMilliW(ms);
      } finally {
        stop.set(true);
        worker.join();
      }
    }
    put(DeviceProfile.Key.IDLE_MILLIW, idle, meter.name() + ", nothing running");
    put(
        DeviceProfile.Key.ACTIVE_CORE_MILLIW,
        Math.max(0, busy - idle),
        meter.name() + ", one core in a convolution, less the idle board");
  }

  /** What was there before, for reports. */
  public Optional<Figure> before(DeviceProfile.Key key) {
    return Optional.ofNullable(before.figures().get(key));
  }
}
