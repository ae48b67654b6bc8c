package io.millrace.cli.sensor;

import io.millrace.sensors.SampleBlock;
import java.io.Closeable;
import java.io.IOException;

/** Takes samples, block after block: a recording, a display. */
public interface SampleSink extends Closeable {
  /** Takes a block and keeps nothing of it. */
  void take(SampleBlock block) throws IOException;
}
