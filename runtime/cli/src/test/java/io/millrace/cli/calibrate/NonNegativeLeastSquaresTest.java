package io.millrace.cli.calibrate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NonNegativeLeastSquaresTest {
  @Test
  void shouldSolveWhatCanBeSolved() {
    double[][] columns = {{1, 1, 1}, {0, 1, 2}};
    assertArrayEquals(
        new double[] {3, 2}, NonNegativeLeastSquares.solve(columns, new double[] {3, 5, 7}), 1e-12);
    // the line falls: the best that does not is flat
    assertArrayEquals(
        new double[] {5, 0}, NonNegativeLeastSquares.solve(columns, new double[] {7, 5, 3}), 1e-12);
    assertArrayEquals(
        new double[] {0, 0},
        NonNegativeLeastSquares.solve(columns, new double[] {-1, -2, -3}),
        1e-12);
  }

  @Test
  void shouldMakeDoWithColumnsThatSayNothing() {
    double[][] columns = {{0, 0, 0}, {1, 2, 3}, {2, 4, 6}};
    double[] x = NonNegativeLeastSquares.solve(columns, new double[] {2, 4, 6});
    assertEquals(0, x[0]);
    assertEquals(2, x[1] + 2 * x[2], 1e-9);
    assertEquals(0, NonNegativeLeastSquares.ownLength(columns, 0));
    assertEquals(0, NonNegativeLeastSquares.ownLength(columns, 1));
    assertEquals(
        Math.sqrt(2),
        NonNegativeLeastSquares.ownLength(new double[][] {{1, 1, 1}, {0, 1, 2}}, 1),
        1e-12);
  }

  /** No step into the allowed makes it better, and none at all along what is above 0. */
  @Test
  void shouldMeetTheConditionsOfTheOptimum() {
    SplittableRandom random = new SplittableRandom(3);
    int bounded = 0;
    for (int round = 0; round < 300; round++) {
      int n = random.nextInt(7, 20);
      double[][] columns = new double[random.nextInt(1, 7)][n];
      double[] y = random.doubles(n, -1, 2).toArray();
      for (double[] column : columns) {
        double scale = Math.pow(10, random.nextInt(-3, 4));
        for (int i = 0; i < n; i++) {
          column[i] = scale * random.nextDouble();
        }
      }
      double[] x = NonNegativeLeastSquares.solve(columns, y);
      for (int j = 0; j < x.length; j++) {
        double slope = 0;
        double length = 0;
        for (int i = 0; i < n; i++) {
          double left = y[i];
          for (int k = 0; k < x.length; k++) {
            left -= x[k] * columns[k][i];
          }
          slope += columns[j][i] * left;
          length += columns[j][i] * columns[j][i];
        }
        slope /= Math.sqrt(length);
        assertTrue(x[j] >= 0);
        assertTrue(slope < 1e-9, "column " + j + " would help by " + slope);
        if (x[j] > 0) {
          assertEquals(0, slope, 1e-9);
        } else {
          bounded++;
        }
      }
    }
    assertTrue(bounded > 100, bounded + " bounds were met");
  }

  @Test
  void shouldRefuseMoreThanItCanTry() {
    assertThrows(
        IllegalArgumentException.class,
        () -> NonNegativeLeastSquares.solve(new double[13][1], new double[1]));
  }
}
