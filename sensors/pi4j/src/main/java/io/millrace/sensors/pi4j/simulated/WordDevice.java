package io.millrace.sensors.pi4j.simulated;

/** A chip of 16-bit registers, the high byte first, as Texas Instruments makes them. */
public abstract class WordDevice extends I2cDevice {
  private int pointer;

  /** A register is read by a master. */
  protected abstract int word(int number);

  /** A register is written by a master. */
  protected abstract void setWord(int number, int value);

  @Override
  protected final void write(byte[] data, int offset, int length) {
    if (length > 0) {
      pointer = data[offset] & 0xFF;
    }
    if (length == 3) {
      setWord(pointer, (data[offset + 1] & 0xFF) << 8 | (data[offset + 2] & 0xFF));
    }
  }

  @Override
  protected final void read(byte[] into, int offset, int length) {
    int word = word(pointer);
    for (int i = 0; i < length; i++) {
      into[offset + i] = (byte) (i % 2 == 0 ? word >> 8 : word);
    }
  }
}
