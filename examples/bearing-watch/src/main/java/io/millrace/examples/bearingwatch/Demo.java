package io.millrace.examples.bearingwatch;

import io.millrace.cli.picture.Labels;
import io.millrace.cli.picture.ProgramPage;
import io.millrace.cli.picture.ScheduleText;
import io.millrace.device.DeviceProfile;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.program.Program;
import io.millrace.program.Schedule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.logging.LogManager;
import java.util.stream.Stream;

/**
 * The whole job on one machine: a network is compiled for a board, a node watches a bearing at real
 * pace, some windows are answered here and some by a server, alerts travel over MQTT to somebody
 * who listens. {@code Demo [--seconds N]}.
 *
 * <p>The vibration is simulated, and energy is what the board's profile predicts. Everything else
 * is real.
 */
public final class Demo {
  private static final int FAILED = 5;
  private static final int USAGE = 2;
  private static final int COLUMNS = 72;
  private static final int BAR = 36;
  private static final long ARRIVAL_MS = 60_000;

  private final double seconds;
  private final PrintStream out;
  private final boolean colours;

  Demo(double seconds, PrintStream out, boolean colours) {
    this.seconds = seconds;
    this.out = out;
    this.colours = colours;
  }

  public static void main(String[] args) throws Exception {
    quieten();
    int seconds = 20;
    if (args.length == 2 && args[0].equals("--seconds") && args[1].matches("[0-9]{1,6}")) {
      seconds = Integer.parseInt(args[1]);
    } else if (args.length > 0) {
      seconds = 0;
    }
    if (seconds < 4) {
      System.err.println("usage: millrace demo [--seconds N], N a whole number of at least 4");
      System.exit(USAGE);
    }
    List<String> failures = new Demo(seconds, System.out, onTerminal()).run();
    failures.forEach(f -> System.err.println("demo: " + f));
    // Threads of the broker may linger; nothing is left for them to do.
    System.exit(failures.isEmpty() ? 0 : FAILED);
  }

  @SuppressWarnings("SystemConsoleNull") // it is null again since JDK 25 where there is no terminal
  private static boolean onTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  /** The broker and the JDK's log would talk between the lines. */
  private static void quieten() {
    System.setProperty("tinylog.level", System.getProperty("tinylog.level", "error"));
    System.setProperty("tinylog.level@io.moquette", "off"); // it calls each goodbye an error
    System.setProperty("io.netty.noUnsafe", "true");
    LogManager.getLogManager().reset();
  }

  /**
   * Plays the demo.
   *
   * @return what should have happened and did not; empty if all went well
   */
  List<String> run() throws Exception {
    Path folder = Files.createTempDirectory("millrace-demo");
    try (Stage stage = new Stage(folder, seconds, out, colours)) {
      introduce(stage);
      NodeSummary summary = play(stage);
      out.println();
      out.print(summary.text());
      print(
          "received    %d alerts over MQTT, %d repeats",
          stage.view.arrived(), stage.view.repeats());
      print("cloud       %d inferences by the server's own count", stage.cloud.answered());
      out.println();
      showSchedule(stage.program);
      return judge(stage.view, summary);
    } finally {
      delete(folder);
    }
  }

  private void introduce(Stage stage) {
    LocalCost here = LocalCost.of(stage.program);
    double there =
        RadioPrice.of(stage.pipeline.board()).energyNanoJ(Stage.CALL_SENDS, Stage.CALL_RECEIVES)
            / 1e6;
    print(
        "A node watches a bearing for %.0f s. The vibration is simulated: a 6205-2RS whose",
        seconds);
    print(
        "faults come and go. Network, node, broker and cloud server are real; energy is modelled.");
    print("  board   %s (%s)", stage.pipeline.board().title(), stage.program.costProvenance());
    print(
        "  network %s: %.2f ms and %.2f mJ a run, arena %d bytes",
        stage.program.name(),
        here.timeNs() / 1e6,
        here.energyNanoJ() / 1e6,
        stage.program.memory().arenaBytes());
    print(
        "  budget  %.1f mW, %.1f mW of it for the idle board; a run each window takes it to %.1f mW",
        stage.powerMilliW,
        stage.pipeline.board().value(DeviceProfile.Key.IDLE_MILLIW),
        stage.pipeline.board().value(DeviceProfile.Key.IDLE_MILLIW)
            + Stage.WINDOWS_PER_SECOND * here.energyNanoJ() / 1e6);
    print(
        "  cloud   %s (ONNX Runtime, Open Inference Protocol), asked when the board is not sure, about %.2f mJ a call",
        stage.cloud.uri(), there);
    print("  broker  %s", stage.pipeline.mqtt().orElseThrow().broker().broker());
    out.println();
  }

  private NodeSummary play(Stage stage) throws Exception {
    stage.view.begin();
    Thread ticker = Thread.ofPlatform().daemon().name("demo-ticker").start(() -> tick(stage));
    NodeSummary summary = stage.node.run();
    ticker.interrupt();
    ticker.join();
    long endNs = System.nanoTime() + ARRIVAL_MS * 1_000_000;
    while (!stage.view.missing().isEmpty() && System.nanoTime() < endNs) {
      Thread.sleep(20);
    }
    return summary;
  }

  /** Prints a line each second and takes the cloud away for a while. */
  private void tick(Stage stage) {
    long startNs = System.nanoTime();
    boolean gone = false;
    double nextLine = 1;
    try {
      while (true) {
        Thread.sleep(20);
        double now = (System.nanoTime() - startNs) / 1e9;
        boolean away = now > Story.CLOUD_GONE * seconds && now < Story.CLOUD_BACK * seconds;
        if (away != gone) {
          gone = away;
          stage.view.line(gone ? "the cloud server is stopped" : "the cloud server is back");
          stage.cloud.running(!gone);
        }
        if (now >= nextLine) {
          stage.view.tick();
          nextLine++;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the show is over
    } catch (IOException e) {
      stage.view.line("the cloud server cannot be started: " + e.getMessage());
    }
  }

  private void showSchedule(Program program) throws IOException {
    out.println("schedule of one run on the board:");
    out.print(ScheduleText.draw(program, COLUMNS));
    bars(program);
    Path target = Path.of("target");
    Path page =
        Files.isDirectory(target) && Files.isWritable(target)
            ? target.resolve("demo-schedule.html")
            : Files.createTempFile("millrace-schedule", ".html");
    Files.writeString(page, ProgramPage.html(program));
    out.println("as a picture: " + page.toAbsolutePath());
  }

  /** One bar a step, as long as its predicted time. */
  private void bars(Program program) {
    long[] ns = new long[program.operators().size()];
    for (Schedule.Lane lane : program.schedule().lanes()) {
      for (Schedule.Slot slot : lane.slots()) {
        ns[slot.operator()] += slot.cost().timeNs();
      }
    }
    long longest = Math.max(1, Arrays.stream(ns).max().orElse(1));
    for (int i = 0; i < ns.length; i++) {
      int length = (int) Math.max(1, ns[i] * BAR / longest);
      print(
          "  %-22s %-18s %9.1f us  %s",
          Labels.operator(program, i),
          program.tensor(program.operators().get(i).output()).shape(),
          ns[i] / 1e3,
          "#".repeat(length));
    }
  }

  private static List<String> judge(LiveView view, NodeSummary summary) {
    List<String> failures = new ArrayList<>();
    require(failures, summary.answeredOnBoard() > 0, "no window was answered on the board");
    require(failures, summary.answeredByCloud() > 0, "no window was answered by the cloud");
    require(failures, summary.alertsRaised() > 0, "no alert was raised");
    require(failures, summary.alertsLost() == 0, summary.alertsLost() + " alerts were lost");
    require(failures, view.missing().isEmpty(), "alerts not received: " + view.missing());
    summary.sensorFailure().ifPresent(f -> failures.add("the sensor failed: " + f));
    return failures;
  }

  private static void require(List<String> failures, boolean holds, String otherwise) {
    if (!holds) {
      failures.add(otherwise);
    }
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void print(String form, Object... values) {
    out.println(String.format(Locale.ROOT, form, values));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
