package io.millrace.cli;

import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code millrace split}. An installation without the compiler looks at this class too, so no type
 * of the compiler is in a field or a method's head.
 */
@Command(
    name = "split",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Shows where a network can be cut in two, or cuts it: the front part runs on the board, its"
          + " INT8 activation goes to the cloud, which runs the rest.",
      "Without --at the cut points are listed with what each sends and takes."
    })
final class SplitCommand implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("onnx", "tflite");

  @Parameters(paramLabel = "MODEL", description = "A .tflite or .onnx file.")
  Path model;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      converter = DeviceOption.class,
      completionCandidates = DeviceOption.Ids.class,
      description = "The board, host if left out: ${COMPLETION-CANDIDATES}.")
  DeviceProfile device;

  @Option(
      names = "--at",
      paramLabel = "POINT",
      description = "Cut here: a number of the list or a tensor's name; needs --output and --tail.")
  String at;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "F.mill",
      description = "Where the program of the front part goes.")
  Path output;

  @Option(
      names = "--tail",
      paramLabel = "F",
      description = "Where the rest goes, for the cloud: a model file in the format of MODEL.")
  Path tail;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    checkOptions();
    InputFile.check(model);
    if (OpenedModel.isProgram(model)) {
      throw new InputException(model + " is compiled; split takes the .tflite or .onnx file");
    }
    DeviceProfile board = device == null ? DeviceProfiles.named(DeviceProfiles.HOST) : device;
    if (at == null) {
      SplitTable.print(model, board, spec.commandLine().getOut());
    } else {
      SplitFiles.write(model, board, at, output, tail, spec.commandLine());
    }
    return ExitCode.DONE;
  }

  private void checkOptions() throws IOException {
    if (at == null ? output != null || tail != null : output == null || tail == null) {
      throw new ParameterException(
          spec.commandLine(), "--at POINT, -o F.mill and --tail F belong together");
    }
    if (at == null) {
      return;
    }
    List<Path> files = List.of(model, output, tail);
    for (int i = 1; i < files.size(); i++) {
      for (Path other : files.subList(0, i)) {
        if (isSame(files.get(i), other)) {
          throw new ParameterException(
              spec.commandLine(),
              files.get(i) + " is named twice; MODEL, -o and --tail are three files");
        }
      }
    }
    String ending = ending(model);
    String other = ending(tail);
    if (FORMATS.containsAll(List.of(ending, other)) && !other.equals(ending)) {
      throw new ParameterException(
          spec.commandLine(),
          "--tail %s: the rest is written in the format of MODEL; name it .%s"
              .formatted(tail, ending));
    }
  }

  private static boolean isSame(Path a, Path b) throws IOException {
    return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())
        || (Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b));
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
