package io.millrace.cli.calibrate;

import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.power.PowerMeter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;

/**
 * A board whose true figures the calibration does not see: it gets loads, a meter with noise, a
 * thermometer with steps of half a kelvin, and a clock that nobody waits for.
 */
final class SimulatedBoard implements Loads, PowerMeter, HeatingStep.Celsius {
  final VirtualClock clock = new VirtualClock(0, 0);
  final Map<Workload.Kind, Double> perSecond = new EnumMap<>(Workload.Kind.class);
  final Map<Workload.Kind, Double> picoJ = new EnumMap<>(Workload.Kind.class);
  double idleMilliW = 2_500;
  double spinningMilliW = 400;
  double noiseMilliW = 15;
  double kelvinPerWatt = 7;
  double joulePerKelvin = 15;
  double airCelsius = 22;
  double lowerOfTwoCores = 1;
  Scope scope = Scope.BOARD;

  /** The clock of the cores, as a share of the highest. */
  DoubleSupplier speed = () -> 1;

  private final Random random = new Random(11);
  private Workload running = Workload.IDLE;
  private double celsius;
  private long celsiusNs;

  SimulatedBoard() {
    put(Workload.Kind.SPINNING, 0, 0);
    put(Workload.Kind.MATRIX, 1.1e10, 45);
    put(Workload.Kind.DEPTHWISE, 5e9, 70);
    put(Workload.Kind.ELEMENTS, 1e9, 350);
    put(Workload.Kind.MEMORY, 2.3e9, 300);
    celsius = settledCelsius();
  }

  void put(Workload.Kind kind, double rate, double energy) {
    perSecond.put(kind, rate);
    picoJ.put(kind, energy);
  }

  /** What it takes now, without noise. */
  double milliW() {
    double each = spinningMilliW;
    if (running.kind() != Workload.Kind.IDLE) {
      each += perSecond.get(running.kind()) * picoJ.get(running.kind()) * 1e-9;
    }
    double cores = running.cores() * each * speed.getAsDouble() * speed.getAsDouble();
    return idleMilliW + (running.cores() > 1 ? lowerOfTwoCores : 1) * cores;
  }

  double settledCelsius() {
    return airCelsius + kelvinPerWatt * milliW() / 1e3;
  }

  @Override
  public Load start(Workload workload) {
    warm();
    running = workload;
    long startNs = clock.nanoTime();
    return new Load() {
      @Override
      public Done done() {
        double seconds = (clock.nanoTime() - startNs) / 1e9;
        return Done.of(
            workload.kind(), seconds * workload.cores() * perSecond.get(workload.kind()));
      }

      @Override
      public void close() {
        warm();
        running = Workload.IDLE;
      }
    };
  }

  /** One body: it goes to where it settles by what the time constant says. */
  private void warm() {
    double seconds = (clock.nanoTime() - celsiusNs) / 1e9;
    double settled = settledCelsius();
    celsius = settled + (celsius - settled) * Math.exp(-seconds / kelvinPerWatt / joulePerKelvin);
    celsiusNs = clock.nanoTime();
  }

  /** Sets the temperature of the body. */
  void isAt(double degreesCelsius) {
    warm();
    celsius = degreesCelsius;
  }

  @Override
  public double celsius() {
    warm();
    return Math.round(2 * (celsius + random.nextGaussian() * 0.1)) / 2.0;
  }

  @Override
  public double averageMilliW() {
    return milliW() + random.nextGaussian() * noiseMilliW;
  }

  @Override
  public boolean countsEnergy() {
    return true;
  }

  @Override
  public String name() {
    return "simulated meter";
  }

  @Override
  public Scope scope() {
    return scope;
  }

  @Override
  public void close() {}
}
