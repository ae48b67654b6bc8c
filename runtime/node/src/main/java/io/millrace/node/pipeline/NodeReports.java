package io.millrace.node.pipeline;

import io.millrace.node.alert.Alert;
import io.millrace.node.mqtt.BirthSession;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.report.DecisionReport;
import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.NodeStates;
import io.millrace.node.report.Outlet;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.report.ReportSubject;
import io.millrace.node.report.StateReporter;
import io.millrace.node.report.StateTopics;
import io.millrace.node.report.homeassistant.Component;
import io.millrace.node.report.homeassistant.HomeAssistantDevice;
import io.millrace.node.report.homeassistant.NodeEntities;
import io.millrace.node.report.sparkplug.SparkplugNode;
import io.millrace.node.rule.RuleSettings;
import io.millrace.node.storage.SmallFile;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Wires what a pipeline's {@code mqtt} section wants to be told: JSON topics, Home Assistant,
 * Sparkplug. What an earlier start told and this one does not is taken back.
 */
public final class NodeReports implements StatesOpener {
  private final Pipeline pipeline;
  private final Pipeline.Mqtt mqtt;
  private final MqttAlertSink sink;
  private final String version;
  private final Set<NodeFigure> figures;
  private final Uplink uplink;
  private final Consumer<? super Exception> errors;
  private final HomeAssistantDevice device;

  /**
   * Nothing is told before {@link #open}.
   *
   * @param sink the broker of {@code pipeline.mqtt()}
   * @param version of the software, for people
   * @param figures those that this node can know
   * @param uplink pays for what is told; open until the node is closed
   * @param errors gets what fails in the background; must not block
   * @throws IOException if what was told at an earlier start cannot be read or remembered
   */
  public NodeReports(
      Pipeline pipeline,
      MqttAlertSink sink,
      String version,
      Set<NodeFigure> figures,
      Uplink uplink,
      Consumer<? super Exception> errors)
      throws IOException {
    this.pipeline = pipeline;
    this.mqtt = pipeline.mqtt().orElseThrow();
    this.sink = sink;
    this.version = version;
    this.figures = Set.copyOf(figures);
    this.uplink = uplink;
    this.errors = errors;
    String prefix = mqtt.report().homeAssistant().orElse("homeassistant");
    boolean wanted = mqtt.report().homeAssistant().isPresent() || pipeline.updates().isPresent();
    if (wanted) {
      device =
          HomeAssistantDevice.open(
              new HomeAssistantDevice.Identity(
                  prefix,
                  pipeline.node(),
                  mqtt.broker().baseTopic(),
                  pipeline.board().title(),
                  version),
              sink::keep,
              mqtt.memory());
      sink.onNews(device.identity().birthTopic(), device::heard);
    } else {
      device = null;
      HomeAssistantDevice.takeBack(sink::keep, mqtt.memory());
    }
  }

  /**
   * The figures that a node knows.
   *
   * @param battery whether it has a battery's gauge
   * @param uplink whether it has a limit
   */
  public static Set<NodeFigure> known(boolean battery, Uplink uplink) {
    // how much a sensor lost and how long answers took is in the summary at the end alone
    Set<NodeFigure> figures =
        EnumSet.complementOf(
            EnumSet.of(NodeFigure.SAMPLES_LOST, NodeFigure.WINDOWS_LOST, NodeFigure.ANSWER_P99));
    if (!battery) {
      figures.removeAll(NodeFigure.OF_A_BATTERY);
    }
    if (uplink.day().isEmpty()) {
      figures.removeAll(NodeFigure.OF_AN_UPLINK);
    }
    return figures;
  }

  /** The node in Home Assistant, where more entities can be added; empty if nobody wants it. */
  public Optional<HomeAssistantDevice> device() {
    return Optional.ofNullable(device);
  }

  @Override
  public NodeStates open(SampleFormat format) throws IOException {
    ReportSettings settings = mqtt.report();
    ReportSubject subject =
        ReportSubject.of(
            pipeline.node(),
            pipeline.board().title(),
            version,
            format,
            pipeline.rules().stream().map(RuleSettings::name).toList(),
            figures);
    List<Outlet> outlets = new ArrayList<>();
    Path memory = mqtt.memory();
    SmallFile topics = new SmallFile(memory.resolve("topics"));
    String base = mqtt.broker().baseTopic();
    if (settings.states()) {
      outlets.add(StateTopics.open(subject, settings, base, sink::keep, topics));
    } else {
      StateTopics.takeBack(sink::keep, topics);
    }
    if (settings.homeAssistant().isPresent()) {
      for (Component component : NodeEntities.of(subject, settings, base)) {
        device.add(component);
      }
    }
    if (device != null) {
      device.announce();
    }
    Clock real = Clock.system();
    Optional<BirthSession> births = Optional.empty();
    if (settings.sparkplug().isPresent()) {
      SparkplugNode edge =
          new SparkplugNode(
              settings.sparkplug().get(),
              subject,
              settings.decisions(),
              new SmallFile(memory.resolve("births")),
              real,
              errors);
      outlets.add(edge);
      String client = mqtt.broker().clientId() + "-sparkplug";
      births =
          Optional.of(
              BirthSession.open(mqtt.broker().withClientId(client), edge, uplink, real, errors));
      edge.onNews(births.get()::wake);
    }
    if (outlets.isEmpty()) {
      return NodeStates.NONE;
    }
    StateReporter reporter =
        new StateReporter(subject, format.width(), settings, outlets, uplink, real, errors);
    return new Told(reporter.start(), births);
  }

  /** A reporter, and the session that goes with it. */
  private record Told(StateReporter reporter, Optional<BirthSession> births) implements NodeStates {
    @Override
    public void samples(SampleBlock block) {
      reporter.samples(block);
    }

    @Override
    public void figure(NodeFigure figure, double value) {
      reporter.figure(figure, value);
    }

    @Override
    public boolean decided(Enum<?> kind) {
      return reporter.decided(kind);
    }

    @Override
    public void decision(DecisionReport report) {
      reporter.decision(report);
    }

    @Override
    public void alert(Alert alert) {
      reporter.alert(alert);
    }

    @Override
    public void close() {
      // what was summed up since the last period is told too
      reporter.publish();
      reporter.close();
      births.ifPresent(BirthSession::close);
    }
  }
}
