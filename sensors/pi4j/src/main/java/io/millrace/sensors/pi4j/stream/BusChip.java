package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.SampleFormat;
import java.io.Closeable;
import java.io.IOException;

/** A chip that gives samples, however it does. For one thread at a time. */
public sealed interface BusChip extends Closeable permits FifoChip, PolledChip {
  /** Channels, units, and the nominal rate or how often it is asked. */
  SampleFormat format();

  /** Checks that it is the expected chip, as far as it can tell, and sets it up. */
  void start() throws IOException, InterruptedException;

  @Override
  void close();
}
