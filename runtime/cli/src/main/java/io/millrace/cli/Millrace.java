package io.millrace.cli;

import io.millrace.cli.sensor.Boards;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.tinylog.configuration.Configuration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code millrace}. */
@Command(
    name = "millrace",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Runs quantized neural networks on small Linux boards, on time and within a power budget.",
      "MODEL is a .tflite or .onnx file, or a .mill file that compile made."
    },
    footer = {
      "",
      "From a checkout of the sources also: demo, example, test, dist, package, rig, bench --peers,"
          + " bench --profile.",
      "Exit codes: 0 done, 2 usage, 3 bad or unsupported input, 4 budget, 5 failed while running."
    },
    subcommands = {
      CompileCommand.class,
      SplitCommand.class,
      InspectCommand.class,
      InferCommand.class,
      BenchCommand.class,
      RunCommand.class,
      DevicesCommand.class,
      CalibrateCommand.class,
      KeygenCommand.class,
      PublishCommand.class,
      UpdateCommand.class,
      SlotsCommand.class,
      SensorsCommand.class,
      SenseCommand.class
    })
public final class Millrace implements Runnable {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and show where an error came from.")
  boolean verbose;

  @Spec CommandSpec spec;

  /** Runs the command line {@code args} and returns its {@link ExitCode}. */
  public static int execute(PrintWriter out, PrintWriter err, String... args) {
    return execute(out, err, Map.of(), args);
  }

  /**
   * As {@link #execute(PrintWriter, PrintWriter, String...)}, with further commands.
   *
   * @param others commands by name, beside the command's own or in place of them
   */
  public static int execute(
      PrintWriter out, PrintWriter err, Map<String, Object> others, String... args) {
    ErrorLines errors = new ErrorLines();
    CommandLine line = new CommandLine(new Millrace());
    others.forEach((name, command) -> {
      line.getCommandSpec().removeSubcommand(name);
      line.addSubcommand(name, command);
    });
    line.setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors)
        .setExecutionStrategy(Millrace::runQuietOrVerbose);
    try {
      return line.execute(args);
    } catch (NoClassDefFoundError e) {
      if (Boards.isMissing(e)) {
        err.println("millrace: " + Boards.missing());
        return ExitCode.INPUT;
      }
      if (e.getMessage() == null || !e.getMessage().startsWith("io/millrace/compiler/")) {
        throw e;
      }
      // a small installation has of the compiler its errors alone
      err.println(
          "millrace: this installation runs compiled programs (.mill) only; compile the network"
              + " elsewhere: millrace compile MODEL --device NAME -o FILE.mill");
      return ExitCode.INPUT;
    }
  }

  private static int runQuietOrVerbose(ParseResult parsed) {
    Millrace top = parsed.commandSpec().commandLine().getCommand();
    // before the first line is logged: the level is fixed from then on
    if (top.verbose && !Configuration.isFrozen()) {
      Configuration.set("level", "debug");
    }
    return new RunLast().execute(parsed);
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  public static void main(String[] args) {
    main(Map.of(), args);
  }

  /** As a program's {@code main}, with further commands: ends the JVM. */
  public static void main(Map<String, Object> others, String... args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = execute(out, err, others, args);
    out.flush();
    err.flush();
    System.exit(code);
  }
}
