package io.millrace.ota.update;

import io.millrace.engine.Executor;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.TrialReport;
import io.millrace.node.storage.Folder;
import io.millrace.ota.slot.ModelRelease;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Nothing runs: a candidate shows its golden samples only. */
public final class Alone implements Stage {
  private final Folder folder;
  private final Fitness fitness;

  /** What a program must fit. */
  @FunctionalInterface
  public interface Fitness {
    /** Fits everything. */
    Fitness ANY = program -> {};

    /**
     * Demands that a program fits.
     *
     * @throws PipelineException saying what does not fit
     */
    void require(Program program) throws PipelineException;
  }

  public Alone(Folder folder, Fitness fitness) {
    this.folder = folder;
    this.fitness = fitness;
  }

  @Override
  public Candidate open(String file, ModelRelease release)
      throws IOException, BadProgramException, PipelineException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(folder.size(file)));
    folder.read(file, 0, bytes);
    Program program = ProgramFile.read(bytes.flip());
    fitness.require(program);
    Executor executor = Executor.load(program);
    return new Candidate() {
      @Override
      public Executor executor() {
        return executor;
      }

      @Override
      public Optional<TrialReport> runBeside(int windows, long patienceNs) {
        return Optional.empty();
      }

      @Override
      public void takeOver() {
        // the next start runs it
      }

      @Override
      public void close() {
        executor.close();
      }
    };
  }
}
