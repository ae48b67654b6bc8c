package io.millrace.examples.wearable;

import java.util.Random;

/**
 * What a pulse sensor (photoplethysmograph) and an accelerometer on a wrist would report, 25 times
 * a second. Simulated: a systolic and a dicrotic wave each beat, a rate that varies with the breath
 * and by chance, a baseline that breathes, noise; motion shakes the pulse wave too.
 */
final class Wearer {
  static final int RATE_HZ = 25;

  private static final double SETTLING_S = 20;

  /** How the wearer is. */
  enum State {
    REST,
    EXERCISE,
    /** Fast at rest. */
    TACHYCARDIA;

    /** A heart rate that this state may have, beats a minute. */
    double heartRate(Random random) {
      return switch (this) {
        case REST -> 50 + 50 * random.nextDouble();
        case EXERCISE -> 85 + 85 * random.nextDouble();
        case TACHYCARDIA -> 130 + 55 * random.nextDouble();
      };
    }
  }

  private final Random random;
  private double targetPerMinute;
  private double perMinute;
  private double strides; // m/s2
  private double cadenceHz;
  private double shake; // share of the motion that gets into the pulse wave
  private double beat;
  private double stride;
  private double breath;
  private double wander;

  Wearer(long seed, State state) {
    random = new Random(seed);
    change(state);
    perMinute = targetPerMinute;
  }

  /** From now on so; the heart follows within a minute. */
  void change(State state) {
    targetPerMinute = state.heartRate(random);
    boolean moves = state == State.EXERCISE;
    strides = moves ? 1.5 + 5 * random.nextDouble() : 0.3 * random.nextDouble();
    cadenceHz = 1.4 + 1.5 * random.nextDouble();
    shake = 0.05 + 0.15 * random.nextDouble();
  }

  /** The next sample: pulse wave (1 is the height of a beat), acceleration in m/s2. */
  void next(float[] sample) {
    perMinute += (targetPerMinute - perMinute) / (SETTLING_S * RATE_HZ);
    breath = (breath + 0.25 / RATE_HZ) % 1;
    wander = 0.99 * wander + 0.003 * random.nextGaussian();
    double rate = perMinute * (1 + 0.03 * Math.sin(2 * Math.PI * breath) + wander);
    beat = (beat + rate / 60 / RATE_HZ) % 1;
    stride = (stride + cadenceHz * (1 + wander) / RATE_HZ) % 1;
    double motion =
        strides * (Math.sin(2 * Math.PI * stride) + 0.4 * Math.sin(4 * Math.PI * stride + 1));
    double wave = bell(beat, 0.2, 0.1) + 0.35 * bell(beat, 0.5, 0.12);
    sample[0] =
        (float)
            (wave
                + 0.2 * Math.sin(2 * Math.PI * breath)
                + shake * motion
                + 0.05 * random.nextGaussian());
    sample[1] = (float) (motion + 0.1 * random.nextGaussian());
  }

  private static double bell(double at, double centre, double width) {
    double off = (at - centre) / width;
    return Math.exp(-off * off);
  }
}
