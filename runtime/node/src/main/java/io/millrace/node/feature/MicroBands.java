package io.millrace.node.feature;

/**
 * Triangles in mel with weights of 12 bits. A bin between two centres gives its weight to the lower
 * band's falling side and the rest to the upper band's rising one. Edges are worked out in float,
 * as the original does.
 */
final class MicroBands {
  private static final int WEIGHT_BITS = 12;

  private final int firstBin;
  private final int[] sideEnd;
  private final int[] falling;
  private final int[] rising;

  MicroBands(int count, float fromHz, float toHz, int rateHz, int spectrumSize) {
    if (fromHz < 0 || toHz > rateHz / 2f || toHz <= fromHz) {
      throw new IllegalArgumentException(
          "bands from %s to %s Hz do not lie within 0 to %s Hz, half of the rate"
              .formatted(fromHz, toHz, rateHz / 2f));
    }
    float low = mel(fromHz);
    float span = mel(toHz) - low;
    float spacing = span / (count + 1);
    float[] centres = new float[count + 1];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = low + spacing * (i + 1);
    }
    float hzPerBin = (float) (0.5 * rateHz / (spectrumSize - 1f));
    firstBin = (int) (1.5 + fromHz / hzPerBin);
    falling = new int[spectrumSize];
    rising = new int[spectrumSize];
    sideEnd = new int[centres.length];
    int bin = firstBin;
    for (int i = 0; i < centres.length; i++) {
      float before = i == 0 ? low : centres[i - 1];
      while (bin < spectrumSize && mel(bin * hzPerBin) <= centres[i]) {
        float weight = (centres[i] - mel(bin * hzPerBin)) / (centres[i] - before);
        falling[bin] = (int) Math.floor(weight * (1 << WEIGHT_BITS) + 0.5);
        rising[bin] = (int) Math.floor((1.0 - weight) * (1 << WEIGHT_BITS) + 0.5);
        bin++;
      }
      sideEnd[i] = bin;
    }
    if (bin >= spectrumSize) {
      throw new IllegalArgumentException(
          "bands up to %s Hz reach the last bin of the spectrum, at %s Hz; end them lower"
              .formatted(toHz, rateHz / 2f));
    }
  }

  private static float mel(float hz) {
    return (float) (1127.0 * Math.log1p(hz / 700.0));
  }

  /** Sums the squared magnitudes of each band. */
  void accumulate(FixedFourier spectrum, long[] to) {
    long rest = 0;
    int bin = firstBin;
    for (int i = 0; i < sideEnd.length; i++) {
      long sum = rest;
      rest = 0;
      for (; bin < sideEnd[i]; bin++) {
        int re = spectrum.re(bin);
        int im = spectrum.im(bin);
        // as 32 bits with a sign: of two full-scale parts the sum would be 2^31
        int energy = re * re + im * im;
        sum += (long) falling[bin] * energy;
        rest += (long) rising[bin] * energy;
      }
      // the falling side below the first centre belongs to no band
      if (i > 0) {
        to[i - 1] = sum;
      }
    }
  }

  /** The square root, rounded as the original does: in 16 bits where the number has 32. */
  static long root(long number) {
    long root = (long) Math.sqrt((double) number);
    while (root * root > number) {
      root--;
    }
    while ((root + 1) * (root + 1) <= number) {
      root++;
    }
    long most = number >>> 32 == 0 ? 0xFFFF : 0xFFFFFFFFL;
    return number - root * root > root && root < most ? root + 1 : root;
  }
}
