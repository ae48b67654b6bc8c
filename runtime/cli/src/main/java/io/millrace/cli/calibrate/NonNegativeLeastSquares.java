package io.millrace.cli.calibrate;

/**
 * The non-negative x that brings the sum of x[j] times column j closest to y. For a handful of
 * columns: the optimum is the unbounded solution on the columns that it uses, so all subsets are
 * tried, and the best of those whose solution has no negative part is it (Lawson and Hanson,
 * Solving Least Squares Problems, chapter 23, has the conditions).
 */
final class NonNegativeLeastSquares {
  private static final int MOST_COLUMNS = 12;

  /** Below this share of its length, what is left of a column is rounding. */
  private static final double ROUNDING = 1e-9;

  private NonNegativeLeastSquares() {}

  /**
   * The solution; 0 for columns that are nothing or say the same as others.
   *
   * @param columns each as long as {@code y}
   */
  static double[] solve(double[][] columns, double[] y) {
    if (columns.length > MOST_COLUMNS) {
      throw new IllegalArgumentException(
          columns.length + " columns, at most " + MOST_COLUMNS + " are solved for");
    }
    double[] best = new double[columns.length];
    double least = residual(columns, y, best);
    for (int subset = 1; subset < 1 << columns.length; subset++) {
      double[] x = onSubset(columns, y, subset);
      if (x != null) {
        double residual = residual(columns, y, x);
        if (residual < least) {
          least = residual;
          best = x;
        }
      }
    }
    return best;
  }

  /** The sum of the squares of what {@code x} leaves of {@code y}. */
  static double residual(double[][] columns, double[] y, double[] x) {
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      double left = y[i];
      for (int j = 0; j < x.length; j++) {
        left -= x[j] * columns[j][i];
      }
      sum += left * left;
    }
    return sum;
  }

  /**
   * The length of what is left of column {@code j} when all that the others can say is taken away:
   * 0 if they say all of it. The standard error of x[j] is that of y by this length.
   */
  static double ownLength(double[][] columns, int j) {
    double[][] ordered = new double[columns.length][];
    int n = 0;
    for (int k = 0; k < columns.length; k++) {
      if (k != j) {
        ordered[n++] = columns[k];
      }
    }
    ordered[n] = columns[j];
    double[][] orthogonal = orthogonal(ordered);
    return length(orthogonal[n]);
  }

  /** The unbounded solution on the columns of {@code subset}; null if it is negative or not one. */
  private static double[] onSubset(double[][] columns, double[] y, int subset) {
    double[][] chosen = new double[Integer.bitCount(subset)][];
    int[] index = new int[chosen.length];
    int n = 0;
    for (int j = 0; j < columns.length; j++) {
      if ((subset >> j & 1) != 0) {
        index[n] = j;
        chosen[n++] = columns[j];
      }
    }
    double[][] q = orthogonal(chosen);
    double[] x = new double[columns.length];
    double[] left = y.clone();
    double[] onQ = new double[n];
    for (int k = 0; k < n; k++) {
      double square = dot(q[k], q[k]);
      if (square == 0) {
        return null;
      }
      onQ[k] = dot(q[k], left) / square;
      subtract(left, onQ[k], q[k]);
    }
    // column k is q[k] and its shares of the q before it
    for (int k = n - 1; k >= 0; k--) {
      double value = onQ[k];
      for (int later = k + 1; later < n; later++) {
        value -= x[index[later]] * dot(q[k], chosen[later]) / dot(q[k], q[k]);
      }
      if (value < 0) {
        return null;
      }
      x[index[k]] = value;
    }
    return x;
  }

  /** Gram and Schmidt's, modified and done twice for accuracy; what is rounding becomes 0. */
  private static double[][] orthogonal(double[][] columns) {
    double[][] q = new double[columns.length][];
    for (int k = 0; k < columns.length; k++) {
      double[] v = columns[k].clone();
      for (int pass = 0; pass < 2; pass++) {
        for (int before = 0; before < k; before++) {
          double square = dot(q[before], q[before]);
          if (square > 0) {
            subtract(v, dot(q[before], v) / square, q[before]);
          }
        }
      }
      if (length(v) <= ROUNDING * length(columns[k])) {
        java.util.Arrays.fill(v, 0);
      }
      q[k] = v;
    }
    return q;
  }

  private static double length(double[] v) {
    return Math.sqrt(dot(v, v));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void subtract(double[] from, double times, double[] v) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= times * v[i];
    }
  }
}
