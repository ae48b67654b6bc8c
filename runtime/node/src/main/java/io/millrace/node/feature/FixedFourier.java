package io.millrace.node.feature;

/**
 * The discrete Fourier transform of real 16-bit numbers in 16-bit fixed point, divided by its
 * length, with the rounding of KISS FFT 1.3 built for {@code FIXED_POINT 16}: a complex transform
 * of half the length by decimation in time, radix 4 and at most one radix 2, each stage divided
 * first; products rounded to 15 bits; sums wrap at 16 bits. Every value equals that library's.
 */
final class FixedFourier {
  private static final int ONE = 32767;

  private final int half;
  private final short[] re;
  private final short[] im;
  private final short[] cos;
  private final short[] sin;
  private final short[] splitCos;
  private final short[] splitSin;
  private final int[] order;
  private final int[] radices;

  /** Of {@code length} numbers, a power of two from 4. */
  FixedFourier(int length) {
    if (length < 4 || length > 1 << 15 || Integer.bitCount(length) != 1) {
      throw new IllegalArgumentException(
          "transform length " + length + " is not a power of two within 4 to 32768");
    }
    half = length / 2;
    re = new short[half + 1];
    im = new short[half + 1];
    cos = new short[half];
    sin = new short[half];
    for (int i = 0; i < half; i++) {
      double phase = -2 * Math.PI * i / half;
      cos[i] = fixed(Math.cos(phase));
      sin[i] = fixed(Math.sin(phase));
    }
    splitCos = new short[half / 2];
    splitSin = new short[half / 2];
    for (int i = 0; i < half / 2; i++) {
      double phase = -Math.PI * ((i + 1.0) / half + 0.5);
      splitCos[i] = fixed(Math.cos(phase));
      splitSin[i] = fixed(Math.sin(phase));
    }
    int fours = Integer.numberOfTrailingZeros(half) / 2;
    boolean two = Integer.numberOfTrailingZeros(half) % 2 == 1;
    radices = new int[fours + (two ? 1 : 0)];
    java.util.Arrays.fill(radices, 4);
    if (two) {
      radices[fours] = 2;
    }
    order = new int[half];
    place(0, 0, 1, 0);
  }

  private static short fixed(double x) {
    return (short) Math.floor(0.5 + ONE * x);
  }

  /** Where each output of the first stage takes its input: decimation in time. */
  private int place(int at, int from, int stride, int stage) {
    int next = at;
    if (stage == radices.length) {
      order[next++] = from;
      return next;
    }
    for (int r = 0; r < radices[stage]; r++) {
      next = place(next, from + r * stride, stride * radices[stage], stage + 1);
    }
    return next;
  }

  /** Real part of bin {@code k}, 0 to half the length. */
  int re(int k) {
    return re[k];
  }

  /** Imaginary part of bin {@code k}. */
  int im(int k) {
    return im[k];
  }

  /** Transforms {@code input}, as many numbers as the length. */
  void transform(short[] input) {
    for (int i = 0; i < half; i++) {
      re[i] = input[2 * order[i]];
      im[i] = input[2 * order[i] + 1];
    }
    int size = 1;
    for (int stage = radices.length - 1; stage >= 0; stage--) {
      int part = size;
      size *= radices[stage];
      int stride = half / size;
      for (int start = 0; start < half; start += size) {
        for (int k = 0; k < part; k++) {
          if (radices[stage] == 4) {
            butterfly4(start + k, part, k * stride);
          } else {
            butterfly2(start + k, part, k * stride);
          }
        }
      }
    }
    split();
  }

  private static int rounded(int product) {
    return (product + (1 << 14)) >> 15;
  }

  private static short divided(short x, int by) {
    return (short) rounded(x * (ONE / by));
  }

  private void divide(int i, int by) {
    re[i] = divided(re[i], by);
    im[i] = divided(im[i], by);
  }

  private static short timesRe(int ar, int ai, int br, int bi) {
    return (short) rounded(ar * br - ai * bi);
  }

  private static short timesIm(int ar, int ai, int br, int bi) {
    return (short) rounded(ar * bi + ai * br);
  }

  private void butterfly2(int a, int part, int twiddle) {
    int b = a + part;
    divide(a, 2);
    divide(b, 2);
    short tr = timesRe(re[b], im[b], cos[twiddle], sin[twiddle]);
    short ti = timesIm(re[b], im[b], cos[twiddle], sin[twiddle]);
    re[b] = (short) (re[a] - tr);
    im[b] = (short) (im[a] - ti);
    re[a] += tr;
    im[a] += ti;
  }

  private void butterfly4(int a, int part, int twiddle) {
    int b = a + part;
    int c = b + part;
    int d = c + part;
    divide(a, 4);
    divide(b, 4);
    divide(c, 4);
    divide(d, 4);
    short br = timesRe(re[b], im[b], cos[twiddle], sin[twiddle]);
    short bi = timesIm(re[b], im[b], cos[twiddle], sin[twiddle]);
    short cr = timesRe(re[c], im[c], cos[2 * twiddle], sin[2 * twiddle]);
    short ci = timesIm(re[c], im[c], cos[2 * twiddle], sin[2 * twiddle]);
    short dr = timesRe(re[d], im[d], cos[3 * twiddle], sin[3 * twiddle]);
    short di = timesIm(re[d], im[d], cos[3 * twiddle], sin[3 * twiddle]);
    short lessR = (short) (re[a] - cr);
    short lessI = (short) (im[a] - ci);
    re[a] += cr;
    im[a] += ci;
    short sumR = (short) (br + dr);
    short sumI = (short) (bi + di);
    short differenceR = (short) (br - dr);
    short differenceI = (short) (bi - di);
    re[c] = (short) (re[a] - sumR);
    im[c] = (short) (im[a] - sumI);
    re[a] += sumR;
    im[a] += sumI;
    re[b] = (short) (lessR + differenceI);
    im[b] = (short) (lessI - differenceR);
    re[d] = (short) (lessR - differenceI);
    im[d] = (short) (lessI + differenceR);
  }

  /** From the transform of pairs to that of the real numbers. */
  private void split() {
    short r0 = divided(re[0], 2);
    short i0 = divided(im[0], 2);
    re[half] = (short) (r0 - i0);
    im[half] = 0;
    re[0] = (short) (r0 + i0);
    im[0] = 0;
    for (int k = 1; k <= half / 2; k++) {
      int mirror = half - k;
      short ar = divided(re[k], 2);
      short ai = divided(im[k], 2);
      short br = divided(re[mirror], 2);
      short bi = divided((short) -im[mirror], 2);
      short evenR = (short) (ar + br);
      short evenI = (short) (ai + bi);
      short oddR = (short) (ar - br);
      short oddI = (short) (ai - bi);
      short tr = timesRe(oddR, oddI, splitCos[k - 1], splitSin[k - 1]);
      short ti = timesIm(oddR, oddI, splitCos[k - 1], splitSin[k - 1]);
      re[k] = (short) ((evenR + tr) >> 1);
      im[k] = (short) ((evenI + ti) >> 1);
      re[mirror] = (short) ((evenR - tr) >> 1);
      im[mirror] = (short) ((ti - evenI) >> 1);
    }
  }
}
