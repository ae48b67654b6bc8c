package io.millrace.sensors.camera;

/**
 * How much each source pixel gives to each wanted one along one axis, in whole parts of {@link
 * #total}.
 *
 * <ul>
 *   <li>Fewer pixels: area average. Wanted pixel {@code d} of {@code D} covers source {@code [d S /
 *       D, (d + 1) S / D)}; in parts of {@code 1 / D} pixel all bounds are whole numbers.
 *   <li>More pixels: bilinear, pixels' centres on each other's axis: wanted pixel {@code d} lies at
 *       {@code (d + 1/2) S / D - 1/2}, held within the source; in parts of {@code 1 / (2 D)} pixel
 *       a whole number.
 *   <li>As many: the pixels themselves.
 * </ul>
 */
final class AxisWeights {
  private final int[] first;
  private final int[][] weights;
  private final int total;

  private AxisWeights(int[] first, int[][] weights, int total) {
    this.first = first;
    this.weights = weights;
    this.total = total;
  }

  /** The first source pixel of wanted pixel {@code d}. */
  int first(int d) {
    return first[d];
  }

  /** Weights of the source pixels from there on; not to be changed. */
  int[] weights(int d) {
    return weights[d];
  }

  /** What the weights of each wanted pixel add up to. */
  int total() {
    return total;
  }

  static AxisWeights between(int source, int wanted) {
    return wanted <= source ? area(source, wanted) : bilinear(source, wanted);
  }

  private static AxisWeights area(int source, int wanted) {
    int[] first = new int[wanted];
    int[][] weights = new int[wanted][];
    for (int d = 0; d < wanted; d++) {
      int from = d * source;
      int to = from + source;
      first[d] = from / wanted;
      weights[d] = new int[Math.ceilDiv(to, wanted) - first[d]];
      for (int i = 0; i < weights[d].length; i++) {
        int start = (first[d] + i) * wanted;
        weights[d][i] = Math.min(start + wanted, to) - Math.max(start, from);
      }
    }
    return new AxisWeights(first, weights, source);
  }

  private static AxisWeights bilinear(int source, int wanted) {
    int[] first = new int[wanted];
    int[][] weights = new int[wanted][];
    int step = 2 * wanted;
    for (int d = 0; d < wanted; d++) {
      int at = Math.clamp((2L * d + 1) * source - wanted, 0, step * (source - 1));
      first[d] = at / step;
      int right = at % step;
      weights[d] = right == 0 ? new int[] {step} : new int[] {step - right, right};
    }
    return new AxisWeights(first, weights, step);
  }
}
