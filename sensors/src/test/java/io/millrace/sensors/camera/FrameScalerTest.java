package io.millrace.sensors.camera;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.sensors.camera.PictureSettings.Colours;
import io.millrace.sensors.camera.PictureSettings.Range;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameScalerTest {
  private static float[] scale(RawFormat format, int w, int h, byte[] frame, PictureSettings to) {
    FrameScaler scaler = new FrameScaler(format, w, h, to);
    assertEquals(frame.length, scaler.frameBytes());
    float[] out = new float[scaler.values() + 1];
    scaler.scale(frame, 0, out, 1);
    return java.util.Arrays.copyOfRange(out, 1, out.length);
  }

  private static PictureSettings gray(int w, int h) {
    return new PictureSettings(w, h, Colours.GRAY, Range.LIMITED);
  }

  private static PictureSettings rgb(int w, int h, Range range) {
    return new PictureSettings(w, h, Colours.RGB, range);
  }

  private static byte[] noise(int bytes, int seed) {
    byte[] frame = new byte[bytes];
    new Random(seed).nextBytes(frame);
    return frame;
  }

  @Test
  void shouldLeaveAPictureOfTheSameSizeAsItIs() {
    byte[] frame = noise(3 * 7 * 5, 1);
    float[] out = scale(RawFormat.RGB24, 7, 5, frame, rgb(7, 5, Range.FULL));
    for (int i = 0; i < frame.length; i++) {
      assertEquals(frame[i] & 0xFF, out[i]);
    }
    float[] swapped = scale(RawFormat.BGR24, 7, 5, frame, rgb(7, 5, Range.FULL));
    for (int p = 0; p < 35; p++) {
      assertEquals(out[3 * p], swapped[3 * p + 2]);
      assertEquals(out[3 * p + 1], swapped[3 * p + 1]);
      assertEquals(out[3 * p + 2], swapped[3 * p]);
    }
  }

  /** The definition in real numbers: overlap of areas, or weights by distance. */
  @ParameterizedTest
  @CsvSource({
    "8, 6, 4, 3",
    "7, 5, 3, 2",
    "640, 480, 96, 96",
    "13, 1, 5, 1",
    "4, 3, 8, 6",
    "3, 2, 7, 5",
    "5, 7, 9, 3",
    "1, 1, 4, 4",
    "96, 96, 97, 95"
  })
  void shouldAgreeWithItsDefinition(int sw, int sh, int dw, int dh) {
    byte[] frame = noise(sw * sh, sw + dw);
    float[] out = scale(RawFormat.GRAY, sw, sh, frame, gray(dw, dh));
    for (int y = 0; y < dh; y++) {
      for (int x = 0; x < dw; x++) {
        double sum = 0;
        double total = 0;
        for (int j = 0; j < sh; j++) {
          double wy = weight(sh, dh, j, y);
          for (int i = 0; i < sw && wy > 0; i++) {
            double w = wy * weight(sw, dw, i, x);
            sum += w * (frame[j * sw + i] & 0xFF);
            total += w;
          }
        }
        double wanted = sum / total;
        assertEquals(wanted, out[y * dw + x], 0.5 + 1e-9, x + ", " + y);
      }
    }
  }

  private static double weight(int source, int wanted, int s, int d) {
    if (wanted <= source) {
      double from = (double) d * source / wanted;
      double to = (double) (d + 1) * source / wanted;
      return Math.max(0, Math.min(s + 1, to) - Math.max(s, from));
    }
    double at = Math.clamp((d + 0.5) * source / wanted - 0.5, 0.0, source - 1.0);
    return Math.max(0, 1 - Math.abs(s - at));
  }

  @Test
  void shouldRoundHalvesUp() {
    byte[] frame = {10, 11};
    assertArrayEquals(new float[] {11}, scale(RawFormat.GRAY, 2, 1, frame, gray(1, 1)));
  }

  /** Colours of ITU-R BT.601, section 2.5 and 2.5.3: the bars of 100 %. */
  @ParameterizedTest
  @CsvSource({
    "LIMITED, 235, 128, 128, 255, 255, 255",
    "LIMITED, 16, 128, 128, 0, 0, 0",
    "LIMITED, 81, 90, 240, 255, 0, 0",
    "LIMITED, 145, 54, 34, 0, 255, 0",
    "LIMITED, 41, 240, 110, 0, 0, 255",
    "LIMITED, 210, 16, 146, 255, 255, 0",
    "FULL, 255, 128, 128, 255, 255, 255",
    "FULL, 76, 85, 255, 254, 0, 0",
    "FULL, 150, 44, 21, 0, 255, 1",
    "FULL, 29, 255, 107, 0, 0, 254",
    "LIMITED, 0, 0, 0, 0, 135, 0",
    "LIMITED, 255, 255, 255, 255, 125, 255"
  })
  void shouldConvertColours(Range range, int y, int u, int v, int r, int g, int b) {
    byte[] planar = {(byte) y, (byte) y, (byte) y, (byte) y, (byte) u, (byte) v};
    byte[] packed = {(byte) y, (byte) u, (byte) y, (byte) v};
    float[] four = scale(RawFormat.YUV420P, 2, 2, planar, rgb(2, 2, range));
    float[] two = scale(RawFormat.YUYV422, 2, 1, packed, rgb(2, 1, range));
    for (int p = 0; p < 4; p++) {
      assertEquals(r, four[3 * p], 1);
      assertEquals(g, four[3 * p + 1], 1);
      assertEquals(b, four[3 * p + 2], 1);
    }
    assertArrayEquals(java.util.Arrays.copyOf(four, 6), two);
  }

  @Test
  void shouldTakeEachPixelsOwnColour() {
    // 4 x 2 pixels: luma 0..7, left half blue-ish, right half red-ish
    byte[] frame = {100, 101, 102, 103, 104, 105, 106, 107, (byte) 200, 90, 80, (byte) 170};
    float[] out = scale(RawFormat.YUV420P, 4, 2, frame, rgb(4, 2, Range.FULL));
    assertEquals(100 + 1.772 * 72, out[2], 0.51);
    assertEquals(103 + 1.402 * 42, out[9], 0.51);
    assertEquals(104 + 1.772 * 72, out[3 * 4 + 2], 0.51);
  }

  @Test
  void shouldMakeGreyOfColours() {
    byte[] frame = {(byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255};
    float[] out = scale(RawFormat.RGB24, 3, 1, frame, gray(3, 1));
    assertArrayEquals(new float[] {76, 150, 29}, out);
    float[] grey = scale(RawFormat.GRAY, 1, 1, new byte[] {77}, rgb(1, 1, Range.FULL));
    assertArrayEquals(new float[] {77, 77, 77}, grey);
  }

  @Test
  void shouldRefuseSizesThatAFormatCannotHave() {
    assertThrows(IllegalArgumentException.class, () -> RawFormat.YUV420P.frameBytes(3, 2));
    assertThrows(IllegalArgumentException.class, () -> RawFormat.YUV420P.frameBytes(2, 3));
    assertThrows(IllegalArgumentException.class, () -> RawFormat.YUYV422.frameBytes(3, 2));
    assertThrows(IllegalArgumentException.class, () -> RawFormat.GRAY.frameBytes(0, 2));
    assertThrows(IllegalArgumentException.class, () -> RawFormat.GRAY.frameBytes(2, 20_000));
    assertThrows(IllegalArgumentException.class, () -> gray(0, 1));
    assertEquals(640 * 480 * 3 / 2, RawFormat.YUV420P.frameBytes(640, 480));
  }

  @Test
  void shouldAllocateNothing() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    FrameScaler scaler = new FrameScaler(RawFormat.YUV420P, 160, 120, rgb(96, 96, Range.LIMITED));
    byte[] frame = noise(scaler.frameBytes(), 3);
    float[] out = new float[scaler.values()];
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 8; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20; i++) {
        scaler.scale(frame, 0, out, 0);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(0, least);
  }
}
