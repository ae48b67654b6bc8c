package io.millrace.sensors.pi4j.simulated;

import com.pi4j.io.gpio.digital.DigitalState;
import java.util.function.Consumer;

/** A GPIO line: what is on the wire, whoever drives it. */
public final class SimulatedLine {
  private boolean high;
  private boolean broken;
  private int changes;
  private int setsUntilBroken = -1;
  private Runnable watcher = () -> {};
  private Consumer<Boolean> told = _ -> {};

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
    Runnable hears;
    synchronized (this) {
      if (this.high == high) {
        return;
      }
      this.high = high;
      changes++;
      hears = watcher;
      told.accept(high);
    }
    hears.run();
  }

  /** Whether the kernel refuses to read and to set it. */
  public synchronized void broken(boolean broken) {
    this.broken = broken;
  }

  /** The kernel sets it so many times more and refuses then. */
  public synchronized void breakAfter(int sets) {
    setsUntilBroken = sets;
  }

  /** {@code listener} is told each new level. */
  public synchronized void tell(Consumer<Boolean> listener) {
    told = listener;
  }

  synchronized void watch(Runnable watcher) {
    this.watcher = watcher;
  }

  DigitalState state() {
    check();
    return isHigh() ? DigitalState.HIGH : DigitalState.LOW;
  }

  void set(DigitalState state) {
    count();
    check();
    drive(state == DigitalState.HIGH);
  }

  private synchronized void count() {
    if (setsUntilBroken == 0) {
      broken = true;
    }
    setsUntilBroken -= setsUntilBroken >= 0 ? 1 : 0;
  }

  private synchronized void check() {
    if (broken) {
      throw new com.pi4j.exception.Pi4JException("the line is gone");
    }
  }
}
