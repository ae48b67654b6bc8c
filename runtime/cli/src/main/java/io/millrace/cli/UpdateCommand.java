package io.millrace.cli;

import io.millrace.cli.picture.Quantities;
import io.millrace.cli.sensor.OutputKinds;
import io.millrace.cli.sensor.SensorKinds;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.uplink.Uplink;
import io.millrace.ota.transfer.Source;
import io.millrace.ota.update.Outcome;
import io.millrace.ota.update.Updater;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace update}. */
@Command(
    name = "update",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Looks for a newer model, installs it, or goes back to the one before.",
      "For a node that does not run: one that does looks by itself, and holds the folder."
    })
final class UpdateCommand implements Callable<Integer> {
  private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(1);

  @Parameters(
      paramLabel = "PIPELINE.yaml",
      description = "The node's; its section updates says where.")
  Path file;

  @ArgGroup(multiplicity = "1")
  Action action;

  /** What to do. */
  static final class Action {
    @Option(names = "--check", description = "Look only.")
    boolean check;

    @Option(
        names = "--apply",
        description = "Install what is newer, even if it failed here before.")
    boolean apply;

    @Option(names = "--rollback", description = "Go back to the model before.")
    boolean rollback;
  }

  @Spec CommandSpec spec;

  private long nextProgressNs = System.nanoTime() + PROGRESS_NS;

  @Override
  public Integer call() throws Exception {
    InputFile.check(file);
    Pipeline pipeline = PipelineFile.read(file, SensorKinds.ofMachine(), OutputKinds.ofMachine());
    try (Uplink uplink = Updates.uplink(pipeline);
        Updates updates = Updates.open(pipeline, uplink);
        Source source = updates.source()) {
      Outcome outcome;
      if (action.rollback) {
        outcome = Updater.rollBack(updates.slots());
      } else {
        Updater updater = updates.updater(source, Optional.empty());
        outcome =
            action.check
                ? updater.check()
                : updater.update(updates.alone(), true, () -> false, this::progress);
      }
      spec.commandLine().getOut().println(outcome.text());
      return switch (outcome) {
        case Outcome.UpToDate _, Outcome.Available _, Outcome.Installed _, Outcome.RolledBack _ ->
            ExitCode.DONE;
        case Outcome.Refused _, Outcome.Untrusted _ -> ExitCode.INPUT;
        case Outcome.Paused _, Outcome.Failed _ -> ExitCode.FAILED;
      };
    }
  }

  private void progress(long done, long of) {
    if (System.nanoTime() >= nextProgressNs) {
      spec.commandLine()
          .getErr()
          .println("millrace: %s of %s".formatted(Quantities.bytes(done), Quantities.bytes(of)));
      nextProgressNs = System.nanoTime() + PROGRESS_NS;
    }
  }
}
