package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.SampleFormat;
import java.io.Closeable;
import java.io.IOException;

/** A chip that gives a sample when it is asked. For one thread at a time. */
public interface PolledChip extends Closeable {
  /** Channels, units, and how often it is asked. */
  SampleFormat format();

  /** Checks that it is the expected chip, as far as it can tell, and sets it up. */
  void start() throws IOException, InterruptedException;

  /** Puts one sample at {@code offset}, channels side by side. */
  void sample(float[] into, int offset) throws IOException, InterruptedException;

  @Override
  void close();
}
