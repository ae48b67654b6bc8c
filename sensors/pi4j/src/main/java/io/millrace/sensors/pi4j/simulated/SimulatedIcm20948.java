package io.millrace.sensors.pi4j.simulated;

import io.millrace.sensors.clock.Clock;
import java.util.Arrays;

/**
 * ICM-20948, with its banks and its FIFO for acceleration and rotation, on I²C or SPI. Whoever
 * leaves its I²C interface on while it is on SPI may be misunderstood: {@link #hearsI2c}.
 */
public final class SimulatedIcm20948 extends SimulatedMotion {
  private static final int BANK_SELECT = 0x7F;

  // numbers below are a bank's number times 256 and the register
  private static final int WHO_AM_I = 0x00;
  private static final int USER_CTRL = 0x03;
  private static final int PWR_MGMT_1 = 0x06;
  private static final int INT_STATUS_2 = 0x1B;
  private static final int FIFO_EN_2 = 0x67;
  private static final int FIFO_RST = 0x68;
  private static final int FIFO_COUNTH = 0x70;
  private static final int FIFO_COUNTL = 0x71;
  private static final int FIFO_R_W = 0x72;
  private static final int GYRO_SMPLRT_DIV = 0x200;
  private static final int GYRO_CONFIG_1 = 0x201;
  private static final int ACCEL_CONFIG = 0x214;

  private static final int FIFO_BYTES = 512;
  private static final int ID = 0xEA;

  private final int[] registers = new int[4 * 256];
  private int bank;

  /** {@code error} is the true rate over the nominal one. */
  public SimulatedIcm20948(Clock clock, double error, Signal signal) {
    super(clock, error, signal, FIFO_BYTES, ID);
    powerOn();
  }

  /** "USER_CTRL", I2C_IF_DIS is not set. */
  public boolean hearsI2c() {
    return (registers[USER_CTRL] & 0x10) == 0;
  }

  @Override
  protected void powerOn() {
    Arrays.fill(registers, 0);
    registers[PWR_MGMT_1] = 0x41;
    registers[GYRO_CONFIG_1] = 0x01;
    registers[ACCEL_CONFIG] = 0x01;
    bank = 0;
    oscillator.stop();
    fifo.enable(false);
  }

  @Override
  protected int register(int number) {
    if (number == BANK_SELECT) {
      return bank << 4;
    }
    return switch (bank << 8 | number) {
      case WHO_AM_I -> id();
      case INT_STATUS_2 -> fifo.overflow() ? 0x01 : 0;
      case FIFO_COUNTH -> countHigh();
      case FIFO_COUNTL -> countLow();
      default -> registers[bank << 8 | number];
    };
  }

  @Override
  boolean isFifo(int number) {
    return bank == 0 && number == FIFO_R_W;
  }

  @Override
  protected void setRegister(int number, int value) {
    if (number == BANK_SELECT) {
      bank = value >> 4 & 3;
      return;
    }
    int at = bank << 8 | number;
    switch (at) {
      case PWR_MGMT_1 -> {
        if ((value & 0x80) != 0) {
          powerOn();
        } else {
          registers[at] = value;
          retime();
        }
      }
      case GYRO_SMPLRT_DIV, GYRO_CONFIG_1 -> {
        registers[at] = value;
        retime();
      }
      case USER_CTRL -> {
        registers[at] = value;
        fifo.enable((value & 0x40) != 0 && registers[FIFO_EN_2] == 0x1E);
      }
      case FIFO_RST -> {
        registers[at] = value;
        if (value != 0) {
          fifo.clear();
        }
      }
      case WHO_AM_I, INT_STATUS_2, FIFO_COUNTH, FIFO_COUNTL -> {
        // read only
      }
      default -> registers[at] = value;
    }
  }

  private void retime() {
    // without the filter the gyroscope gives 9 kHz, which no driver here wants
    double base = (registers[GYRO_CONFIG_1] & 1) != 0 ? 1125 : 9000;
    retime((registers[PWR_MGMT_1] & 0x40) != 0, base / (1 + registers[GYRO_SMPLRT_DIV]));
  }
}
