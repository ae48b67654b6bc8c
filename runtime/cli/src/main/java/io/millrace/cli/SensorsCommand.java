package io.millrace.cli;

import io.millrace.cli.sensor.Boards;
import io.millrace.cli.sensor.BusList;
import io.millrace.cli.sensor.KernelList;
import io.millrace.cli.sensor.Present;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.tinylog.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace sensors}. */
@Command(
    name = "sensors",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists what this machine can sense with: buses and the chips on them, GPIO, microphones,",
      "cameras, Industrial I/O, power meters, thermometers, battery. Writes to no chip."
    })
final class SensorsCommand implements Callable<Integer> {
  @Option(names = "--root", hidden = true, description = "Where proc and sys are, for tests.")
  Path root = Path.of("/");

  @Spec CommandSpec spec;

  private final Boards boards;

  SensorsCommand() {
    this(Boards.ofMachine());
  }

  /** Over other buses, for tests. */
  SensorsCommand(Boards boards) {
    this.boards = boards;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Present> all = new ArrayList<>();
    boolean chips = true;
    try {
      all.addAll(BusList.of(boards, e -> Logger.warn("{}", e.getMessage())));
    } catch (NoClassDefFoundError e) {
      if (!Boards.isMissing(e)) {
        throw e;
      }
      chips = false;
    }
    all.addAll(KernelList.of(root));
    if (all.isEmpty()) {
      out.println("nothing found: no bus, GPIO, microphone, camera, meter or thermometer");
    } else {
      Table table = new Table("kind", "where", "what", "note");
      all.forEach(p -> table.row(p.kind(), p.place(), p.what(), p.note()));
      table.print(out);
    }
    if (!chips) {
      out.println("Chips and GPIO were not looked for: " + Boards.missing());
    }
    return ExitCode.DONE;
  }
}
