package io.millrace.sensors.pi4j.simulated;

/**
 * A chip as an I²C bus sees it: whole transfers, and what keeps them from happening. A fresh one
 * has just been switched on.
 */
public abstract class I2cDevice {
  private boolean plugged = true;
  private boolean stretching;
  private int failing;

  /** A master writes. */
  protected abstract void write(byte[] data, int offset, int length);

  /** A master reads. */
  protected abstract void read(byte[] into, int offset, int length);

  /** Everything is as after power has come on. */
  protected abstract void powerOn();

  /** Takes the chip off the bus: nothing acknowledges its address. */
  public final void unplug() {
    plugged = false;
  }

  /** Puts it back, its registers reset. */
  public final void plugAgain() {
    plugged = true;
    powerOn();
  }

  /** Its power fails for a moment: its registers are reset and nobody is told. */
  public final void brownOut() {
    powerOn();
  }

  /** Whether it holds the clock low for longer than the controller waits. */
  public final void stretch(boolean forTooLong) {
    stretching = forTooLong;
  }

  /** The next transfers fail, one after another. */
  public final void failNext(int transfers) {
    failing = transfers;
  }

  final boolean acknowledges() {
    if (failing > 0) {
      failing--;
      return false;
    }
    return plugged;
  }

  final boolean stretches() {
    return plugged && stretching;
  }
}
