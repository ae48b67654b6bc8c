package io.millrace.suites.speech;

/**
 * The two front ends of MLPerf Tiny once more, from their published formulas and with nothing of
 * the node's: double precision, the discrete Fourier transform as the sum that defines it, and
 * triangles asked for each bin. Slow, and short enough to be compared with the formulas by eye.
 *
 * <p>Keywords: mlcommons/tiny, benchmark/training/keyword_spotting/get_dataset.py, and the
 * definitions of {@code tf.signal.stft}, {@code linear_to_mel_weight_matrix} and {@code
 * mfccs_from_log_mel_spectrograms}. Wake word:
 * benchmark/training/streaming_wakeword/get_dataset.py.
 */
final class PublishedFormulas {
  private static final double RATE_HZ = 16_000;
  private static final int BANDS = 40;

  private PublishedFormulas() {}

  /** 49 frames of 10 cepstral coefficients of one second, divided by its largest sample. */
  static double[] keywords(float[] second) {
    double[] x = perLargest(second);
    double[] out = new double[49 * 10];
    for (int f = 0; f < 49; f++) {
      double[] frame = new double[480];
      for (int n = 0; n < 480; n++) {
        frame[n] = x[f * 320 + n] * Math.pow(Math.sin(Math.PI * n / 480), 2);
      }
      double[] power = power(frame, 512);
      double[] log = new double[BANDS];
      for (int b = 0; b < BANDS; b++) {
        double sum = 0;
        for (int k = 1; k <= 256; k++) {
          sum += triangle(b, k * RATE_HZ / 512, 20, 4000) * Math.sqrt(power[k]);
        }
        log[b] = Math.log(sum + 1e-6);
      }
      for (int c = 0; c < 10; c++) {
        double sum = 0;
        for (int b = 0; b < BANDS; b++) {
          sum += log[b] * Math.cos(Math.PI / BANDS * (b + 0.5) * c);
        }
        out[f * 10 + c] = sum * Math.sqrt(2.0 / BANDS);
      }
    }
    return out;
  }

  /** 30 frames of 40 logarithmic energies of one second, divided by its largest sample. */
  static double[] wakeWord(float[] second) {
    double[] x = perLargest(second);
    double[] out = new double[30 * BANDS];
    for (int f = 0; f < 30; f++) {
      double[] frame = new double[1024];
      for (int n = 0; n < 1024; n++) {
        int at = f * 512 + n;
        double emphasized = at == 0 ? x[0] : x[at] - 31.0 / 32 * x[at - 1];
        frame[n] = emphasized * (0.54 - 0.46 * Math.cos(2 * Math.PI * n / 1023));
      }
      double[] power = power(frame, 1024);
      for (int b = 0; b < BANDS; b++) {
        double sum = 0;
        for (int k = 1; k <= 512; k++) {
          sum += triangle(b, k * RATE_HZ / 1024, 0, 8000) * power[k];
        }
        double db = 10 * Math.log10(Math.max(1e-30, sum / 1024));
        out[f * BANDS + b] = Math.clamp((db + 52) / 64, 0, 1);
      }
    }
    return out;
  }

  private static double[] perLargest(float[] samples) {
    double largest = 0;
    for (float sample : samples) {
      largest = Math.max(largest, sample);
    }
    double[] x = new double[samples.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = samples[i] / largest;
    }
    return x;
  }

  /** {@code |sum(x[n] e^(-2 pi i k n / N))|^2} for k up to half of N. */
  private static double[] power(double[] x, int length) {
    double[] power = new double[length / 2 + 1];
    for (int k = 0; k < power.length; k++) {
      double re = 0;
      double im = 0;
      for (int n = 0; n < x.length; n++) {
        double turn = 2 * Math.PI * ((long) k * n % length) / length;
        re += x[n] * Math.cos(turn);
        im += x[n] * Math.sin(turn);
      }
      power[k] = re * re + im * im;
    }
    return power;
  }

  /** What band {@code b} of {@link #BANDS} gives a frequency: a triangle in mel. */
  private static double triangle(int b, double hz, double fromHz, double toHz) {
    double step = (mel(toHz) - mel(fromHz)) / (BANDS + 1);
    double fromCentre = (mel(hz) - mel(fromHz)) / step - (b + 1);
    return Math.max(0, 1 - Math.abs(fromCentre));
  }

  private static double mel(double hz) {
    return 1127 * Math.log(1 + hz / 700);
  }
}
