package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;

/** A chip's own time: samples since it was started, at a rate that is not quite the nominal one. */
final class Oscillator {
  private final Clock clock;
  private final double error;
  private boolean running;
  private long startNs;
  private double periodNs;

  /** {@code error} is the true rate over the nominal one, 1.01 for one percent fast. */
  Oscillator(Clock clock, double error) {
    this.clock = clock;
    this.error = error;
  }

  void start(double nominalHz) {
    running = true;
    startNs = clock.nanoTime();
    periodNs = 1e9 / (nominalHz * error);
  }

  void stop() {
    running = false;
  }

  /** How many samples have been taken since the start. */
  long taken() {
    return running ? (long) ((clock.nanoTime() - startNs) / periodNs) : 0;
  }

  /** When sample {@code index} was, or will be, taken. */
  long takenNs(long index) {
    return startNs + (long) ((index + 1) * periodNs);
  }
}
