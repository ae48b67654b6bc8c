package io.millrace.examples.doorway;

import java.util.Random;

/**
 * Pictures of a door, drawn and not taken: 24 by 32 levels of grey. A wall that is lighter at the
 * top, a door, and perhaps a figure of head and body, darker or lighter than what is behind it.
 */
final class Scene {
  static final int WIDTH = 24;
  static final int HEIGHT = 32;
  static final int PIXELS = WIDTH * HEIGHT;

  private static final double WALL = 150;
  private static final double DOOR = 100;
  private static final double NOISE = 5;

  private final Random random;

  Scene(long seed) {
    random = new Random(seed);
  }

  /** A brightness that clothes may have, in levels. */
  double clothes() {
    return random.nextBoolean() ? 20 + 40 * random.nextDouble() : 200 + 40 * random.nextDouble();
  }

  /** Chance in [from, to). */
  double between(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** A picture without a figure; {@code light} is 1 by day. */
  byte[] empty(double light) {
    return picture(light, Double.NaN, 0);
  }

  /** A picture with a figure whose middle is at column {@code x}. */
  byte[] withFigure(double light, double x, double clothes) {
    return picture(light, x, clothes);
  }

  private byte[] picture(double light, double x, double clothes) {
    byte[] levels = new byte[PIXELS];
    for (int row = 0; row < HEIGHT; row++) {
      for (int column = 0; column < WIDTH; column++) {
        boolean door = column >= 6 && column < 18 && row >= 4;
        double level = (door ? DOOR : WALL) + 20 - 40.0 * row / HEIGHT;
        boolean head = inside(column - x, row - 9, 2.2, 2.6);
        boolean body = inside(column - x, row - 21, 4, 10);
        if (head || body) {
          level = clothes;
        }
        level = light * level + NOISE * random.nextGaussian();
        levels[row * WIDTH + column] = (byte) Math.clamp(Math.round(level), 0, 255);
      }
    }
    return levels;
  }

  /** Whether a point is inside an ellipse; NaN is not. */
  private static boolean inside(double x, double y, double halfWidth, double halfHeight) {
    return x * x / (halfWidth * halfWidth) + y * y / (halfHeight * halfHeight) < 1;
  }
}
