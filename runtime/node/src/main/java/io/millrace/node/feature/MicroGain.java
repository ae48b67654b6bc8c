package io.millrace.node.feature;

/**
 * Per-channel amplitude normalization: a band is multiplied by {@code (noise + 80)^-0.95}, read
 * from parabolas between powers of two, and then squeezed: squared below 2, less 1 above.
 */
final class MicroGain {
  private static final float STRENGTH = 0.95f;
  private static final float OFFSET = 80;
  private static final int GAIN_BITS = 21;
  private static final int RATIO_BITS = 12;
  private static final int OUTPUT_BITS = 6;
  private static final int INTERVALS = 32;

  private final int ratioShift;
  private final int inputBits;
  private final int atZero;
  private final int atOne;
  private final int atTwo;
  private final int[][] parabolas = new int[INTERVALS + 1][3];

  MicroGain(int smoothingBits, int correctionBits) {
    ratioShift = GAIN_BITS - correctionBits - RATIO_BITS;
    inputBits = smoothingBits - correctionBits;
    atZero = gain(0);
    atOne = gain(1);
    for (int i = 2; i <= INTERVALS; i++) {
      long start = 1L << (i - 1);
      int y0 = gain(start);
      int y1 = gain(start + start / 2);
      int y2 = gain(i == INTERVALS ? 2 * start - 1 : 2 * start);
      int slope = 4 * (y1 - y0) - (y2 - y0);
      parabolas[i][0] = y0;
      parabolas[i][1] = (short) slope;
      parabolas[i][2] = (short) (y2 - y0 - slope);
    }
    atTwo = parabolas[2][0];
  }

  private int gain(long noise) {
    float x = (float) noise / (1L << inputBits);
    float g = (1 << GAIN_BITS) * (float) Math.pow(x + OFFSET, -STRENGTH);
    return g > Short.MAX_VALUE ? Short.MAX_VALUE : (short) (g + 0.5f);
  }

  /** {@code signal} under the gain for {@code noise}, both below 2^32. */
  long apply(long signal, long noise) {
    long ratio = ((signal * gainAt(noise)) >>> ratioShift) & 0xFFFFFFFFL;
    if (ratio < (2 << RATIO_BITS)) {
      return (ratio * ratio) >> (2 + 2 * RATIO_BITS - OUTPUT_BITS);
    }
    return (ratio >> (RATIO_BITS - OUTPUT_BITS)) - (1 << OUTPUT_BITS);
  }

  private long gainAt(long noise) {
    if (noise <= 2) {
      return noise == 0 ? atZero : noise == 1 ? atOne : atTwo;
    }
    int interval = MicroFrontend.bits(noise);
    int[] p = parabolas[interval];
    long aligned = interval < 11 ? noise << (11 - interval) : noise >> (interval - 11);
    int into = (int) (aligned & 0x3FF);
    int bent = ((p[2] * into) >> 5) + (p[1] << 5);
    return (short) (((bent * into + (1 << 14)) >> 15) + p[0]);
  }
}
