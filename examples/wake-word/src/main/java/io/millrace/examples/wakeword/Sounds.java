package io.millrace.examples.wakeword;

import java.util.Random;

/**
 * Sounds that are made, not recorded: the call sign, which is 700 Hz for 0.2 s and then 1,100 Hz
 * for 0.3 s, and others that resemble it.
 */
final class Sounds {
  static final int RATE_HZ = 16_000;

  /** What is to be heard. */
  enum Kind {
    CALL,
    REVERSED,
    FIRST_TONE_ALONE,
    SECOND_TONE_ALONE,
    OTHER_PAIR,
    CHIRP,
    NOISE;

    /** Its class as the network counts: 0 is anything else. */
    int label() {
      return this == CALL ? 1 : 0;
    }
  }

  private static final double FIRST_HZ = 700;
  private static final double SECOND_HZ = 1100;

  private final Random random;
  private double phase;

  Sounds(long seed) {
    random = new Random(seed);
  }

  /** Adds a sound of {@code kind}, 0.5 s long, to {@code sound} from sample {@code from} on. */
  void add(Kind kind, float[] sound, int from) {
    double detuned = 1 + 0.02 * (2 * random.nextDouble() - 1);
    double level = 0.05 * Math.pow(8, random.nextDouble());
    int half = RATE_HZ / 5;
    int end = RATE_HZ / 2;
    for (int i = 0; i < end && from + i < sound.length; i++) {
      double hz = i < half ? FIRST_HZ : SECOND_HZ;
      double edge = Math.min(1, Math.min(i, end - i) / (0.01 * RATE_HZ));
      switch (kind) {
        case CALL -> {}
        case REVERSED -> hz = i < half ? SECOND_HZ : FIRST_HZ;
        case FIRST_TONE_ALONE -> hz = FIRST_HZ;
        case SECOND_TONE_ALONE -> hz = SECOND_HZ;
        case OTHER_PAIR -> hz = i < half ? 1600 : 2200;
        case CHIRP -> hz = 500 + 1500.0 * i / end;
        case NOISE -> hz = 0;
      }
      phase += 2 * Math.PI * hz * detuned / RATE_HZ;
      double value = kind == Kind.NOISE ? 0.5 * random.nextGaussian() : Math.sin(phase);
      sound[from + i] += (float) (level * edge * value);
    }
  }

  /** Adds noise of {@code deviation} to all of {@code sound}. */
  void hiss(float[] sound, double deviation) {
    for (int i = 0; i < sound.length; i++) {
      sound[i] += (float) (deviation * random.nextGaussian());
    }
  }

  /** One window of the network's training: a sound of {@code kind} wholly inside, with noise. */
  float[] window(Kind kind) {
    float[] sound = new float[RATE_HZ];
    hiss(sound, 0.001 * Math.pow(10, random.nextDouble()));
    add(kind, sound, random.nextInt(RATE_HZ / 2));
    return sound;
  }
}
