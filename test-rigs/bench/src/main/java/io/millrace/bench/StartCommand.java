package io.millrace.bench;

import io.millrace.bench.child.EmptyChild;
import io.millrace.bench.child.MillraceChild;
import io.millrace.bench.child.PeerChild;
import io.millrace.cli.ExitCode;
import io.millrace.cli.ModelArguments;
import io.millrace.cli.OpenedModel;
import io.millrace.cli.Table;
import io.millrace.device.DeviceProfile;
import io.millrace.engine.Executor;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What it takes from the start of the process to the first answer, and how much memory is used. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = {
      "Starts JVMs, alternately, that each answer once and then 1,000 times, and prints medians: from"
          + " the start of the process to the first answer, and resident memory (VmRSS) after all of"
          + " them. Beside them a JVM that does nothing, and the other runtimes' Java packages.",
      "With AOT cache: classes loaded and linked beforehand by a run like the measured one. Millrace"
          + " has the options of its launcher; the others have none but native access, compact"
          + " headers and the serial collector."
    })
public final class StartCommand implements Callable<Integer> {
  /** What the launcher adds for a command that is over soon. */
  private static final List<String> OPTIONS =
      List.of("-XX:-UsePerfData", "-Xms6m", "-XX:TieredStopAtLevel=1");

  private static final String PEER = "TensorFlow Lite, XNNPACK";

  @Mixin ModelArguments arguments;

  @Option(
      names = "--peer-model",
      paramLabel = "FILE",
      description = "The same network as a .tflite or .onnx file.")
  Path peerModel;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "11",
      description = "Starts of each; ${DEFAULT-VALUE} if left out.")
  int starts;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("millrace-start");
    try (OpenedModel model = arguments.open(1)) {
      Path program = folder.resolve("network.mill");
      write(model.program(), program);
      Map<String, ChildJvm> children = children(program);
      out.println(arguments.title() + ", one thread, each process on all cores");
      measure(withCaches(children, folder)).print(out);
      out.println(
          String.format(
              Locale.ROOT,
              "  jars: engine %,d + program %,d = %,d bytes",
              size(Executor.class),
              size(Program.class),
              size(Executor.class) + size(Program.class)));
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
    return ExitCode.DONE;
  }

  private static long size(Class<?> type) throws IOException {
    Path jar = ChildJvm.home(type);
    return Files.isRegularFile(jar) ? Files.size(jar) : 0;
  }

  private static void write(Program program, Path file) throws IOException {
    ByteBuffer bytes = ProgramFile.write(program);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private Map<String, ChildJvm> children(Path program) throws Exception {
    Map<String, ChildJvm> children = new LinkedHashMap<>();
    String board =
        ChildJvm.classPath(EmptyChild.class, Executor.class, Program.class, DeviceProfile.class);
    children.put(
        "JVM alone", new ChildJvm(List.of(), board, EmptyChild.class.getName(), List.of()));
    children.put(
        "JVM alone, Millrace's options",
        new ChildJvm(OPTIONS, board, EmptyChild.class.getName(), List.of()));
    children.put(
        "Millrace",
        new ChildJvm(OPTIONS, board, MillraceChild.class.getName(), List.of(program.toString())));
    boolean alone = OpenedModel.isProgram(arguments.file()) && peerModel == null;
    if (!alone) {
      PeerFiles files = PeerFiles.of(arguments.file(), Optional.ofNullable(peerModel));
      files.tflite().ifPresent(f -> children.put(PEER, peer(f)));
      files.onnx().ifPresent(f -> children.put("ONNX Runtime", peer(f)));
    }
    return children;
  }

  private static ChildJvm peer(Path file) {
    return new ChildJvm(
        List.of(),
        System.getProperty("java.class.path"),
        PeerChild.class.getName(),
        List.of(file.toAbsolutePath().toString()));
  }

  /** Each child, then each with a cache of its own. */
  private static Map<String, ChildJvm> withCaches(Map<String, ChildJvm> children, Path folder)
      throws IOException, InterruptedException {
    Map<String, ChildJvm> all = new LinkedHashMap<>(children);
    for (Map.Entry<String, ChildJvm> child : children.entrySet()) {
      Path cache = folder.resolve(all.size() + ".aot");
      child.getValue().with("-XX:AOTCacheOutput=" + cache).run();
      if (Files.exists(cache)) {
        all.put(child.getKey() + ", AOT cache", child.getValue().with("-XX:AOTCache=" + cache));
      }
    }
    return all;
  }

  private Table measure(Map<String, ChildJvm> children) throws IOException, InterruptedException {
    Map<String, List<ChildJvm.Seen>> seen = new LinkedHashMap<>();
    for (int round = 0; round < starts; round++) {
      for (Map.Entry<String, ChildJvm> child : children.entrySet()) {
        seen.computeIfAbsent(child.getKey(), _ -> new ArrayList<>()).add(child.getValue().run());
      }
      spec.commandLine().getErr().println("millrace: round " + (round + 1) + " of " + starts);
    }
    Table table =
        new Table(
            "process",
            "first answer ms",
            "of " + PEER,
            "memory MiB",
            "above the JVM alone MiB",
            "starts");
    double alone = memory(seen.get("JVM alone"));
    double peerMs = seen.containsKey(PEER) ? answerMs(seen.get(PEER)) : Double.NaN;
    seen.forEach((name, all) ->
        table.row(
            name,
            number(answerMs(all)),
            Double.isNaN(peerMs)
                ? "-"
                : String.format(Locale.ROOT, "%.0f %%", 100 * answerMs(all) / peerMs),
            number(memory(all)),
            number(memory(all) - alone),
            String.valueOf(all.size())));
    return table;
  }

  private static double answerMs(List<ChildJvm.Seen> all) {
    return median(all.stream().mapToDouble(ChildJvm.Seen::answerMs).toArray());
  }

  private static double memory(List<ChildJvm.Seen> all) {
    return median(all.stream().mapToDouble(s -> s.residentBytes() / 1048576.0).toArray());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
