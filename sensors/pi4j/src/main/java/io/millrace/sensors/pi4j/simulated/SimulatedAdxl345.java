package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;
import java.util.Arrays;

/** ADXL345, with its FIFO in bypass and stream mode, on I²C or SPI. */
public final class SimulatedAdxl345 extends RegisterDevice {
  private static final int DEVID = 0x00;
  private static final int BW_RATE = 0x2C;
  private static final int POWER_CTL = 0x2D;
  private static final int INT_SOURCE = 0x30;
  private static final int DATA_FORMAT = 0x31;
  private static final int DATAX0 = 0x32;
  private static final int DATAZ1 = 0x37;
  private static final int FIFO_CTL = 0x38;
  private static final int FIFO_STATUS = 0x39;
  private static final int HELD = 33; // 32 and one in the output filter

  private final int[] registers = new int[0x3A];
  private final byte[] latched = new byte[6];
  private final Oscillator oscillator;
  private final Signal signal;
  private int id = 0xE5;
  private long head;

  /** {@code error} is the true rate over the nominal one. */
  public SimulatedAdxl345(Clock clock, double error, Signal signal) {
    this.oscillator = new Oscillator(clock, error);
    this.signal = signal;
    powerOn();
  }

  /** Another chip of the family, or none: what the id register holds. */
  public void id(int id) {
    this.id = id;
  }

  /** When sample {@code index} since the chip began to measure was taken: the truth. */
  public long takenNs(long index) {
    return oscillator.takenNs(index);
  }

  @Override
  protected void powerOn() {
    Arrays.fill(registers, 0);
    registers[BW_RATE] = 0x0A;
    oscillator.stop();
    head = 0;
  }

  @Override
  protected int register(int number) {
    return switch (number) {
      case DEVID -> id;
      case INT_SOURCE -> (waiting() > 0 ? 0x80 : 0) | (waiting() >= 32 ? 0x01 : 0);
      case FIFO_STATUS -> waiting();
      case DATAX0 -> {
        latch();
        yield latched[0];
      }
      default ->
          number > DATAX0 && number <= DATAZ1
              ? latched[number - DATAX0]
              : number < registers.length ? registers[number] : 0;
    };
  }

  @Override
  protected void registers(int number, byte[] into, int offset, int length) {
    if (number == DATAX0 && length == latched.length) {
      latch();
      System.arraycopy(latched, 0, into, offset, length);
    } else {
      super.registers(number, into, offset, length);
    }
  }

  @Override
  protected void setRegister(int number, int value) {
    boolean data = number >= INT_SOURCE && number <= DATAZ1 && number != DATA_FORMAT;
    if (number < 0x1D || number >= registers.length || data) {
      return; // read only
    }
    int before = registers[number];
    registers[number] = value;
    if (number == POWER_CTL && (value & 0x08) != (before & 0x08)) {
      head = 0;
      if ((value & 0x08) != 0) {
        oscillator.start(3200 / Math.pow(2, 15 - (registers[BW_RATE] & 0x0F)));
      } else {
        oscillator.stop();
      }
    } else if (number == FIFO_CTL) {
      head = oscillator.taken();
    }
  }

  private boolean streaming() {
    return registers[FIFO_CTL] >> 6 == 2;
  }

  private int waiting() {
    long taken = oscillator.taken();
    head = Math.max(head, taken - (streaming() ? HELD : 1));
    return (int) (taken - head);
  }

  /** The oldest sample there is goes to the data registers and out of the FIFO. */
  private void latch() {
    if (waiting() == 0) {
      return; // the last one stays
    }
    for (int axis = 0; axis < 3; axis++) {
      int steps = signal.steps(axis, head);
      latched[2 * axis] = (byte) steps;
      latched[2 * axis + 1] = (byte) (steps >> 8);
    }
    head++;
  }

  /** "SPI", figures of 4-wire transfers: bit 6 is for more than one byte. */
  @Override
  protected int spiRegister(int number) {
    return number & 0x3F;
  }
}
