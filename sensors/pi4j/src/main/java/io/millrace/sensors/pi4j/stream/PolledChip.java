package io.millrace.sensors.pi4j.stream;

import java.io.IOException;

/** A chip that gives a sample when it is asked. */
public non-sealed interface PolledChip extends BusChip {
  /** Puts one sample at {@code offset}, channels side by side. */
  void sample(float[] into, int offset) throws IOException, InterruptedException;
}
