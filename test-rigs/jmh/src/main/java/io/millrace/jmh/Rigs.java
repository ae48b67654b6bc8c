package io.millrace.jmh;

import io.millrace.bench.DeterminismCommand;
import io.millrace.bench.StartCommand;
import io.millrace.bench.analyser.AnalyserCommand;
import io.millrace.bench.analyser.BoardsCommand;
import io.millrace.bench.way.WayCommand;
import io.millrace.cli.Millrace;
import io.millrace.rig.power.PowerCommand;
import io.millrace.rig.power.Shipped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace rig}: measurements that need more than the command itself. */
@Command(
    name = "rig",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "RIG",
    description = {
      "Measures this machine; best while nothing else runs on it. Or plays a scenario: RIG may be a"
          + " scenario file, or fuse, solar, wearable, lte."
    },
    subcommands = {
      DeterminismCommand.class,
      StartCommand.class,
      AnalyserCommand.class,
      BoardsCommand.class,
      KernelsCommand.class,
      DecisionCommand.class,
      WayCommand.class,
      MeasureCommand.class,
      PowerCommand.class
    })
public final class Rigs implements Runnable {
  @Spec CommandSpec spec;

  /** Without a rig there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no rig given");
  }

  public static void main(String[] args) {
    boolean plays = args.length > 0 && isScenario(args[0]);
    int named = plays ? 2 : 1;
    String[] all = new String[args.length + named];
    all[0] = "rig";
    all[named - 1] = plays ? "power" : "rig";
    System.arraycopy(args, 0, all, named, args.length);
    Millrace.main(Map.of("rig", new Rigs()), all);
  }

  private static boolean isScenario(String word) {
    return Shipped.NAMES.contains(word)
        || (word.matches(".*\\.ya?ml") && Files.isRegularFile(Path.of(word)));
  }
}
