package io.millrace.sensors.pi4j.chip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Bosch's worked example (BMP280, BST-BMP280-DS001, §3.12), and the integers against the formulas
 * in floating point of BST-BME280-DS002, §8.1, written down here on their own.
 */
class Bme280TrimTest {
  private static final int[] LOW = {
    27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000
  };
  private static final int H1 = 75;
  private static final int H2 = 370;
  private static final int H3 = 12;
  private static final int H4 = -313;
  private static final int H5 = -50;
  private static final int H6 = -30;

  private static Bme280Trim trim(int h4, int h5) {
    byte[] low = new byte[26];
    for (int i = 0; i < LOW.length; i++) {
      low[2 * i] = (byte) LOW[i];
      low[2 * i + 1] = (byte) (LOW[i] >> 8);
    }
    low[25] = H1;
    byte[] high = {
      (byte) H2,
      H2 >> 8,
      H3,
      (byte) (h4 >> 4),
      (byte) ((h4 & 15) | (h5 & 15) << 4),
      (byte) (h5 >> 4),
      H6
    };
    return new Bme280Trim(low, high);
  }

  @Test
  void shouldGiveTheNumbersOfTheWorkedExample() {
    Bme280Trim trim = trim(H4, H5);
    assertEquals(2508, trim.centiCelsius(519_888));
    // the example is in floating point; the integers, worked out apart, come 0.02 Pa lower
    assertEquals(100_653.27, trim.pascal256(415_148) / 256.0, 0.02);
    assertEquals(25_767_233, trim.pascal256(415_148));
  }

  @Test
  void shouldAgreeWithTheFormulasInFloatingPoint() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      int t = 400_000 + random.nextInt(200_000);
      int p = 250_000 + random.nextInt(300_000);
      int h = 15_000 + random.nextInt(30_000);
      int h4 = 200 + random.nextInt(300);
      int h5 = random.nextInt(100) - 50;
      Bme280Trim trim = trim(h4, h5);
      double v1 = (t / 16384.0 - LOW[0] / 1024.0) * LOW[1];
      double v2 = t / 131072.0 - LOW[0] / 8192.0;
      double fine = v1 + v2 * v2 * LOW[2];
      assertEquals(fine / 5120, trim.centiCelsius(t) / 100.0, 0.011);
      assertEquals(pascal(fine, p), trim.pascal256(p) / 256.0, 1.0);
      assertEquals(percent(fine, h, h4, h5), trim.percent1024(h) / 1024.0, 0.05);
    }
  }

  private static double pascal(double fine, int raw) {
    double v1 = fine / 2 - 64000;
    double v2 = v1 * v1 * LOW[8] / 32768;
    v2 = v2 + v1 * LOW[7] * 2;
    v2 = v2 / 4 + LOW[6] * 65536.0;
    v1 = (LOW[5] * v1 * v1 / 524288 + LOW[4] * v1) / 524288;
    v1 = (1 + v1 / 32768) * LOW[3];
    double p = 1048576.0 - raw;
    p = (p - v2 / 4096) * 6250 / v1;
    v1 = LOW[11] * p * p / 2147483648.0;
    v2 = p * LOW[10] / 32768;
    return p + (v1 + v2 + LOW[9]) / 16;
  }

  private static double percent(double fine, int raw, int h4, int h5) {
    double v = fine - 76800;
    double dry = raw - (h4 * 64.0 + h5 / 16384.0 * v);
    double warm = 1 + H6 / 67108864.0 * v * (1 + H3 / 67108864.0 * v);
    double h = dry * (H2 / 65536.0 * warm);
    h = h * (1 - H1 * h / 524288);
    return Math.clamp(h, 0, 100);
  }
}
