package io.millrace.sensors.pi4j.bus;

import java.io.IOException;

/**
 * Registers over SPI: the first byte is the register's number, its bit 7 says whether it is read. A
 * number has seven bits at most: of numbers above 0x7F, bit 7 is left out (BME280 rev. 1.23, §6.3).
 */
public final class SpiRegisters implements Registers {
  private static final int READ = 0x80;
  private static final int NUMBER = 0x7F;

  /** The FIFO of an ICM-20948, whole. */
  private static final int LONGEST = 512;

  private final SpiPort port;
  private final int multiple;
  private final byte[] out = new byte[1 + LONGEST];
  private final byte[] in = new byte[1 + LONGEST];

  /** How a chip is told that more than one byte follows. */
  public enum Bursts {
    /** Not at all: it counts up by itself (BME280 §6.3.2; ICM-20948 DS-000189, §6.5). */
    ALWAYS(0),
    /** Bit 6 of the first byte (ADXL345 rev. G, figures 37 to 39). */
    BIT_6(0x40);

    private final int bit;

    Bursts(int bit) {
      this.bit = bit;
    }
  }

  /** Closes {@code port} when this is closed. */
  public SpiRegisters(SpiPort port, Bursts bursts) {
    this.port = port;
    this.multiple = bursts.bit;
  }

  @Override
  public String where() {
    return port.where();
  }

  @Override
  public void read(int register, byte[] into, int offset, int length) throws IOException {
    java.util.Objects.checkIndex(length, LONGEST + 1);
    out[0] = (byte) (register | READ | (length > 1 ? multiple : 0));
    port.transfer(out, in, 1 + length);
    System.arraycopy(in, 1, into, offset, length);
  }

  @Override
  public int read(int register) throws IOException {
    out[0] = (byte) (register | READ);
    port.transfer(out, in, 2);
    return in[1] & 0xFF;
  }

  @Override
  public int readWord(int register) throws IOException {
    out[0] = (byte) (register | READ | multiple);
    port.transfer(out, in, 3);
    return (in[1] & 0xFF) << 8 | (in[2] & 0xFF);
  }

  @Override
  public void write(int register, int value) throws IOException {
    out[0] = (byte) (register & NUMBER);
    out[1] = (byte) value;
    port.transfer(out, in, 2);
    out[1] = 0;
  }

  @Override
  public void writeWord(int register, int value) throws IOException {
    out[0] = (byte) ((register & NUMBER) | multiple);
    out[1] = (byte) (value >> 8);
    out[2] = (byte) value;
    port.transfer(out, in, 3);
    out[1] = 0;
    out[2] = 0;
  }

  @Override
  public void close() {
    port.close();
  }
}
