package io.millrace.jmh;

import io.millrace.bench.Affinity;
import io.millrace.bench.Host;
import io.millrace.bench.MeteredDecisions;
import io.millrace.cli.ExitCode;
import io.millrace.cli.Table;
import io.millrace.node.admission.DecisionCounts;
import io.millrace.node.admission.DecisionCounts.Kind;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs {@link DecisionCost} and prints time and bytes of a decision. */
@Command(
    name = "decision",
    mixinStandardHelpOptions = true,
    description = {
      "Time and bytes of one admission decision under JMH: two average powers, peak, battery, heat,"
          + " uplink, a margin and a meter, a ladder of five plans. Settling is part of it, and every"
          + " tenth time a reading of the meter. One fork, pinned to one core."
    })
final class DecisionCommand implements Callable<Integer> {
  private static final int COUNTED = 10_000;

  @Option(
      names = "--ms",
      defaultValue = "500",
      description = "Length of an iteration; ${DEFAULT-VALUE} if left out.")
  int ms;

  @Option(
      names = "--iterations",
      defaultValue = "5",
      description = "Measured iterations, behind half as many to warm up.")
  int iterations;

  @Option(names = "--in-process", description = "No fork: quicker, less trustworthy.")
  boolean inProcess;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    String pinned = Affinity.pin(1);
    String host = Host.line();
    Collection<RunResult> results = new Runner(options()).run();
    Table table =
        new Table(
            "situation", "µs", "± µs", "p50 µs", "p99 µs", "bytes", "decisions of the first 10000");
    for (MeteredDecisions.Situation situation : MeteredDecisions.Situation.values()) {
      Result<?> mean = of(results, situation, Mode.AverageTime).getPrimaryResult();
      RunResult sampled = of(results, situation, Mode.SampleTime);
      double bytes =
          of(results, situation, Mode.AverageTime)
              .getSecondaryResults()
              .get("gc.alloc.rate.norm")
              .getScore();
      table.row(
          situation.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          us(mean.getScore()),
          Double.isNaN(mean.getScoreError()) ? "" : us(mean.getScoreError()),
          us(sampled.getPrimaryResult().getStatistics().getPercentile(50)),
          us(sampled.getPrimaryResult().getStatistics().getPercentile(99)),
          String.format(Locale.ROOT, "%.3f", bytes),
          decisions(situation));
    }
    out.println("one decision, JMH, " + pinned + "; " + host);
    table.print(out);
    out.println("  p50 and p99 hold the reading of the clock too, some 25 ns");
    return ExitCode.DONE;
  }

  private static RunResult of(
      Collection<RunResult> results, MeteredDecisions.Situation situation, Mode mode) {
    return results.stream()
        .filter(r -> r.getParams().getParam("situation").equals(situation.name()))
        .filter(r -> r.getParams().getMode() == mode)
        .findFirst()
        .orElseThrow();
  }

  private static String decisions(MeteredDecisions.Situation situation) {
    MeteredDecisions decisions = new MeteredDecisions(situation);
    for (int i = 0; i < COUNTED; i++) {
      decisions.next();
    }
    DecisionCounts counts = decisions.counts();
    StringBuilder s = new StringBuilder();
    for (Kind kind : Kind.values()) {
      if (counts.of(kind) > 0) {
        s.append(s.isEmpty() ? "" : ", ").append(counts.of(kind)).append(' ');
        s.append(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '));
      }
    }
    return s.toString();
  }

  private Options options() {
    return new OptionsBuilder()
        .include(Pattern.quote(DecisionCost.class.getName()))
        .forks(inProcess ? 0 : 1)
        // JMH itself uses what newer JDKs warn of
        .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow")
        .addProfiler(GCProfiler.class)
        .warmupIterations(Math.max(1, iterations / 2))
        .warmupTime(TimeValue.milliseconds(ms))
        .measurementIterations(iterations)
        .measurementTime(TimeValue.milliseconds(ms))
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .build();
  }

  private static String us(double ns) {
    return String.format(Locale.ROOT, "%.3f", ns / 1e3);
  }
}
