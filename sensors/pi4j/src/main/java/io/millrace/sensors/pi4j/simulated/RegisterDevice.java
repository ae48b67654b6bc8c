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

  /** The register that the seven low bits of an SPI transfer's first byte name. */
  protected int spiRegister(int number) {
    return number;
  }

  /** The same chip with its chip select in use: bit 7 of the first byte asks for a read. */
  public final SpiDevice onSpi() {
    return new SpiDevice() {
      @Override
      protected void transfer(byte[] out, byte[] in, int length) {
        int number = spiRegister(out[0] & 0x7F);
        in[0] = 0;
        if (out[0] < 0) {
          registers(number, in, 1, length - 1);
        } else {
          for (int i = 1; i < length; i++) {
            setRegister(number + i - 1, out[i] & 0xFF);
          }
        }
      }

      @Override
      protected void powerOn() {
        RegisterDevice.this.powerOn();
      }
    };
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
