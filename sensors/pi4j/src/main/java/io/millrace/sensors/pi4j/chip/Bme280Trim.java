package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.pi4j.bus.Registers;
import java.io.IOException;

/**
 * Bosch's integer compensation of the BME280 (BST-BME280-DS002 rev. 1.23, §4.2.3), with the
 * trimming parameters of one chip (§4.2.2, table 16). The temperature comes first: the others need
 * its fine form.
 */
public final class Bme280Trim {
  private final int t1;
  private final int t2;
  private final int t3;
  private final long[] p = new long[9];
  private final int h1;
  private final int h2;
  private final int h3;
  private final int h4;
  private final int h5;
  private final int h6;
  private int fine;

  /** Reads the parameters. */
  public static Bme280Trim read(Registers registers) throws IOException {
    byte[] low = new byte[26]; // 0x88 to 0xA1
    byte[] high = new byte[7]; // 0xE1 to 0xE7
    registers.read(0x88, low, 0, low.length);
    registers.read(0xE1, high, 0, high.length);
    return new Bme280Trim(low, high);
  }

  /**
   * From the contents of the registers.
   *
   * @param low 0x88 to 0xA1
   * @param high 0xE1 to 0xE7
   */
  public Bme280Trim(byte[] low, byte[] high) {
    t1 = Short.toUnsignedInt(Units.littleEndian(low, 0));
    t2 = Units.littleEndian(low, 2);
    t3 = Units.littleEndian(low, 4);
    p[0] = Short.toUnsignedInt(Units.littleEndian(low, 6));
    for (int i = 1; i < p.length; i++) {
      p[i] = Units.littleEndian(low, 6 + 2 * i);
    }
    h1 = low[25] & 0xFF;
    h2 = Units.littleEndian(high, 0);
    h3 = high[2] & 0xFF;
    h4 = high[3] << 4 | (high[4] & 0x0F);
    h5 = high[5] << 4 | (high[4] & 0xFF) >> 4;
    h6 = high[6];
  }

  /** Hundredths of a degree Celsius from the 20 bits of the converter. */
  public int centiCelsius(int raw) {
    int first = (((raw >> 3) - (t1 << 1)) * t2) >> 11;
    int difference = (raw >> 4) - t1;
    int second = (((difference * difference) >> 12) * t3) >> 14;
    fine = first + second;
    return (fine * 5 + 128) >> 8;
  }

  /** 256ths of a pascal from the 20 bits of the converter, after the temperature. */
  public long pascal256(int raw) {
    long off = fine - 128_000L;
    long offset = off * off * p[5];
    offset += (off * p[4]) << 17;
    offset += p[3] << 35;
    long scale = ((off * off * p[2]) >> 8) + ((off * p[1]) << 12);
    scale = (((1L << 47) + scale) * p[0]) >> 33;
    if (scale == 0) {
      return 0; // only with parameters that no chip has
    }
    long pressure = 1_048_576L - raw;
    pressure = ((pressure << 31) - offset) * 3125 / scale;
    long quadratic = (p[8] * (pressure >> 13) * (pressure >> 13)) >> 25;
    long linear = (p[7] * pressure) >> 19;
    return ((pressure + quadratic + linear) >> 8) + (p[6] << 4);
  }

  /** 1024ths of a percent of relative humidity from the 16 bits of the converter. */
  public int percent1024(int raw) {
    int v = fine - 76_800;
    int dry = ((raw << 14) - (h4 << 20) - h5 * v + 16_384) >> 15;
    int warm = (((v * h6) >> 10) * (((v * h3) >> 11) + 32_768)) >> 10;
    v = dry * (((warm + 2_097_152) * h2 + 8192) >> 14);
    v -= ((((v >> 15) * (v >> 15)) >> 7) * h1) >> 4;
    return Math.clamp(v, 0, 419_430_400) >> 12;
  }
}
