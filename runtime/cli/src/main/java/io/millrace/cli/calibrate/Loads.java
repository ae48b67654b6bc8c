package io.millrace.cli.calibrate;

import io.millrace.program.BadProgramException;

/** Keeps cores busy. */
interface Loads {
  /** Cores that are being kept busy until it is closed. */
  interface Load extends AutoCloseable {
    /** All that they have done so far. */
    Done done();

    /** Ends it, and waits until the cores are free, interrupted or not. */
    @Override
    void close();
  }

  /** Starts {@code workload}; returns once all its cores are at it. */
  Load start(Workload workload) throws BadProgramException, InterruptedException;
}
