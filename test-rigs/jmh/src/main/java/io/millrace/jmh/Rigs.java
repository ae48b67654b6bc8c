package io.millrace.jmh;

import io.millrace.bench.DeterminismCommand;
import io.millrace.bench.StartCommand;
import io.millrace.bench.analyser.AnalyserCommand;
import io.millrace.bench.analyser.BoardsCommand;
import io.millrace.bench.way.WayCommand;
import io.millrace.cli.Millrace;
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
    description = "Measures this machine; best while nothing else runs on it.",
    subcommands = {
      DeterminismCommand.class,
      StartCommand.class,
      AnalyserCommand.class,
      BoardsCommand.class,
      KernelsCommand.class,
      DecisionCommand.class,
      WayCommand.class,
      MeasureCommand.class
    })
public final class Rigs implements Runnable {
  @Spec CommandSpec spec;

  /** Without a rig there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no rig given");
  }

  public static void main(String[] args) {
    String[] all = new String[args.length + 1];
    all[0] = "rig";
    System.arraycopy(args, 0, all, 1, args.length);
    Millrace.main(Map.of("rig", new Rigs()), all);
  }
}
