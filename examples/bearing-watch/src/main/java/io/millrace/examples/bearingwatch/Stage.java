package io.millrace.examples.bearingwatch;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.Figure;
import io.millrace.device.Provenance;
import io.millrace.engine.Executor;
import io.millrace.examples.bearingwatch.mqtt.AlertSubscriber;
import io.millrace.examples.bearingwatch.mqtt.LoopbackBroker;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.uplink.Unmetered;
import io.millrace.program.Program;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** All that takes part in the demo, wired together; closed in the opposite order. */
final class Stage implements AutoCloseable {
  /** Windows a second: 12,800 samples a second, 640 from one window to the next. */
  static final double WINDOWS_PER_SECOND = 20;

  /** Bytes of a call to the cloud, headers included. */
  static final int CALL_SENDS = 2000;

  static final int CALL_RECEIVES = 500;

  /** What the power budget leaves for second opinions. */
  private static final double CALLS_PER_SECOND = 4;

  private static final long SEED = 6205;
  private static final long FIRST_CALL_MS = 10_000;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  final Program program;
  final Pipeline pipeline;
  final double powerMilliW;
  final CloudSwitch cloud;
  final LiveView view;
  final Node node;

  /**
   * Compiles, starts broker and cloud, and opens the node, which then waits to be run.
   *
   * @param folder for all files; whoever made it deletes it
   */
  Stage(Path folder, double seconds, PrintStream out, boolean colours) throws Exception {
    boolean built = false;
    try {
      DeviceProfile board = wired(DeviceProfiles.named("rpi4b"));
      var compiled =
          ModelCompiler.compile(Networks.BOARD.unpackInto(folder), board, Budget.UNLIMITED);
      program = compiled.program();
      Path model = write(compiled.file(), folder.resolve("bearing-board.mill"));
      powerMilliW = powerForCalls(board, program);

      LoopbackBroker broker = opened(new LoopbackBroker(folder));
      cloud = opened(new CloudSwitch(Networks.CLOUD.unpackInto(folder)));
      SimulatedBearing bearing = new SimulatedBearing(Story.of(seconds), Clock.system(), SEED);
      pipeline =
          pipeline(
              folder,
              board,
              bearing,
              Map.of(
                  "recording", "none.csv",
                  "model", model.toString(),
                  "power", String.format(Locale.ROOT, "%.1f", powerMilliW),
                  "broker", broker.uri().toString(),
                  "outbox", folder.resolve("outbox").toString(),
                  "cloud", cloud.uri().toString()));
      view =
          new LiveView(
              out, colours, bearing, powerMilliW - board.value(DeviceProfile.Key.IDLE_MILLIW));
      opened(
          AlertSubscriber.subscribe(
              broker.uri(), "millrace/bearing-watch/alert/#", view::received));
      node = opened(node());
      built = true;
    } finally {
      if (!built) {
        close();
      }
    }
  }

  private Node node() throws Exception {
    Pipeline.Mqtt mqtt = pipeline.mqtt().orElseThrow();
    CloudInference client =
        OipCloudInference.open(pipeline.cloud().orElseThrow().client(), Clock.system());
    // The first call of a process loads classes and connects; it is not held against a window.
    CloudInference.Result first =
        client.infer(new float[2 * Features.POINTS], System.nanoTime() + FIRST_CALL_MS * 1_000_000);
    if (first instanceof CloudInference.Result.Failure failure) {
      client.close();
      throw new IOException("the cloud server does not answer: " + failure.reason());
    }
    Node.Parts parts =
        new Node.Parts(
            Clock.system(),
            ModelLoader.mill(),
            Executor::load,
            MqttAlertSink.open(
                mqtt.broker(),
                mqtt.outbox(),
                Unmetered.uplink(Clock.system()),
                Clock.system(),
                e -> view.line("mqtt: " + e)),
            config -> client,
            view,
            e -> view.line("node: " + e));
    return Node.open(pipeline, parts);
  }

  /**
   * The board on a cable. The profile prices its Wi-Fi, which a call wakes up for a moment; a link
   * that is always up has neither wake-up nor tail to pay.
   */
  static DeviceProfile wired(DeviceProfile board) {
    Map<DeviceProfile.Key, Figure> figures = new TreeMap<>(board.figures());
    String why =
        "wired Ethernet that is up all the time: the core's work on one HTTP call, taken as 1 ms";
    double callMilliJ = board.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW) * 1e-3;
    figures.put(
        DeviceProfile.Key.RADIO_WAKEUP_MILLIJ, new Figure(callMilliJ, Provenance.MODELLED, why));
    figures.put(DeviceProfile.Key.RADIO_TAIL_MS, new Figure(0, Provenance.MODELLED, why));
    String listening = "wired Ethernet that is up all the time: the idle board listens anyhow";
    figures.put(DeviceProfile.Key.RADIO_TAIL_MILLIW, new Figure(0, Provenance.MODELLED, listening));
    figures.put(
        DeviceProfile.Key.RADIO_TX_MILLIW,
        new Figure(
            board.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW),
            Provenance.MODELLED,
            "wired Ethernet: the core that copies is all that is added"));
    String copying = "wired Ethernet: the core copies a byte a few times, taken as 5 ns";
    double byteNanoJ = board.value(DeviceProfile.Key.ACTIVE_CORE_MILLIW) * 5e-3;
    figures.put(
        DeviceProfile.Key.RADIO_TX_NANOJ_PER_BYTE,
        new Figure(byteNanoJ, Provenance.MODELLED, copying));
    figures.put(
        DeviceProfile.Key.RADIO_RX_NANOJ_PER_BYTE,
        new Figure(byteNanoJ, Provenance.MODELLED, copying));
    return new DeviceProfile(
        board.id(), board.title() + ", on a cable", figures, board.lowerSteps());
  }

  /** Average power, idle board included, that pays for every run here and for a few calls. */
  private static double powerForCalls(DeviceProfile board, Program program) {
    double here = LocalCost.of(program).energyNanoJ() / 1e6;
    double there = RadioPrice.of(board).energyNanoJ(CALL_SENDS, CALL_RECEIVES) / 1e6;
    return board.value(DeviceProfile.Key.IDLE_MILLIW)
        + WINDOWS_PER_SECOND * here
        + CALLS_PER_SECOND * there;
  }

  private static Pipeline pipeline(
      Path folder, DeviceProfile board, SimulatedBearing bearing, Map<String, String> values)
      throws Exception {
    Path file = Networks.unpack("pipeline.yaml", folder);
    String yaml = Files.readString(file);
    for (Map.Entry<String, String> value : values.entrySet()) {
      yaml = yaml.replace("${" + value.getKey() + "}", value.getValue());
    }
    Files.writeString(file, yaml);
    Pipeline read = PipelineFile.read(file);
    return new Pipeline(
        read.node(),
        board,
        new SimulatedBearing.Source(bearing),
        read.window(),
        read.features(),
        read.model(),
        read.budget(),
        read.instruments(),
        read.rules(),
        read.mqtt(),
        read.cloud(),
        read.ladder(),
        read.updates());
  }

  private static Path write(ByteBuffer bytes, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer rest = bytes.duplicate();
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
    return file;
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        failure = failure == null ? new IOException("the demo did not close well", e) : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
