package io.millrace.cli.calibrate;

import io.millrace.program.BadProgramException;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.power.PowerMeter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processor's temperature while the board idles, and after all cores were made busy at once.
 *
 * @param idleCelsius the mean of the idle stretch's second half
 * @param idleDriftK how much warmer its second half was than its first
 * @param stepMilliW what power rose by, if a meter that sees the whole board was there
 * @param samples while they were busy
 * @param cutShort whether it ended early, at the limit of temperature
 */
record HeatingStep(
    double idleCelsius,
    double idleDriftK,
    Optional<Double> stepMilliW,
    List<Sample> samples,
    boolean cutShort) {
  /**
   * A temperature.
   *
   * @param seconds since the cores were made busy
   */
  record Sample(double seconds, double celsius) {}

  private static final long SAMPLE_NS = 1_000_000_000L;

  /** Of the time for heating: how long the board idles before. */
  private static final double IDLE_SHARE = 0.25;

  /** A thermometer. */
  interface Celsius {
    double celsius() throws IOException;
  }

  /**
   * Runs it: a quarter of {@code heatSeconds} idle, then busy.
   *
   * @param limitCelsius where it ends early, so that the firmware does not change the clock
   */
  static HeatingStep run(
      Loads loads,
      Celsius thermometer,
      Optional<PowerMeter> meter,
      Clock clock,
      int cores,
      int heatSeconds,
      double limitCelsius)
      throws IOException, InterruptedException, BadProgramException {
    int idleSamples = Math.max(4, (int) (heatSeconds * IDLE_SHARE));
    double[] halves = new double[2];
    double idleMilliW = 0;
    if (meter.isPresent()) {
      meter.get().averageMilliW();
    }
    for (int i = 0; i < idleSamples; i++) {
      clock.sleep(SAMPLE_NS);
      int half = i < idleSamples / 2 ? 0 : 1;
      int of = half == 0 ? idleSamples / 2 : idleSamples - idleSamples / 2;
      halves[half] += thermometer.celsius() / of;
      if (meter.isPresent()) {
        idleMilliW += meter.get().averageMilliW() / idleSamples;
      }
    }
    List<Sample> samples = new ArrayList<>();
    double busyMilliW = 0;
    boolean hot = false;
    try (Loads.Load _ = loads.start(new Workload(Workload.Kind.MATRIX, cores))) {
      long startNs = clock.nanoTime();
      while (samples.size() < heatSeconds && !hot) {
        clock.sleep(SAMPLE_NS);
        double celsius = thermometer.celsius();
        samples.add(new Sample((clock.nanoTime() - startNs) / 1e9, celsius));
        hot = celsius >= limitCelsius;
        if (meter.isPresent()) {
          busyMilliW += meter.get().averageMilliW();
        }
      }
    }
    return new HeatingStep(
        halves[1],
        halves[1] - halves[0],
        meter.isPresent()
            ? Optional.of(busyMilliW / samples.size() - idleMilliW)
            : Optional.empty(),
        List.copyOf(samples),
        hot);
  }
}
