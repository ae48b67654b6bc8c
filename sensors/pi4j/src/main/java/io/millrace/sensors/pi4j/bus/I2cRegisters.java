package io.millrace.sensors.pi4j.bus;

import com.pi4j.io.i2c.I2C;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;

/**
 * Registers over I²C. A read writes the register's number and reads then, the bus locked for both,
 * with a stop in between, which costs far fewer bytes of garbage than Pi4J's call with a repeated
 * start. The chips keep their pointer over a stop: ADXL345 rev. G, "I2C", note to the figure of
 * multiple-byte reads; BME280 rev. 1.23, "I2C read"; INA219 and INA226, "Writing to and reading
 * from", the register pointer stays until it is written.
 */
public final class I2cRegisters implements Registers {
  private final I2C i2c;
  private final Runnable release;
  private final String where;
  private final byte[] pointer = new byte[1];
  private final byte[] word = new byte[3];
  private final Callable<I2cRegisters> readAction = this::readNow;
  private byte[] into;
  private int offset;
  private int length;
  private int got;

  /** {@code release} frees {@code i2c} when this is closed. */
  public I2cRegisters(I2C i2c, Runnable release) {
    this.i2c = i2c;
    this.release = release;
    this.where = "i2c-%d address 0x%02X".formatted(i2c.bus(), i2c.device());
  }

  @Override
  public String where() {
    return where;
  }

  @Override
  public void read(int register, byte[] into, int offset, int length) throws IOException {
    pointer[0] = (byte) register;
    this.into = into;
    this.offset = offset;
    this.length = length;
    try {
      i2c.execute(readAction);
    } catch (RuntimeException | LinkageError e) {
      throw failure("reading register 0x%02X".formatted(register), e);
    }
    if (got != length) {
      throw new BusException(
          where,
          "reading register 0x%02X".formatted(register),
          new IOException(got + " bytes came instead of " + length));
    }
  }

  /** Its result is a field, since a boxed count would be garbage. */
  private I2cRegisters readNow() {
    i2c.write(pointer, 0, 1);
    got = i2c.read(into, offset, length);
    return this;
  }

  /** Whether anything acknowledges the address, found by reading a byte without writing any. */
  public boolean answers() {
    try {
      return i2c.read(word, 0, 1) == 1;
    } catch (RuntimeException | LinkageError e) {
      return false;
    }
  }

  @Override
  public int read(int register) throws IOException {
    read(register, word, 0, 1);
    return word[0] & 0xFF;
  }

  @Override
  public int readWord(int register) throws IOException {
    read(register, word, 0, 2);
    return (word[0] & 0xFF) << 8 | (word[1] & 0xFF);
  }

  @Override
  public void write(int register, int value) throws IOException {
    word[0] = (byte) register;
    word[1] = (byte) value;
    send(register, 2);
  }

  @Override
  public void writeWord(int register, int value) throws IOException {
    word[0] = (byte) register;
    word[1] = (byte) (value >> 8);
    word[2] = (byte) value;
    send(register, 3);
  }

  private void send(int register, int bytes) throws IOException {
    try {
      i2c.write(word, 0, bytes);
    } catch (RuntimeException | LinkageError e) {
      throw failure("writing register 0x%02X".formatted(register), e);
    }
  }

  /**
   * Pi4J wraps an interrupt while it waits for the bus's lock, and forgets that there was one. A
   * LinkageError comes where its native part is missing, which is for Arm only.
   */
  private IOException failure(String what, Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted =
            new InterruptedIOException(where + ": interrupted while " + what);
        interrupted.initCause(e);
        return interrupted;
      }
    }
    return new BusException(where, what, e);
  }

  @Override
  public void close() {
    release.run();
  }
}
