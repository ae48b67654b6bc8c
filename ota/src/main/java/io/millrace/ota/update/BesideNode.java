package io.millrace.ota.update;

import io.millrace.engine.Executor;
import io.millrace.node.pipeline.LiveModels;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.TrialReport;
import io.millrace.ota.slot.ModelRelease;
import io.millrace.program.BadProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A node runs: a candidate answers its windows for a while, then takes over between two. */
public final class BesideNode implements Stage {
  private static final int VERSION_DIGITS = 12;

  private final Path folder;
  private final LiveModels models;

  /**
   * For the node whose models these are.
   *
   * @param folder of the slots
   */
  public BesideNode(Path folder, LiveModels models) {
    this.folder = folder;
    this.models = models;
  }

  @Override
  public Candidate open(String file, ModelRelease release)
      throws IOException, BadProgramException, PipelineException {
    LiveModels.Candidate candidate =
        models.open(folder.resolve(file), release.sha256().substring(0, VERSION_DIGITS));
    return new Candidate() {
      @Override
      public Executor executor() {
        return candidate.executor();
      }

      @Override
      public Optional<TrialReport> runBeside(int windows, long patienceNs)
          throws InterruptedException {
        return windows == 0
            ? Optional.empty()
            : Optional.of(candidate.runBeside(windows, patienceNs));
      }

      @Override
      public void takeOver() throws IOException, InterruptedException {
        candidate.takeOver();
      }

      @Override
      public void close() throws IOException {
        candidate.close();
      }
    };
  }
}
