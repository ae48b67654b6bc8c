package io.millrace.sensors.pi4j.simulated;

/** A chip as an SPI bus sees it: while it is selected, a byte goes in for each that comes out. */
public abstract class SpiDevice {
  private boolean plugged = true;
  private boolean failing;
  private int idle = 0xFF;

  /** One selection. */
  protected abstract void transfer(byte[] out, byte[] in, int length);

  /** Everything is as after power has come on. */
  protected abstract void powerOn();

  /** Takes the chip off the bus: reads give what the line is pulled to, 0xFF or 0x00. */
  public final void unplug(int lineReads) {
    plugged = false;
    idle = lineReads;
  }

  /** Puts it back, its registers reset. */
  public final void plugAgain() {
    plugged = true;
    powerOn();
  }

  /** Whether the controller fails. */
  public final void fail(boolean failing) {
    this.failing = failing;
  }

  final int exchange(byte[] write, int writeOffset, byte[] read, int readOffset, int length) {
    if (failing) {
      return -1;
    }
    if (!plugged) {
      java.util.Arrays.fill(read, readOffset, readOffset + length, (byte) idle);
      return length;
    }
    if (writeOffset != 0 || readOffset != 0) {
      throw new UnsupportedOperationException("transfers begin at the start of an array here");
    }
    transfer(write, read, length);
    return length;
  }
}
