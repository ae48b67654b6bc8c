package io.millrace.cli;

import io.millrace.cli.picture.Quantities;
import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.split.CutPoint;
import io.millrace.compiler.split.CutPoints;
import io.millrace.compiler.split.SplitModel;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
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

/** {@code millrace split}. */
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
  private static final int MOST_SHOWN = 64;

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
    SplitModel split = SplitModel.read(model);
    DeviceProfile board = device == null ? DeviceProfiles.named(DeviceProfiles.HOST) : device;
    if (at == null) {
      list(CutPoints.of(split, board));
    } else {
      write(split, board);
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

  private void list(CutPoints points) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "%s for %s: %d cut %s"
            .formatted(
                model.getFileName(),
                points.device(),
                points.all().size(),
                points.all().size() == 1 ? "point" : "points"));
    Table table =
        new Table("#", "bytes", "sent", "MACs here", "MACs there", "time", "energy", "", "tensor");
    table.row(
        "",
        Quantities.count(points.inputBytes()),
        form(points.input()),
        "0",
        Quantities.large(points.wholeMacs()),
        "0 ns",
        "0 nJ",
        "",
        "(the input: all in the cloud)");
    for (CutPoint p : points.all()) {
      table.row(
          Integer.toString(p.number()),
          Quantities.count(p.bytes()),
          form(p.activation()),
          Quantities.large(p.frontMacs()),
          Quantities.large(p.tailMacs()),
          Quantities.time(p.front().latencyNs()),
          Quantities.energy(p.front().energyNanoJ()),
          p.isWorthwhile() ? "*" : "",
          shortened(p.name()));
    }
    table.row(
        "",
        "0",
        "",
        Quantities.large(points.wholeMacs()),
        "0",
        Quantities.time(points.whole().latencyNs()),
        Quantities.energy(points.whole().energyNanoJ()),
        "",
        "(nothing: all on the board)");
    table.print(out);
    out.println("  time and energy on the board predicted, " + points.costProvenance());
    out.println(
        points.worthwhile().isEmpty()
            ? "  no cut sends less than the input for less energy than the whole network"
            : "  * no other way sends as few bytes for as little energy");
  }

  /** Converters join the names of all that they fused; the first of them is enough to see. */
  private static String shortened(String name) {
    int first = name.indexOf(';');
    String shown = first > 0 ? name.substring(0, first) : name;
    return shown.length() <= MOST_SHOWN ? shown : shown.substring(0, MOST_SHOWN);
  }

  private static String form(Value v) {
    return v.type() + " " + v.shape();
  }

  private void write(SplitModel split, DeviceProfile board)
      throws IOException, BadModelException, UnsupportedModelException {
    Value activation = chosen(split.activations());
    SplitModel.Halves halves = split.at(activation, board);
    // nothing is put in its place before both are written
    ByteBuffer program = halves.front().file().duplicate();
    ByteBuffer rest = halves.tail().duplicate();
    try (AtomicFile front = new AtomicFile(output);
        AtomicFile cloud = new AtomicFile(tail)) {
      front.write(program);
      cloud.write(rest);
      cloud.commit();
      front.commit();
    }
    PrintWriter out = spec.commandLine().getOut();
    new ProgramReport("front of " + model.getFileName(), halves.front().program(), out).summary();
    out.println(
        "  file       %s, %s"
            .formatted(output, Quantities.bytes(halves.front().file().remaining())));
    out.println(
        "  tail       %s, %s, takes %s %s"
            .formatted(
                tail,
                Quantities.bytes(halves.tail().remaining()),
                activation.name(),
                form(activation)));
  }

  /**
   * The activation that is meant: by its number, by its name, or by the beginning of the only name
   * that begins so. A name that is a number of the list means the number.
   */
  private Value chosen(List<Value> activations) {
    for (int i = 0; i < activations.size(); i++) {
      if (at.equals(Integer.toString(i + 1))) {
        return activations.get(i);
      }
    }
    List<Value> exact = activations.stream().filter(v -> v.name().equals(at)).toList();
    List<Value> meant =
        exact.isEmpty()
            ? activations.stream().filter(v -> !at.isEmpty() && v.name().startsWith(at)).toList()
            : exact;
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    throw new ParameterException(
        spec.commandLine(),
        "--at %s: %s; write 1 to %d, or a name that 'millrace split %s' lists"
            .formatted(
                at,
                meant.isEmpty() ? "no such cut point" : meant.size() + " cut points begin so",
                activations.size(),
                model));
  }
}
