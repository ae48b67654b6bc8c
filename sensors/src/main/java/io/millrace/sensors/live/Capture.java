package io.millrace.sensors.live;

import java.io.IOException;

/** What captures: runs in a thread of its own until its source ends, fails or is stopped. */
public interface Capture {
  /**
   * Captures until the source ends or {@link #stop} is called.
   *
   * @param ring where samples go
   * @throws IOException if there is no use in going on; the message says what to do
   */
  void run(SampleRing ring) throws IOException, InterruptedException;

  /** Makes {@link #run} return soon. Called by another thread, perhaps more than once. */
  void stop();
}
