package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;
import java.util.Arrays;

/** MPU-6050, with its FIFO for acceleration and rotation. */
public final class SimulatedMpu6050 extends SimulatedMotion {
  private static final int SMPLRT_DIV = 0x19;
  private static final int CONFIG = 0x1A;
  private static final int FIFO_EN = 0x23;
  private static final int INT_STATUS = 0x3A;
  private static final int USER_CTRL = 0x6A;
  private static final int PWR_MGMT_1 = 0x6B;
  private static final int FIFO_COUNTH = 0x72;
  private static final int FIFO_COUNTL = 0x73;
  private static final int FIFO_R_W = 0x74;
  private static final int WHO_AM_I = 0x75;

  private static final int FIFO_BYTES = 1024;
  private static final int ID = 0x68;

  private final int[] registers = new int[0x80];

  /** {@code error} is the true rate over the nominal one. */
  public SimulatedMpu6050(Clock clock, double error, Signal signal) {
    super(clock, error, signal, FIFO_BYTES, ID);
    powerOn();
  }

  @Override
  protected void powerOn() {
    Arrays.fill(registers, 0);
    registers[PWR_MGMT_1] = 0x40;
    oscillator.stop();
    fifo.enable(false);
  }

  @Override
  protected int register(int number) {
    return switch (number) {
      case WHO_AM_I -> id();
      case INT_STATUS -> fifo.overflow() ? 0x11 : fifo.count() > 0 ? 0x01 : 0;
      case FIFO_COUNTH -> countHigh();
      case FIFO_COUNTL -> countLow();
      default -> number < registers.length ? registers[number] : 0;
    };
  }

  @Override
  boolean isFifo(int number) {
    return number == FIFO_R_W;
  }

  @Override
  protected int after(int number) {
    return number == FIFO_R_W ? number : super.after(number);
  }

  @Override
  protected void setRegister(int number, int value) {
    switch (number) {
      case PWR_MGMT_1 -> {
        if ((value & 0x80) != 0) {
          powerOn();
        } else {
          registers[PWR_MGMT_1] = value;
          retime();
        }
      }
      case SMPLRT_DIV, CONFIG -> {
        registers[number] = value;
        retime();
      }
      case USER_CTRL -> {
        if ((value & 0x04) != 0) {
          fifo.clear();
        }
        registers[number] = value & 0x40;
        fifo.enable((value & 0x40) != 0 && registers[FIFO_EN] == 0x78);
      }
      case WHO_AM_I, INT_STATUS, FIFO_COUNTH, FIFO_COUNTL -> {
        // read only
      }
      default -> registers[number] = value;
    }
  }

  private void retime() {
    int filter = registers[CONFIG] & 7;
    double base = filter == 0 || filter == 7 ? 8000 : 1000;
    retime((registers[PWR_MGMT_1] & 0x40) != 0, base / (1 + registers[SMPLRT_DIV]));
  }
}
