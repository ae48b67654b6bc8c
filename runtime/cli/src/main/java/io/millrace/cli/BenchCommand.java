package io.millrace.cli;

import com.sun.management.ThreadMXBean;
import io.millrace.cli.picture.Quantities;
import io.millrace.engine.Executor;
import io.millrace.program.ElementType;
import io.millrace.program.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Measures single runs of a network on this machine, on seeded random input.",
      "Without --runs it measures for about five seconds.",
      "From a checkout of the sources also: --peers to measure TensorFlow Lite and ONNX Runtime"
          + " alternately with it, --profile to see where the time goes; both tell more with --help."
    })
final class BenchCommand implements Callable<Integer> {
  private static final long PROGRESS_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long WARMUP_NS = TimeUnit.SECONDS.toNanos(2);
  private static final long MEASURE_NS = TimeUnit.SECONDS.toNanos(5);
  private static final int FEWEST = 20;
  private static final int MOST = 100_000;

  @Mixin ModelArguments arguments;

  @Mixin SelfTestOption selfTest;

  @Option(names = "--runs", paramLabel = "N", description = "Measured runs.")
  Integer runs;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Runs before them; as many as take two seconds if left out.")
  Integer warmup;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description =
          "Compile for so many cores, fewer where the network has no rows for them; the number that"
              + " is predicted to be fastest if left out. A .mill file has its lanes already.")
  Integer threads;

  @Option(names = "--json", description = "Print one JSON object instead of lines.")
  boolean json;

  @Spec CommandSpec spec;

  private long nextProgress;

  @Override
  public Integer call() throws Exception {
    atLeast("--runs", runs, 1);
    atLeast("--warmup", warmup, 0);
    atLeast("--threads", threads, 1);
    try (OpenedModel model =
        arguments.open(device -> LaneCount.of("--threads", threads, device, spec.commandLine()))) {
      checkLanes(model.program());
      try (Executor executor = Executor.load(model.program(), selfTest.options())) {
        fill(executor, model.program());
        BenchResult result = measure(executor);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
          out.println(result.json());
        } else {
          result.print(out);
        }
      }
    }
    return ExitCode.DONE;
  }

  private void atLeast(String option, Integer value, int least) {
    if (value != null && value < least) {
      throw new ParameterException(
          spec.commandLine(), "%s %d: at least %d".formatted(option, value, least));
    }
  }

  private void checkLanes(Program program) {
    int lanes = program.schedule().lanes().size();
    if (threads != null && lanes > threads) {
      throw new ParameterException(
          spec.commandLine(),
          "--threads %d: %s was compiled for %d lanes; compile it again for fewer"
              .formatted(threads, arguments.model, lanes));
    }
  }

  private static void fill(Executor executor, Program program) {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < program.inputs().size(); i++) {
      MemorySegment input = executor.input(i);
      if (program.tensor(program.inputs().get(i)).type() == ElementType.FLOAT32) {
        for (long at = 0; at < input.byteSize(); at += Float.BYTES) {
          input.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, (float) random.nextDouble(-1, 1));
        }
      } else {
        for (long at = 0; at < input.byteSize(); at++) {
          input.set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
        }
      }
    }
  }

  private BenchResult measure(Executor executor) throws IOException {
    nextProgress = System.nanoTime() + PROGRESS_NS;
    int warm = 0;
    long start = System.nanoTime();
    long spent = 0;
    while (warmup == null ? spent < WARMUP_NS || warm < 3 : warm < warmup) {
      executor.run();
      warm++;
      spent = System.nanoTime() - start;
      progress("warming up: ", warm, warmup);
    }
    int measured = runs != null ? runs : affordable(spent, warm);
    long[] ns = new long[measured];
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // asking for the first time loads classes, which would be counted as the first run's
    long _ = thread.getCurrentThreadAllocatedBytes();
    long allocated = 0;
    for (int i = 0; i < measured; i++) {
      long allocatedBefore = thread.getCurrentThreadAllocatedBytes();
      long before = System.nanoTime();
      executor.run();
      ns[i] = System.nanoTime() - before;
      allocated += thread.getCurrentThreadAllocatedBytes() - allocatedBefore;
      progress("measuring: ", i + 1, measured);
    }
    return new BenchResult(
        arguments.title(),
        executor.program(),
        warm,
        new Latencies(ns),
        allocated,
        peakMemoryBytes());
  }

  private static int affordable(long spentNs, int done) {
    return done == 0
        ? 1000
        : Math.toIntExact(Math.clamp(MEASURE_NS / Math.max(spentNs / done, 1), FEWEST, MOST));
  }

  private void progress(String what, int done, Integer all) {
    if (System.nanoTime() > nextProgress) {
      nextProgress += PROGRESS_NS;
      spec.commandLine()
          .getErr()
          .println(
              "millrace: "
                  + what
                  + Quantities.count(done)
                  + (all == null ? "" : " of " + Quantities.count(all))
                  + " runs");
    }
  }

  /** VmHWM of this process. */
  private static OptionalLong peakMemoryBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(status).stream()
        .filter(l -> l.startsWith("VmHWM:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024)
        .findFirst();
  }
}
