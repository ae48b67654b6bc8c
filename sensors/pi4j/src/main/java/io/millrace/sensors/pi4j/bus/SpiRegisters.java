package io.millrace.sensors.pi4j.bus;

import java.io.IOException;

/**
 * Registers over SPI as Analog Devices' accelerometers have them: bit 7 of the first byte asks for
 * a read, bit 6 for more than one byte (ADXL345 rev. G, figures 37 to 39).
 */
public final class SpiRegisters implements Registers {
  private static final int READ = 0x80;
  private static final int MULTIPLE = 0x40;
  private static final int LONGEST = 64;
  private final SpiPort port;
  private final byte[] out = new byte[1 + LONGEST];
  private final byte[] in = new byte[1 + LONGEST];

  /** Closes {@code port} when this is closed. */
  public SpiRegisters(SpiPort port) {
    this.port = port;
  }

  @Override
  public String where() {
    return port.where();
  }

  @Override
  public void read(int register, byte[] into, int offset, int length) throws IOException {
    java.util.Objects.checkIndex(length, LONGEST + 1);
    out[0] = (byte) (register | READ | (length > 1 ? MULTIPLE : 0));
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
    out[0] = (byte) (register | READ | MULTIPLE);
    port.transfer(out, in, 3);
    return (in[1] & 0xFF) << 8 | (in[2] & 0xFF);
  }

  @Override
  public void write(int register, int value) throws IOException {
    out[0] = (byte) register;
    out[1] = (byte) value;
    port.transfer(out, in, 2);
    out[1] = 0;
  }

  @Override
  public void writeWord(int register, int value) throws IOException {
    out[0] = (byte) (register | MULTIPLE);
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
