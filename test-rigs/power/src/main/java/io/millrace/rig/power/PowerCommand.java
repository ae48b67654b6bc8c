package io.millrace.rig.power;

import io.millrace.cli.ExitCode;
import io.millrace.cli.InputException;
import io.millrace.cli.StopSignal;
import io.millrace.node.budget.Instruments;
import io.millrace.node.instrument.BoardInstruments;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.rig.power.judge.Check;
import io.millrace.rig.power.judge.Judge;
import io.millrace.rig.power.play.PowerRig;
import io.millrace.rig.power.play.Seeds;
import io.millrace.rig.power.report.Json;
import io.millrace.rig.power.report.LivePage;
import io.millrace.rig.power.report.Page;
import io.millrace.rig.power.scenario.Scenario;
import io.millrace.rig.power.scenario.ScenarioException;
import io.millrace.rig.power.scenario.ScenarioFile;
import io.millrace.rig.power.sim.Live;
import io.millrace.rig.power.sim.Setup;
import io.millrace.rig.power.world.World;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace rig power}: plays a scenario. */
@Command(
    name = "power",
    mixinStandardHelpOptions = true,
    description = {
      "Plays days of a board's life on the node's own code, under its admission and three simple"
          + " policies, and holds what truly happened against every limit.",
      "SCENARIO is a file, or one that ships: fuse, solar, wearable, lte."
    },
    footer = {"", "Exit codes: 0 all limits kept, 3 a bad scenario, 4 a limit was broken."})
public final class PowerCommand implements Callable<Integer> {
  private static final int MOST_SEEDS = 10_000;
  private static final Logger ENGINE_LOG = Logger.getLogger("io.millrace.engine");

  @Parameters(paramLabel = "SCENARIO", description = "A scenario file, or the name of one.")
  String scenario;

  @Option(names = "--report", paramLabel = "F.html", description = "Write a page for people.")
  Path report;

  @Option(names = "--json", paramLabel = "F.json", description = "Write all figures.")
  Path json;

  @Option(names = "--seed", paramLabel = "N", description = "Draw everything random anew.")
  Long seed;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = {
        "Play N other lives of its kind instead, with weather, outages and windows drawn anew, from"
            + " seed 1",
        "(or --seed) on: least, median and most share of hindsight, and each broken limit."
      })
  Integer seeds;

  @Option(
      names = "--live",
      description = {
        "Play it in real time instead: the machine's clock, engine and server; power as the"
            + " scenario's",
        "meter says, which is simulated unless the board has one. Battery, heat and bytes are not"
            + " judged.",
        "Ctrl-C ends it early; what there is by then is judged and written."
      })
  boolean live;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long, with --live; 10 s if not given.")
  int seconds;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    ENGINE_LOG.setLevel(Level.WARNING); // each of many loads would say which kernels it found
    Path folder = Files.createTempDirectory("millrace-rig");
    try {
      if (live) {
        return live(folder);
      }
      if (seeds != null) {
        return seeds(folder);
      }
      PowerRig.Result result = PowerRig.play(read(folder), folder);
      if (report != null) {
        Files.writeString(report, Page.of(result));
      }
      if (json != null) {
        Files.writeString(json, Json.of(result));
      }
      print(result);
      return result.own().broken() ? ExitCode.BUDGET : ExitCode.DONE;
    } catch (ScenarioException | PipelineException e) {
      throw new InputException(e.getMessage());
    } finally {
      delete(folder);
    }
  }

  private int seeds(Path folder) throws Exception {
    if (seeds < 1 || seeds > MOST_SEEDS) {
      throw new InputException("--seeds " + seeds + ": must be 1 to " + MOST_SEEDS);
    }
    if (report != null || json != null) {
      throw new InputException("--seeds gives no page and no JSON; leave --report and --json out");
    }
    Scenario scenario = read(folder);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%s: %d other lives of its kind (simulated)%n", scenario.title(), seeds);
    out.printf("  %-8s %9s %9s %13s  %s%n", "seed", "windows", "answers", "of hindsight", "limits");
    List<Seeds.Life> lives =
        Seeds.play(scenario, folder, seed == null ? 1 : seed, seeds, life -> print(out, life));
    out.printf(
        Locale.ROOT,
        "  share of hindsight: least %.1f %%, median %.1f %%, most %.1f %%; lives with a broken"
            + " limit: %d%n",
        100 * Seeds.share(lives, 0),
        100 * Seeds.share(lives, 0.5),
        100 * Seeds.share(lives, 1),
        lives.stream().filter(l -> !l.broken().isEmpty()).count());
    out.flush();
    return lives.stream().allMatch(l -> l.broken().isEmpty()) ? ExitCode.DONE : ExitCode.BUDGET;
  }

  private static void print(PrintWriter out, Seeds.Life life) {
    out.printf(
        Locale.ROOT,
        "  %-8d %9d %9d %11.1f %%  %s%n",
        life.seed(),
        life.windows(),
        life.answers(),
        100 * life.share(),
        life.broken().isEmpty() ? "kept" : "BROKEN: " + names(life.broken()));
    life.errors().forEach(e -> out.printf("           error: %s%n", e));
    out.flush();
  }

  private static String names(List<Check> broken) {
    return String.join(
        ", ",
        broken.stream()
            .map(c ->
                String.format(
                    Locale.ROOT,
                    "%s %.2f (%s %.2f %s)",
                    c.name(),
                    c.worst(),
                    c.atLeast() ? ">=" : "<=",
                    c.limit(),
                    c.unit()))
            .toList());
  }

  private int live(Path folder) throws Exception {
    if (seconds < 1) {
      throw new InputException("--for " + seconds + ": must be a second at least");
    }
    if (json != null) {
      throw new InputException("--live gives no JSON; leave --json out");
    }
    Scenario scenario = read(folder).lasting(seconds * 1_000_000_000L);
    try (StopSignal signal = new StopSignal()) {
      Live.Run run = Live.run(Setup.of(scenario, folder), boardMeter(), signal::stops);
      List<Check> checks =
          Judge.measured(run.setup().pipeline().budget(), run.measured(), run.outcomes());
      if (report != null) {
        Files.writeString(report, LivePage.of(run, checks));
      }
      print(run, checks);
      return signal.endsWith(
          checks.stream().anyMatch(Check::broken) ? ExitCode.BUDGET : ExitCode.DONE);
    }
  }

  private void print(Live.Run run, List<Check> checks) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: %.1f s in real time on this machine%n",
        run.setup().scenario().title(),
        run.endNs() / 1e9);
    run.instruments().forEach(line -> out.printf("  %s%n", line));
    print(out, checks);
    out.print(run.summary().text());
    run.errors().forEach(e -> out.printf("error       %s%n", e));
    out.flush();
  }

  /** The board's own instruments, if a power meter of the whole board is among them. */
  private Optional<Instruments> boardMeter() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    BoardInstruments board =
        BoardInstruments.find(
            Path.of("/"), Clock.system(), e -> err.println("instruments: " + e.getMessage()));
    if (board.measurePower()) {
      return Optional.of(board);
    }
    board.close();
    return Optional.empty();
  }

  private Scenario read(Path folder) throws IOException, ScenarioException, InputException {
    Path file = Path.of(scenario);
    if (Shipped.NAMES.contains(scenario)) {
      file = Shipped.unpack(scenario, folder);
    } else if (!Files.isRegularFile(file)) {
      throw new InputException(
          scenario
              + " is no file, and no scenario that ships: "
              + String.join(", ", Shipped.NAMES));
    }
    Scenario read = ScenarioFile.read(file);
    OptionalLong other = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    return other.isPresent() ? read.withSeed(other.getAsLong()) : read;
  }

  private void print(PowerRig.Result result) {
    PrintWriter out = spec.commandLine().getOut();
    var setup = result.setup();
    out.printf(
        Locale.ROOT,
        "%s: %d windows in %.1f days, played in %.1f s (simulated)%n",
        setup.scenario().title(),
        setup.windows().count(),
        setup.scenario().durationNs() / 8.64e13,
        result.tookMs() / 1e3);
    print(out, result.own().checks());
    out.printf(
        "  %-14s %9s %13s %11s  %s%n", "policy", "answers", "of hindsight", "energy J", "limits");
    for (PowerRig.Judged j : result.policies()) {
      World w = j.run().world();
      out.printf(
          Locale.ROOT,
          "  %-14s %9d %12s %12.1f  %s%n",
          j.run().policy().name(),
          j.answers(),
          result
              .bound()
              .map(b -> String.format(Locale.ROOT, "%.1f %%", 100 * b.share(j.answers())))
              .orElse("-"),
          (w.computeNanoJ() + w.radioNanoJ()) / 1e9,
          j.broken()
              ? "BROKEN: "
                  + String.join(
                      ", ", j.checks().stream().filter(Check::broken).map(Check::name).toList())
              : "kept");
    }
    result
        .bound()
        .ifPresent(b -> out.printf(Locale.ROOT, "  %-14s %9.0f%n", "hindsight, <=", b.answers()));
    var summary = result.own().run().summary();
    if (summary.byPlan().size() > 1) {
      out.printf(
          "  Millrace's answers by plan: %s; %d asked about twice%n",
          String.join(
              ", ", summary.byPlan().stream().map(p -> p.plan() + " " + p.answers()).toList()),
          summary.secondsAsked());
    }
    out.flush();
  }

  private static void print(PrintWriter out, List<Check> checks) {
    for (Check c : checks) {
      out.printf(
          Locale.ROOT,
          "  %-42s %s %10.2f, worst %10.2f %-3s %s%n",
          c.name(),
          c.atLeast() ? ">=" : "<=",
          c.limit(),
          c.worst(),
          c.unit(),
          c.broken() ? "BROKEN" : "kept");
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
