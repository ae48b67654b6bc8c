package io.millrace.bench.analyser;

import io.millrace.bench.SlotTimes;
import io.millrace.bench.analyser.OperatorClocks.Found;
import io.millrace.cli.ExitCode;
import io.millrace.cli.InputException;
import io.millrace.cli.Table;
import io.millrace.cli.analysis.WorkKind;
import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.engine.x86.CpuFeatures;
import io.millrace.engine.x86.Target;
import io.millrace.engine.x86.X86Code;
import io.millrace.program.Program;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** {@code millrace rig analyser}: how far the analyser is from what is measured here. */
@Command(
    name = "analyser",
    mixinStandardHelpOptions = true,
    description = {
      "Compares the times that a static analyser (llvm-mca) works out for each kernel with those"
          + " measured on this x86-64 processor: how far to trust what it says of others.",
      "For AMD Zen 4 and Zen 5. Clocks become time by the core's clock, read off a chain of"
          + " additions in the same run; what noting the time between slots costs is measured too."
    })
public final class AnalyserCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "MODEL", description = ".tflite or .onnx files.")
  List<Path> models;

  @Option(names = "--slots", description = "Print every slot.")
  boolean slots;

  @Spec CommandSpec spec;

  /** A slot measured and modelled. */
  private record Compared(WorkKind kind, double measuredUs, double modelledUs) {
    double error() {
      return modelledUs / measuredUs - 1;
    }
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Target target =
        CpuFeatures.host()
            .best()
            .orElseThrow(() -> new InputException("this processor has no AVX2"));
    Processor processor = Processor.host();
    DeviceProfile host = DeviceProfiles.named(DeviceProfiles.HOST);
    MemoryTraffic memory =
        new MemoryTraffic(
            processor,
            host.value(DeviceProfile.Key.L1D_BYTES),
            host.value(DeviceProfile.Key.L2_BYTES),
            0);
    Mca mca = new Mca(processor);
    List<Compared> all = new ArrayList<>();
    Table table = new Table("network", "slots", "measured µs", "modelled µs", "error");
    Table each = new Table("network", "slot", "kind", "measured µs", "modelled µs", "error");
    for (Path model : models) {
      Program program =
          ModelCompiler.compile(
                  model, DeviceProfiles.named("host"), Budget.UNLIMITED, OptionalInt.of(1))
              .program();
      String name = model.getFileName().toString();
      SlotTimes times = SlotTimes.measure(name, program);
      List<Found> found =
          OperatorClocks.of(
              X86Code.of(program, target),
              processor,
              mca,
              what -> err.println("millrace: " + name + ": " + what));
      double measured = 0;
      double modelled = 0;
      int count = 0;
      for (int i = 0; i < found.size(); i++) {
        if (found.get(i).clocks() == 0) {
          continue;
        }
        Compared c =
            new Compared(
                WorkKind.of(program.operators().get(i)),
                times.us().get(i),
                memory.with(
                            found.get(i).clocks(),
                            memory.clocks(program, program.operators().get(i)))
                        / times.clockHz()
                        * 1e6
                    + times.noteUs());
        all.add(c);
        measured += c.measuredUs;
        modelled += c.modelledUs;
        count++;
        each.row(
            name,
            String.valueOf(i),
            c.kind.word(),
            number(c.measuredUs),
            number(c.modelledUs),
            percent(c.error()));
      }
      table.row(
          name,
          String.valueOf(count),
          number(measured),
          number(modelled),
          percent(modelled / measured - 1));
    }
    if (slots) {
      each.print(out);
    }
    table.print(out);
    Map<WorkKind, List<Compared>> kinds = new EnumMap<>(WorkKind.class);
    all.forEach(c -> kinds.computeIfAbsent(c.kind, _ -> new ArrayList<>()).add(c));
    Table summary = new Table("kernels", "slots", "median error", "median |error|");
    kinds.forEach((kind, list) -> summary(summary, kind.word(), list));
    summary(summary, "all", all);
    summary.print(out);
    out.println(
        "  modelled for "
            + processor
            + ": "
            + mca.name()
            + ", times the clock; measured: p50 within whole runs");
    return ExitCode.DONE;
  }

  private static void summary(Table table, String what, List<Compared> list) {
    table.row(
        what,
        String.valueOf(list.size()),
        percent(median(list.stream().mapToDouble(Compared::error).sorted().toArray())),
        percent(median(list.stream().mapToDouble(c -> Math.abs(c.error())).sorted().toArray())));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String number(double us) {
    return String.format(Locale.ROOT, us < 100 ? "%.2f" : "%.0f", us);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%+.0f %%", 100 * share);
  }
}
