package io.millrace.cli;

import io.millrace.cli.sensor.OutputKinds;
import io.millrace.cli.sensor.SensorKinds;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.uplink.Uplink;
import io.millrace.ota.slot.SlotStore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace slots}. */
@Command(
    name = "slots",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Says which model runs, which can be gone back to, and which is on its way.")
final class SlotsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "The node's.")
  Path file;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    InputFile.check(file);
    Pipeline pipeline = PipelineFile.read(file, SensorKinds.ofMachine(), OutputKinds.ofMachine());
    try (Uplink uplink = Updates.uplink(pipeline);
        Updates updates = Updates.open(pipeline, uplink)) {
      SlotStore slots = updates.slots();
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "active    "
              + slots
                  .active()
                  .map(r ->
                      "%s, slot %s%s"
                          .formatted(
                              r,
                              slots.activeSlot().orElseThrow(),
                              slots.confirmed() ? "" : ", not yet confirmed"))
                  .orElse("none: the pipeline's own file runs"));
      out.println("previous  " + slots.previous().map(Object::toString).orElse("none"));
      out.println("coming    " + slots.staged().map(Object::toString).orElse("none"));
    }
    return ExitCode.DONE;
  }
}
