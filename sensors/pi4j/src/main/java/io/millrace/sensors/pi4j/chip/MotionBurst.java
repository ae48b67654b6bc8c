package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.pi4j.bus.Registers;
import java.io.IOException;

/** Acceleration and rotation, six words with the high byte first, from a FIFO in one transfer. */
final class MotionBurst {
  static final int SAMPLE_BYTES = 12;

  /**
   * As many samples as one transfer takes; Pi4J and the kernel take more than either FIFO holds.
   */
  private static final int LONGEST = 42;

  private final Registers registers;
  private final int fifo;
  private final double mps2PerStep;
  private final double radPerSecondPerStep;
  private final byte[] raw = new byte[LONGEST * SAMPLE_BYTES];

  /**
   * @param fifo the register that gives the FIFO's bytes
   * @param rangeG what 32768 steps are
   * @param stepsPerDps as the data sheet has it for the range
   */
  MotionBurst(Registers registers, int fifo, int rangeG, double stepsPerDps) {
    this.registers = registers;
    this.fifo = fifo;
    this.mps2PerStep = Units.G * rangeG / 32768;
    this.radPerSecondPerStep = Units.RADIANS / stepsPerDps;
  }

  void take(int samples, float[] into, int offset) throws IOException {
    int at = offset;
    for (int left = samples; left > 0; ) {
      int now = Math.min(left, LONGEST);
      registers.read(fifo, raw, 0, now * SAMPLE_BYTES);
      for (int b = 0; b < now * SAMPLE_BYTES; b += SAMPLE_BYTES) {
        for (int axis = 0; axis < 3; axis++) {
          into[at + axis] = (float) (Units.bigEndian(raw, b + 2 * axis) * mps2PerStep);
          into[at + 3 + axis] =
              (float) (Units.bigEndian(raw, b + 6 + 2 * axis) * radPerSecondPerStep);
        }
        at += 6;
      }
      left -= now;
    }
  }

  /** Index of the largest bandwidth that is at most half of the rate; the last if none is. */
  static int filter(double rateHz, double... bandwidthsHz) {
    int index = 0;
    while (index < bandwidthsHz.length - 1 && bandwidthsHz[index] > rateHz / 2) {
      index++;
    }
    return index;
  }
}
