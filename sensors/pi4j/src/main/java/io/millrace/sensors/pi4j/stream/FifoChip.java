package io.millrace.sensors.pi4j.stream;

import java.io.IOException;

/** A chip that keeps samples until they are read. */
public non-sealed interface FifoChip extends BusChip {
  /** What {@link #waiting} says when samples are gone and those left cannot be told apart. */
  int OVERFLOWED = -1;

  /** Checks the chip's id and sets it up; it samples then, its FIFO empty. */
  @Override
  void start() throws IOException, InterruptedException;

  /** After a failure: sets the chip up if it has lost its settings, and makes its FIFO readable. */
  void resume() throws IOException, InterruptedException;

  /** Throws away what the FIFO holds. */
  void empty() throws IOException;

  /** How many samples can be read now, or {@link #OVERFLOWED}. */
  int waiting() throws IOException;

  /**
   * With this many samples waiting, older ones may be gone; those that wait are the newest. Chips
   * that answer {@link #OVERFLOWED} instead have {@link Integer#MAX_VALUE}.
   */
  int full();

  /** After how many samples it is worth looking: about half of what the FIFO holds. */
  int batch();

  /**
   * Reads the oldest samples.
   *
   * @param samples at most what {@link #waiting} said
   * @param into channels of a sample side by side, from {@code offset}
   */
  void take(int samples, float[] into, int offset) throws IOException;
}
