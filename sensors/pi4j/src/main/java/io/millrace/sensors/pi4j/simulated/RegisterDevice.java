package io.millrace.sensors.pi4j.simulated;

/** A chip of byte registers: a write begins with a register's number, reads go on from there. */
public abstract class RegisterDevice extends I2cDevice {
  private int pointer;

  /** A register is read by a master. */
  protected abstract int register(int number);

  /** A register is written by a master. */
  protected abstract void setRegister(int number, int value);

  /** Where a transfer goes on after {@code number}. */
  protected int after(int number) {
    return number + 1 & 0xFF;
  }

  /** Reads several registers; a FIFO does it faster. */
  protected void registers(int number, byte[] into, int offset, int length) {
    int at = number;
    for (int i = 0; i < length; i++) {
      into[offset + i] = (byte) register(at);
      at = after(at);
    }
  }

  @Override
  protected final void write(byte[] data, int offset, int length) {
    if (length == 0) {
      return;
    }
    pointer = data[offset] & 0xFF;
    for (int i = 1; i < length; i++) {
      setRegister(pointer, data[offset + i] & 0xFF);
      pointer = after(pointer);
    }
  }

  @Override
  protected final void read(byte[] into, int offset, int length) {
    registers(pointer, into, offset, length);
  }
}
