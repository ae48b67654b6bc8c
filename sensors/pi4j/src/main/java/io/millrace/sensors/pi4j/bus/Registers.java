package io.millrace.sensors.pi4j.bus;

import java.io.Closeable;
import java.io.IOException;

/** The registers of one chip. For one thread at a time. */
public interface Registers extends Closeable {
  /** Bus and address, for people. */
  String where();

  /**
   * Reads {@code length} bytes from {@code register} on; whether the chip counts up or stays, as at
   * a FIFO, is its own.
   */
  void read(int register, byte[] into, int offset, int length) throws IOException;

  /** Reads one byte, 0 to 255. */
  int read(int register) throws IOException;

  /** Writes one byte. */
  void write(int register, int value) throws IOException;

  /** Reads two bytes, the high one first: 0 to 65535. */
  int readWord(int register) throws IOException;

  /** Writes two bytes, the high one first. */
  void writeWord(int register, int value) throws IOException;

  /**
   * Checks an id.
   *
   * @throws WrongChipException if {@code register} does not hold {@code expected}
   */
  default void require(String chip, int register, int expected) throws IOException {
    int found = read(register);
    if (found != expected) {
      throw new WrongChipException(where(), chip, register, found, expected);
    }
  }

  @Override
  void close();
}
