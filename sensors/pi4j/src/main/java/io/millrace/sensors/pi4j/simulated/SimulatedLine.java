package io.millrace.sensors.pi4j.simulated;

import com.pi4j.io.gpio.digital.DigitalState;

/** A GPIO line: what is on the wire, whoever drives it. */
public final class SimulatedLine {
  private boolean high;
  private boolean broken;
  private int changes;
  private Runnable watcher = () -> {};

  SimulatedLine() {}

  /** The level of the wire. */
  public synchronized boolean isHigh() {
    return high;
  }

  /** How often the level has changed. */
  public synchronized int changes() {
    return changes;
  }

  /** Something outside drives the wire; whoever listens to the line hears of it on this thread. */
  public void drive(boolean high) {
    Runnable told;
    synchronized (this) {
      if (this.high == high) {
        return;
      }
      this.high = high;
      changes++;
      told = watcher;
    }
    told.run();
  }

  /** Whether the kernel refuses to read and to set it. */
  public synchronized void broken(boolean broken) {
    this.broken = broken;
  }

  synchronized void watch(Runnable watcher) {
    this.watcher = watcher;
  }

  DigitalState state() {
    check();
    return isHigh() ? DigitalState.HIGH : DigitalState.LOW;
  }

  void set(DigitalState state) {
    check();
    drive(state == DigitalState.HIGH);
  }

  private synchronized void check() {
    if (broken) {
      throw new com.pi4j.exception.Pi4JException("the line is gone");
    }
  }
}
