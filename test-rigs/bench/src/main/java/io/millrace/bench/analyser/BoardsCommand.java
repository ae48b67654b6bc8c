package io.millrace.bench.analyser;

import io.millrace.bench.analyser.OperatorClocks.Found;
import io.millrace.cli.ExitCode;
import io.millrace.cli.Table;
import io.millrace.cli.analysis.WorkKind;
import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.engine.aarch64.A64Code;
import io.millrace.program.Operator;
import io.millrace.program.Program;
import io.millrace.program.Work;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace rig boards}: what networks would take on the boards, modelled. */
@Command(
    name = "boards",
    mixinStandardHelpOptions = true,
    description = {
      "Works out what networks take on the Raspberry Pi boards, with the machine code that they"
          + " would run and a static analyser (llvm-mca). Nothing of it is measured.",
      "Clocks of each kernel, beside bytes from caches and RAM as the device profile has them."
    })
public final class BoardsCommand implements Callable<Integer> {
  private static final int LANES = 4;

  /** Of a published time that is to be reached. */
  private static final double GOAL = 0.7;

  @Parameters(arity = "1..*", paramLabel = "MODEL", description = ".tflite or .onnx files.")
  List<Path> models;

  @Option(names = "--slots", description = "Print every operator.")
  boolean slots;

  @Spec CommandSpec spec;

  private final Table each =
      new Table("board", "network", "operator", "kind", "clocks", "of them memory", "MAC/clock");

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Table table =
        new Table(
            "board",
            "network",
            "1 lane µs",
            "4 lanes µs",
            "published µs",
            "of it",
            "by",
            "largest share",
            "held up by");
    Table rates = new Table("board", "kernels", "a clock", "a second");
    for (Board board : Board.values()) {
      Mca mca = new Mca(board.processor());
      Map<WorkKind, double[]> kinds = new EnumMap<>(WorkKind.class);
      for (Path model : models) {
        row(table, board, mca, model, kinds);
      }
      double clock = board.profile().value(DeviceProfile.Key.CLOCK_HZ);
      kinds.forEach((kind, sums) ->
          rates.row(
              board.id(),
              kind.word(),
              String.format(Locale.ROOT, "%.2f", sums[0] / sums[1]),
              String.format(Locale.ROOT, "%.3g", sums[0] / sums[1] * clock)));
    }
    if (slots) {
      each.print(out);
    }
    table.print(out);
    rates.print(out);
    out.println(
        "  modelled by llvm-mca; a clock: multiply-accumulates, elements where there are none");
    return ExitCode.DONE;
  }

  private void row(Table table, Board board, Mca mca, Path model, Map<WorkKind, double[]> kinds)
      throws Exception {
    String name = model.getFileName().toString();
    Program one = compiled(model, board, 1);
    List<Found> found = found(board, mca, one, name);
    double[] clocks = clocks(board, found, one, name, kinds);
    Program several = compiled(model, board, LANES);
    int lanes = several.schedule().lanes().size();
    double perNs = board.profile().value(DeviceProfile.Key.CLOCK_HZ) / 1e9;
    MemoryTraffic memory = board.memory();
    LaneTimes.BandNs ns =
        (op, share) ->
            memory.with(
                    found.get(op).clocks() * share,
                    memory.clocks(one, one.operators().get(op), share))
                / perNs;
    double alone = LaneTimes.ns(one, ns, 0, 0) / 1e3;
    double shared =
        LaneTimes.ns(
                several,
                ns,
                board.profile().value(DeviceProfile.Key.HANDOVER_NS),
                board.profile().value(DeviceProfile.Key.WAKE_NS))
            / 1e3;
    int largest = 0;
    double sum = 0;
    for (int i = 0; i < clocks.length; i++) {
      largest = clocks[i] > clocks[largest] ? i : largest;
      sum += clocks[i];
    }
    var published = Published.of(board.id(), name);
    double best = Math.min(alone, shared);
    table.row(
        board.id(),
        name.replace(".tflite", ""),
        number(alone),
        lanes == 1 ? "" : number(shared),
        published.map(p -> number(p.us())).orElse(""),
        published
            .map(p -> number(best / p.us()) + (best / p.us() > GOAL ? " (missed)" : ""))
            .orElse(""),
        published.map(Published::source).orElse(""),
        "%d %s, %.0f %%"
            .formatted(
                largest,
                one.operators().get(largest).getClass().getSimpleName(),
                100 * clocks[largest] / sum),
        mca.bottleneck(found.get(largest).sample()));
  }

  private static Program compiled(Path model, Board board, int lanes) throws Exception {
    return ModelCompiler.compile(model, board.profile(), Budget.UNLIMITED, OptionalInt.of(lanes))
        .program();
  }

  private List<Found> found(Board board, Mca mca, Program program, String name) throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    return OperatorClocks.of(
        A64Code.of(program, board.target()),
        board.processor(),
        mca,
        what -> err.println("millrace: " + board.id() + ", " + name + ": " + what));
  }

  private double[] clocks(
      Board board, List<Found> found, Program program, String name, Map<WorkKind, double[]> kinds) {
    MemoryTraffic memory = board.memory();
    double[] clocks = new double[found.size()];
    for (int i = 0; i < clocks.length; i++) {
      Operator operator = program.operators().get(i);
      double moving = memory.clocks(program, operator);
      clocks[i] = memory.with(found.get(i).clocks(), moving);
      double work = Work.of(operator, program::tensor);
      double[] sums = kinds.computeIfAbsent(WorkKind.of(operator), _ -> new double[2]);
      sums[0] += work;
      sums[1] += clocks[i];
      each.row(
          board.id(),
          name,
          i + " " + operator.getClass().getSimpleName(),
          WorkKind.of(operator).word(),
          number(clocks[i]),
          number(moving),
          String.format(Locale.ROOT, "%.2f", work / clocks[i]));
    }
    return clocks;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
  }
}
