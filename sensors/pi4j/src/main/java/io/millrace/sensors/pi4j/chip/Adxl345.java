package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.pi4j.bus.Registers;
import io.millrace.sensors.pi4j.settings.Adxl345Settings;
import io.millrace.sensors.pi4j.stream.FifoChip;
import java.io.IOException;

/**
 * Analog Devices ADXL345 (data sheet rev. G). Its FIFO has no register of its own: each read of the
 * six data registers takes one sample out, so a batch is as many transfers as samples ("FIFO",
 * "Retrieving data from FIFO"). The 5 µs that the data sheet wants between them pass while the next
 * transfer is addressed on I²C, and while the kernel is called on SPI.
 */
public final class Adxl345 implements FifoChip {
  /** "Register map", table 19. */
  public static final int DEVID = 0x00;

  /** What {@link #DEVID} holds ("Register 0x00"). */
  public static final int ID = 0xE5;

  static final int BW_RATE = 0x2C;
  static final int POWER_CTL = 0x2D;
  static final int INT_ENABLE = 0x2E;
  static final int DATA_FORMAT = 0x31;
  static final int DATAX0 = 0x32;
  static final int FIFO_CTL = 0x38;
  static final int FIFO_STATUS = 0x39;

  /** "Register 0x2D", D3. */
  static final int MEASURE = 0x08;

  /** "Register 0x31", D3: 4 mg per step whatever the range. */
  static final int FULL_RES = 0x08;

  /** "Register 0x38", table 22: the newest samples are kept. */
  static final int STREAM = 0x80;

  /** "Register 0x39", D0 to D5. */
  private static final int ENTRIES = 0x3F;

  /** "FIFO_STATUS": 32 levels, and one more in the output filter. */
  private static final int LEVELS = 32;

  /** Table 1, "Sensitivity", full resolution: 256 steps per g. */
  private static final double MPS2_PER_STEP = Units.G / 256;

  /** Table 7: rate code 15 is 3200 Hz, each one below it is half of that. */
  private static final int FASTEST_CODE = 15;

  private static final double FASTEST_HZ = 3200;

  private final Registers registers;
  private final SampleFormat format;
  private final int rate;
  private final int dataFormat;
  private final byte[] raw = new byte[6];

  /** Closes {@code registers} when this is closed. */
  public Adxl345(Registers registers, Adxl345Settings settings) {
    this.registers = registers;
    this.format = new SampleFormat(settings.source(), Units.ACCELERATION, settings.rateHz());
    this.rate =
        FASTEST_CODE - (int) Math.round(Math.log(FASTEST_HZ / settings.rateHz()) / Math.log(2));
    // "Register 0x31", table 21: 2 g is 0, 16 g is 3
    this.dataFormat = FULL_RES | Integer.numberOfTrailingZeros(settings.rangeG()) - 1;
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public void start() throws IOException {
    registers.require("ADXL345", DEVID, ID);
    registers.write(POWER_CTL, 0);
    registers.write(INT_ENABLE, 0);
    registers.write(BW_RATE, rate);
    registers.write(DATA_FORMAT, dataFormat);
    empty();
    registers.write(POWER_CTL, MEASURE);
  }

  @Override
  public void resume() throws IOException {
    registers.require("ADXL345", DEVID, ID);
    boolean intact =
        registers.read(POWER_CTL) == MEASURE
            && registers.read(BW_RATE) == rate
            && registers.read(DATA_FORMAT) == dataFormat
            && registers.read(FIFO_CTL) == STREAM;
    if (!intact) {
      start();
    }
  }

  /** "FIFO", bypass mode empties it. */
  @Override
  public void empty() throws IOException {
    registers.write(FIFO_CTL, 0);
    registers.write(FIFO_CTL, STREAM);
  }

  @Override
  public int waiting() throws IOException {
    int status = registers.read(FIFO_STATUS);
    int entries = status & ENTRIES;
    if (entries > LEVELS + 1 || (status & 0x40) != 0) {
      throw new IOException(
          "%s: FIFO_STATUS holds 0x%02X, which no ADXL345 says; has it been unplugged?"
              .formatted(registers.where(), status));
    }
    return entries;
  }

  @Override
  public int full() {
    return LEVELS;
  }

  @Override
  public int batch() {
    return LEVELS / 2;
  }

  @Override
  public void take(int samples, float[] into, int offset) throws IOException {
    int at = offset;
    for (int i = 0; i < samples; i++) {
      registers.read(DATAX0, raw, 0, raw.length);
      into[at] = (float) (Units.littleEndian(raw, 0) * MPS2_PER_STEP);
      into[at + 1] = (float) (Units.littleEndian(raw, 2) * MPS2_PER_STEP);
      into[at + 2] = (float) (Units.littleEndian(raw, 4) * MPS2_PER_STEP);
      at += 3;
    }
  }

  @Override
  public void close() {
    try {
      registers.write(POWER_CTL, 0);
    } catch (IOException e) {
      // it may be unplugged; then it does not sample either
    }
    registers.close();
  }
}
