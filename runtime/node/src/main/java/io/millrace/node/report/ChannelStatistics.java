package io.millrace.node.report;

import io.millrace.sensors.SampleBlock;
import java.util.List;

/**
 * Mean, peak and RMS of each channel since the last look. Filled by the sensor's thread, emptied by
 * another; adding allocates nothing.
 */
final class ChannelStatistics {
  /**
   * How a channel was.
   *
   * @param mean sum(x) / n; NaN without samples, as the others
   * @param peak the largest |x|
   * @param rms sqrt(sum(x^2) / n), the mean not taken out
   * @param samples n, those that were finite numbers
   */
  record Figures(double mean, double peak, double rms, long samples) {}

  private final int width;
  private final int[] positions;
  private final double[] sum;
  private final double[] squares;
  private final double[] peak;
  private final long[] samples;

  ChannelStatistics(List<ReportSubject.Channel> channels, int width) {
    this.width = width;
    positions = channels.stream().mapToInt(ReportSubject.Channel::position).toArray();
    sum = new double[positions.length];
    squares = new double[positions.length];
    peak = new double[positions.length];
    samples = new long[positions.length];
  }

  synchronized void add(SampleBlock block) {
    float[] values = block.values();
    int end = block.offset() + block.samples() * width;
    for (int c = 0; c < positions.length; c++) {
      double total = 0;
      double ofSquares = 0;
      double largest = peak[c];
      long count = 0;
      for (int i = block.offset() + positions[c]; i < end; i += width) {
        double value = values[i];
        double magnitude = Math.abs(value);
        if (magnitude <= Float.MAX_VALUE) {
          total += value;
          ofSquares += value * value;
          largest = Math.max(largest, magnitude);
          count++;
        }
      }
      sum[c] += total;
      squares[c] += ofSquares;
      peak[c] = largest;
      samples[c] += count;
    }
  }

  /** How each channel was since the last call, in their order. */
  synchronized Figures[] take() {
    Figures[] taken = new Figures[positions.length];
    for (int c = 0; c < taken.length; c++) {
      double n = samples[c];
      taken[c] =
          samples[c] == 0
              ? new Figures(Double.NaN, Double.NaN, Double.NaN, 0)
              : new Figures(sum[c] / n, peak[c], Math.sqrt(squares[c] / n), samples[c]);
      sum[c] = 0;
      squares[c] = 0;
      peak[c] = 0;
      samples[c] = 0;
    }
    return taken;
  }
}
