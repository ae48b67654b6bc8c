package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;

/** What the simulated chips of InvenSense have in common: an oscillator, a FIFO, an id. */
abstract class SimulatedMotion extends RegisterDevice {
  final Oscillator oscillator;
  final ByteFifo fifo;
  private int id;
  private int count;

  /** {@code error} is the true rate over the nominal one. */
  SimulatedMotion(Clock clock, double error, Signal signal, int fifoBytes, int id) {
    oscillator = new Oscillator(clock, error);
    fifo = new ByteFifo(oscillator, signal, fifoBytes);
    this.id = id;
  }

  /** Another chip of the family, or none: what the id register holds. */
  public final void id(int id) {
    this.id = id;
  }

  final int id() {
    return id;
  }

  /** When sample {@code index} since the chip was last set up was taken: the truth. */
  public final long takenNs(long index) {
    return oscillator.takenNs(index);
  }

  /** The count's high byte; both bytes are of the moment at which this one is read. */
  final int countHigh() {
    count = fifo.count();
    return count >> 8;
  }

  final int countLow() {
    return count & 0xFF;
  }

  /** Runs at {@code hz}, or not at all in a sleep; what was in the FIFO is gone. */
  final void retime(boolean asleep, double hz) {
    if (asleep) {
      oscillator.stop();
    } else {
      oscillator.start(hz);
      fifo.clear();
    }
  }

  /** Whether {@code number} is the register that gives the FIFO's bytes. */
  abstract boolean isFifo(int number);

  @Override
  protected final void registers(int number, byte[] into, int offset, int length) {
    if (isFifo(number)) {
      fifo.read(into, offset, length);
    } else {
      super.registers(number, into, offset, length);
    }
  }
}
