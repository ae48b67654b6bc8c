package io.millrace.node.feature;

import java.util.Arrays;

/**
 * TensorFlow Lite's audio front end for microcontrollers, in the whole numbers of
 * tensorflow/lite/experimental/microfrontend/lib (2018 to 2025), value for value. For one thread;
 * frame after frame of a stream; allocates nothing after it is made.
 *
 * <pre>
 *   frame      Hann window in 12 bits, (n + 1/2) in place of n
 *   spectrum   scaled up to 15 bits, 16-bit transform
 *   bands      squared magnitudes, overlapping triangles in mel, 12 bits
 *   root       whole square root, rounded; scaled down again
 *   noise      a running mean of each band is taken off; even and odd bands follow it at their pace
 *   gain       per-channel amplitude normalization: divided by a power of that mean, then squeezed
 *   log        natural logarithm, in 64ths
 * </pre>
 *
 * <p>Noise and gain: Y. Wang et al., Trainable frontend for robust and far-field keyword spotting,
 * ICASSP 2017. Triangles' edges and gains are worked out in the float arithmetic of the original,
 * since their rounding shows in the results.
 */
public final class MicroFrontend {
  private static final int WINDOW_BITS = 12;
  private static final int WEIGHT_BITS = 12;
  private static final int SMOOTHING_BITS = 10;
  private static final int SHARE_BITS = 14;
  private static final int EVEN_SMOOTHING = (int) (0.025f * (1 << SHARE_BITS));
  private static final int ODD_SMOOTHING = (int) (0.06f * (1 << SHARE_BITS));
  private static final int LEAST_REMAINING = (int) (0.05f * (1 << SHARE_BITS));

  private final int[] window;
  private final short[] windowed;
  private final FixedFourier fourier;
  private final MicroBands bands;
  private final MicroGain gain;
  private final boolean pcan;
  private final int correctionBits;
  private final long[] estimate;
  private final long[] signal;

  /**
   * For frames of {@code frameSamples} at {@code rateHz}.
   *
   * @param count bands
   * @param fromHz lowest edge of the first
   * @param toHz highest edge of the last, below half of the rate
   * @param pcan whether bands are divided by their own noise
   */
  public MicroFrontend(
      int frameSamples, int rateHz, int count, double fromHz, double toHz, boolean pcan) {
    int length = Math.max(4, Fourier.lengthFor(frameSamples));
    fourier = new FixedFourier(length);
    windowed = new short[length];
    window = new int[frameSamples];
    float step = (float) (Math.PI * 2 / frameSamples);
    for (int i = 0; i < frameSamples; i++) {
      float hann = (float) (0.5 - 0.5 * Math.cos(step * (i + 0.5)));
      window[i] = (int) Math.floor(hann * (1 << WINDOW_BITS) + 0.5);
    }
    bands = new MicroBands(count, (float) fromHz, (float) toHz, rateHz, length / 2 + 1);
    correctionBits = bits(length) - 1 - WEIGHT_BITS / 2;
    gain = new MicroGain(SMOOTHING_BITS, correctionBits);
    this.pcan = pcan;
    estimate = new long[count];
    signal = new long[count];
  }

  /** How many bits a number takes. */
  static int bits(long x) {
    return 64 - Long.numberOfLeadingZeros(x);
  }

  /** Forgets the noise: the next frame is the first. */
  public void reset() {
    Arrays.fill(estimate, 0);
  }

  /**
   * Works out the bands of the next frame.
   *
   * @param samples 16-bit samples, a frame of them from {@code offset}
   * @param out where to, one value a band from {@code outOffset}; 0 to 65535, seldom above 670
   */
  public void frame(short[] samples, int offset, int[] out, int outOffset) {
    int largest = 0;
    for (int i = 0; i < window.length; i++) {
      int value = (samples[offset + i] * window[i]) >> WINDOW_BITS;
      windowed[i] = (short) value;
      // 16-bit numbers have no 32768: there, -32768 counts as no level
      largest = value == Short.MIN_VALUE ? largest : Math.max(largest, Math.abs(value));
    }
    int shift = 15 - bits(largest);
    for (int i = 0; i < window.length; i++) {
      windowed[i] = (short) (windowed[i] << shift);
    }
    Arrays.fill(windowed, window.length, windowed.length, (short) 0);
    fourier.transform(windowed);
    bands.accumulate(fourier, signal);
    for (int b = 0; b < signal.length; b++) {
      long level = MicroBands.root(signal[b]) >> shift;
      long kept = withoutNoise(b, level);
      if (pcan) {
        kept = gain.apply(kept, estimate[b]);
      }
      out[outOffset + b] = logarithm(kept);
    }
  }

  private long withoutNoise(int b, long level) {
    long smoothing = (b & 1) == 0 ? EVEN_SMOOTHING : ODD_SMOOTHING;
    long scaled = (level << SMOOTHING_BITS) & 0xFFFFFFFFL;
    long noise =
        (scaled * smoothing + estimate[b] * ((1 << SHARE_BITS) - smoothing)) >>> SHARE_BITS;
    estimate[b] = noise & 0xFFFFFFFFL;
    long left = (scaled - Math.min(scaled, estimate[b])) >> SMOOTHING_BITS;
    return Math.max(left, (level * LEAST_REMAINING) >>> SHARE_BITS);
  }

  private int logarithm(long value) {
    long corrected =
        correctionBits < 0 ? value >>> -correctionBits : (value << correctionBits) & 0xFFFFFFFFL;
    return corrected > 1 ? Math.min(0xFFFF, MicroLog.of(corrected)) : 0;
  }
}
