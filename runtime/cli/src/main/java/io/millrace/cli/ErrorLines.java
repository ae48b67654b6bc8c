package io.millrace.cli;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.BudgetExceededException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.program.BadProgramException;
import io.millrace.sensors.SensorFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Says what went wrong in one line, without a stack trace unless it is asked for. */
final class ErrorLines implements IExecutionExceptionHandler, IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("millrace: " + oneLine(e.getMessage()));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
      err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    PrintWriter err = command.getErr();
    lines(e).forEach(err::println);
    if (verbose(command)) {
      e.printStackTrace(err);
    }
    return code(e);
  }

  private static boolean verbose(CommandLine command) {
    CommandLine top = command;
    while (top.getParent() != null) {
      top = top.getParent();
    }
    return ((Millrace) top.getCommand()).verbose || System.getenv("MILLRACE_DEBUG") != null;
  }

  private static int code(Exception e) {
    return switch (e) {
      case InputException _ -> ExitCode.INPUT;
      case BadModelException _ -> ExitCode.INPUT;
      case UnsupportedModelException _ -> ExitCode.INPUT;
      case BadProgramException _ -> ExitCode.INPUT;
      case PipelineException _ -> ExitCode.INPUT;
      case SensorFileException _ -> ExitCode.INPUT;
      // outputs never raise it: what is missing was to be read
      case NoSuchFileException _ -> ExitCode.INPUT;
      case BudgetExceededException _ -> ExitCode.BUDGET;
      default -> ExitCode.FAILED;
    };
  }

  private static List<String> lines(Exception e) {
    return switch (e) {
      case UnsupportedModelException u -> listed("the model uses what cannot be run", u.reasons());
      case BudgetExceededException b ->
          listed(
              "the network does not fit its budget",
              b.violations().stream().map(Object::toString).toList());
      case NoSuchFileException f ->
          List.of("millrace: " + f.getFile() + ": no such file or folder");
      case AccessDeniedException f -> List.of("millrace: " + f.getFile() + ": permission denied");
      case FileSystemException f when f.getReason() != null ->
          List.of("millrace: " + f.getFile() + ": " + oneLine(f.getReason()));
      case InputException _,
          BadModelException _,
          BadProgramException _,
          PipelineException _,
          IOException _ ->
          List.of("millrace: " + oneLine(e.getMessage()));
      default ->
          List.of(
              "millrace: unexpected %s: %s (a defect; --verbose shows where)"
                  .formatted(e.getClass().getSimpleName(), oneLine(e.getMessage())));
    };
  }

  private static List<String> listed(String what, List<String> items) {
    if (items.size() == 1) {
      return List.of("millrace: " + what + ": " + oneLine(items.getFirst()));
    }
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of("millrace: " + what + ", in " + items.size() + " ways:"),
            items.stream().map(i -> "  " + oneLine(i)))
        .toList();
  }

  private static String oneLine(String message) {
    return message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
