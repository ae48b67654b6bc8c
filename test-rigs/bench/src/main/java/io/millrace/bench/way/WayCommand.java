package io.millrace.bench.way;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.millrace.bench.Host;
import io.millrace.cli.ExitCode;
import io.millrace.cli.Latencies;
import io.millrace.cli.Table;
import io.millrace.engine.Executor;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times the whole way from a sample to the broker's acknowledgement, at the sensor's own pace. */
@Command(
    name = "way",
    mixinStandardHelpOptions = true,
    description = {
      "Prints how long each stage takes from a sample's arrival to the alert that a mosquitto on"
          + " loopback has acknowledged, and the processor's time that the stream takes, as a share"
          + " of one core. Every window leads to an alert. Needs mosquitto and the models' folder."
    })
public final class WayCommand implements Callable<Integer> {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Option(
      names = "--models",
      required = true,
      paramLabel = "DIR",
      description = "Where tflite/str_ww_ref_model.tflite and tflite/kws_ref_model.tflite are.")
  Path models;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description = "Measuring of each stream; ${DEFAULT-VALUE} if left out.")
  int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "10",
      description = "Seconds before that; ${DEFAULT-VALUE} if left out.")
  int warmUpSeconds;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    out.println("sample to acknowledged alert; " + Host.line());
    for (SensedStream stream : SensedStream.values()) {
      Path folder = Files.createTempDirectory("millrace-way");
      try (LoopbackBroker broker = LoopbackBroker.start(folder)) {
        measure(stream, folder, broker, out);
      } finally {
        delete(folder);
      }
    }
    return ExitCode.DONE;
  }

  private void measure(SensedStream stream, Path folder, LoopbackBroker broker, PrintWriter out)
      throws Exception {
    String mqtt =
        "mqtt: {broker: \"tcp://127.0.0.1:%d\", topic: rig, outbox: {folder: outbox}}"
            .formatted(broker.port());
    Pipeline pipeline = stream.pipeline(folder, models, "real", 0.75, mqtt);
    Pipeline.Mqtt to = pipeline.mqtt().orElseThrow();
    MqttAlertSink sink =
        MqttAlertSink.open(
            to.broker(),
            to.outbox(),
            Unmetered.uplink(Clock.system()),
            Clock.system(),
            this::complain);
    int perSecond = stream == SensedStream.VIBRATION ? 20 : 10;
    WayRecorder recorder = new WayRecorder(sink, warmUpSeconds * perSecond, seconds * perSecond);
    Node.Parts parts =
        new Node.Parts(
            Clock.system(),
            ModelLoader.mill(),
            program -> {
              TimedRun run = new TimedRun(Executor.load(program));
              recorder.runs(run);
              return run;
            },
            recorder,
            Node.CloudOpener.NONE,
            recorder,
            this::complain);
    try (Node node = Node.open(pipeline, parts)) {
      CpuTime cpu = new CpuTime(recorder.watcher());
      Thread.ofPlatform().daemon().name("rig-timer").start(() -> time(node, cpu));
      NodeSummary summary = node.run();
      print(stream, recorder, summary, cpu, out);
    }
  }

  /** Processor time of this process, less that of the rig's own watcher. */
  private static final class CpuTime {
    private final Thread watcher;
    private long startedNs;
    private long cpuNs;
    private long endedNs;

    private CpuTime(Thread watcher) {
      this.watcher = watcher;
    }

    private long now() {
      return PROCESS.getProcessCpuTime() - THREADS.getThreadCpuTime(watcher.threadId());
    }

    synchronized void start() {
      startedNs = System.nanoTime();
      cpuNs = -now();
    }

    synchronized void end() {
      endedNs = System.nanoTime();
      cpuNs += now();
    }

    synchronized double share() {
      return cpuNs / (double) (endedNs - startedNs);
    }
  }

  private void time(Node node, CpuTime cpu) {
    try {
      Thread.sleep(warmUpSeconds * 1000L);
      cpu.start();
      Thread.sleep(seconds * 1000L);
      cpu.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      node.stop();
    }
  }

  private void print(
      SensedStream stream,
      WayRecorder recorder,
      NodeSummary summary,
      CpuTime cpu,
      PrintWriter out) {
    Latencies whole = new Latencies(recorder.wholeWayNs());
    double sum = Arrays.stream(recorder.wholeWayNs()).sum();
    Table table = new Table(stream.title(), "p50 µs", "p99 µs", "max µs", "share");
    for (Stage stage : Stage.values()) {
      long[] took = recorder.tookNs(stage);
      row(table, stage.title(), new Latencies(took), Arrays.stream(took).sum() / sum);
    }
    row(table, "whole way", whole, 1);
    table.print(out);
    out.printf(
        Locale.ROOT,
        "  %d windows followed of %d, %d overrun, %d alerts; %.1f %% of one core, all threads of the process%n",
        whole.runs(),
        summary.windows(),
        summary.windowsOverrun(),
        summary.alertsRaised() + summary.alertsCleared(),
        100 * cpu.share());
  }

  private static void row(Table table, String what, Latencies l, double share) {
    table.row(
        what,
        us(l.atPermilleUs(500)),
        us(l.atPermilleUs(990)),
        us(l.maxUs()),
        String.format(Locale.ROOT, "%.1f %%", 100 * share));
  }

  private static String us(double us) {
    return String.format(Locale.ROOT, "%.0f", us);
  }

  private void complain(Exception e) {
    spec.commandLine().getErr().println("millrace: " + e.getMessage());
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
