package io.millrace.ota.update;

import io.millrace.engine.Executor;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.TrialReport;
import io.millrace.ota.slot.ModelRelease;
import io.millrace.program.BadProgramException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Where a candidate shows itself: beside a node that runs, or alone. */
public interface Stage {
  /**
   * Makes a program ready: verified, and fitting what it is to be used for.
   *
   * @param file its name in the slots' folder
   * @throws BadProgramException if it cannot be trusted or run
   * @throws PipelineException if it does not fit windows, rules or budgets
   */
  Candidate open(String file, ModelRelease release)
      throws IOException, BadProgramException, PipelineException;

  /** A program that is ready. */
  interface Candidate extends Closeable {
    Executor executor();

    /** Runs on live windows beside what runs; empty if nothing runs. */
    Optional<TrialReport> runBeside(int windows, long patienceNs) throws InterruptedException;

    /** Takes the place of what runs, if anything does. */
    void takeOver() throws IOException, InterruptedException;
  }
}
