package io.millrace.cli;

import io.millrace.cli.sensor.Boards;
import io.millrace.cli.sensor.OutputKinds;
import io.millrace.cli.sensor.SensorKinds;
import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.engine.Executor;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.budget.Instruments;
import io.millrace.node.cloud.OipCloudInference;
import io.millrace.node.instrument.BoardInstruments;
import io.millrace.node.mqtt.DeliveryStats;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.NodeReports;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.pipeline.StatesOpener;
import io.millrace.node.report.NodeFigure;
import io.millrace.node.uplink.Uplink;
import io.millrace.ota.report.HomeAssistantUpdate;
import io.millrace.ota.slot.ModelRelease;
import io.millrace.ota.transfer.Source;
import io.millrace.ota.update.Outcome;
import io.millrace.program.Program;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.tinylog.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace run}. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs a node: sensor, windows, network, budgets, alerts, as a YAML file says.",
      "Ends with the sensor's last sample, or on SIGTERM or SIGINT, with a summary."
    })
final class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PIPELINE.yaml", description = "What the node is to do.")
  Path file;

  @Mixin SelfTestOption selfTest;

  @Spec CommandSpec spec;

  private final Boards boards;

  RunCommand() {
    this(Boards.ofMachine());
  }

  /** With other buses and lines, for tests. */
  RunCommand(Boards boards) {
    this.boards = boards;
  }

  @Override
  public Integer call() throws Exception {
    InputFile.check(file);
    Pipeline pipeline = PipelineFile.read(file, SensorKinds.of(boards), OutputKinds.of(boards));
    Clock clock = Node.clockFor(pipeline);
    try (Uplink uplink =
        Uplink.open(pipeline.budget().budgets().uplink(), clock, RunCommand::logged)) {
      if (pipeline.updates().isEmpty()) {
        return run(pipeline, Optional.empty(), clock, uplink);
      }
      try (Updates updates = Updates.open(pipeline, uplink)) {
        return run(withSlots(pipeline, updates), Optional.of(updates), clock, uplink);
      }
    }
  }

  /** The pipeline with the model that the slots say is to run, fetched first if there is none. */
  private static Pipeline withSlots(Pipeline pipeline, Updates updates) throws Exception {
    updates
        .slots()
        .starting()
        .ifPresent(given ->
            Logger.error(
                "{} was started again and again without answering; it is given up", given));
    if (updates.activeFile().isEmpty() && !Files.exists(pipeline.model().file())) {
      Logger.info("there is no model yet; the first one is fetched");
      try (Source source = updates.source()) {
        Outcome outcome =
            updates
                .updater(source, Optional.empty())
                .update(updates.alone(), false, () -> false, (done, of) -> {});
        Logger.info("updates: {}", outcome.text());
      }
    }
    return updates.activeFile().map(pipeline::withModelFile).orElse(pipeline);
  }

  private int run(Pipeline pipeline, Optional<Updates> updates, Clock clock, Uplink uplink)
      throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    InputFile.check(pipeline.model().file());
    InputFile.checkReplayed(pipeline.sensor());
    ModelLoader models = models(pipeline);
    Optional<MqttAlertSink> broker = broker(pipeline, uplink);
    AlertSink sink = broker.isPresent() ? broker.get() : new LoggedAlerts();
    Node.Parts parts = parts(pipeline, clock, uplink, models, broker, sink);
    try (StopSignal signal = new StopSignal()) {
      NodeSummary summary;
      UpdateLoop.Answers answers = new UpdateLoop.Answers();
      try (Node node = open(pipeline, parts, answers);
          UpdateLoop loop =
              updates.isEmpty()
                  ? null
                  : new UpdateLoop(
                      updates.get(),
                      node,
                      answers,
                      look -> watcher(pipeline, updates.get(), broker, look))) {
        Logger.debug("updates are {}", loop == null ? "off" : "on");
        signal.stops(node::stop);
        Logger.info("node {} runs; SIGTERM or SIGINT ends it", pipeline.node());
        summary = node.run();
      }
      out.print(summary.text());
      broker.ifPresent(b -> out.println("mqtt        " + described(b.stats())));
      out.flush();
      return signal.endsWith(summary.sensorFailure().isPresent() ? ExitCode.FAILED : ExitCode.DONE);
    }
  }

  /** A model that is no program yet is compiled for the pipeline's board before anything starts. */
  private static ModelLoader models(Pipeline pipeline) throws Exception {
    Path model = pipeline.model().file();
    if (OpenedModel.isProgram(model)) {
      return ModelLoader.mill();
    }
    Program program = ModelCompiler.compile(model, pipeline.board(), Budget.UNLIMITED).program();
    ModelLoader mill = ModelLoader.mill();
    return (named, arena) -> named.equals(model) ? program : mill.load(named, arena);
  }

  private static Optional<MqttAlertSink> broker(Pipeline pipeline, Uplink uplink)
      throws IOException, InputException {
    if (pipeline.mqtt().isEmpty()) {
      return Optional.empty();
    }
    Pipeline.Mqtt mqtt = pipeline.mqtt().get();
    try {
      return Optional.of(
          MqttAlertSink.open(
              mqtt.broker(), mqtt.outbox(), uplink, Clock.system(), RunCommand::logged));
    } catch (IllegalArgumentException e) {
      throw new InputException("node " + pipeline.node() + ": " + e.getMessage());
    }
  }

  /** What the node is wired from; the sink is closed if that does not come about. */
  private Node.Parts parts(
      Pipeline pipeline,
      Clock clock,
      Uplink uplink,
      ModelLoader models,
      Optional<MqttAlertSink> broker,
      AlertSink sink)
      throws Exception {
    Instruments instruments = Instruments.NONE;
    boolean wired = false;
    try {
      if (pipeline.instruments()) {
        instruments = BoardInstruments.find(Path.of("/"), Clock.system(), RunCommand::logged);
      }
      StatesOpener reports = StatesOpener.NONE;
      if (broker.isPresent()) {
        reports = reports(pipeline, broker.get(), instruments.gaugeBattery(), uplink);
      }
      Node.Parts parts =
          new Node.Parts(
                  clock,
                  models,
                  program -> Executor.load(program, selfTest.options()),
                  sink,
                  config -> OipCloudInference.open(config, Clock.system()),
                  NodeListener.NONE,
                  RunCommand::logged)
              .with(instruments)
              .with(reports)
              .with(uplink);
      wired = true;
      return parts;
    } finally {
      if (!wired) {
        sink.close();
        instruments.close();
      }
    }
  }

  private static Node open(Pipeline pipeline, Node.Parts parts, NodeListener listener)
      throws Exception {
    boolean opened = false;
    try {
      Node node = Node.open(pipeline, parts.with(listener));
      opened = true;
      return node;
    } finally {
      if (!opened) {
        parts.sink().close();
        parts.instruments().close();
      }
    }
  }

  /** Who is told the node's states. */
  private static StatesOpener reports(
      Pipeline pipeline, MqttAlertSink broker, boolean battery, Uplink uplink) throws IOException {
    Set<NodeFigure> figures = NodeReports.known(battery, uplink);
    NodeReports reports =
        new NodeReports(pipeline, broker, Version.number(), figures, uplink, RunCommand::logged);
    if (reports.device().isPresent() && pipeline.updates().isPresent()) {
      String base = pipeline.mqtt().orElseThrow().broker().baseTopic();
      reports.device().get().add(HomeAssistantUpdate.component(base));
    }
    return reports;
  }

  /** Updates are shown where there is a broker. */
  private static UpdateLoop.Watcher watcher(
      Pipeline pipeline, Updates updates, Optional<MqttAlertSink> broker, Runnable look) {
    return broker.isEmpty()
        ? UpdateLoop.Watcher.NONE
        : new UpdateEntity(
            broker.get(),
            pipeline.mqtt().orElseThrow().broker().baseTopic(),
            updates.settings().model(),
            updates.slots().active().map(ModelRelease::version).orElse(""),
            look);
  }

  private static void logged(Exception e) {
    Logger.warn("{}", e.getMessage());
    Logger.debug(e);
  }

  private static String described(DeliveryStats stats) {
    return "%d published, %d sent again, %d acknowledged, %d waiting, %d lost"
        .formatted(
            stats.published(),
            stats.resent(),
            stats.outbox().acknowledged(),
            stats.outbox().waiting(),
            stats.outbox().lostTotal());
  }
}
