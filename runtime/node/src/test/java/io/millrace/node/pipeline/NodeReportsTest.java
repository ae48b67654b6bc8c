package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.alert.Alert;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.node.mqtt.EmbeddedBroker;
import io.millrace.node.mqtt.Mosquitto;
import io.millrace.node.mqtt.MosquittoCapture;
import io.millrace.node.mqtt.MosquittoCapture.Captured;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.report.DecisionReport;
import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.NodeStates;
import io.millrace.node.report.homeassistant.DiscoverySchema;
import io.millrace.node.uplink.Unmetered;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.jr.ob.JSON;

/** What mosquitto_sub gets of a node that tells its states. */
@Timeout(120)
@SuppressWarnings("try") // a broker is only there
class NodeReportsTest {
  private static final String DISCOVERY = "homeassistant/device/millrace_n1/config";
  private static final SampleFormat FORMAT =
      new SampleFormat(
          "s",
          List.of(
              new SampleFormat.Channel("x", "m/s2", 1), new SampleFormat.Channel("t", "degC", 1)),
          3200);

  private enum Kind {
    DEFER
  }

  @TempDir Path folder;
  private final List<Exception> errors = new CopyOnWriteArrayList<>();
  private final Uplink uplink = Unmetered.uplink(Clock.system());
  private int port;

  @BeforeEach
  void choosePort() throws IOException {
    Mosquitto.program("mosquitto");
    port = EmbeddedBroker.freePort();
  }

  private Pipeline pipeline(String told) throws Exception {
    return PipelineFile.parse(
        """
        node: n1
        board: rpi4b
        sensor: {replay: in.bin, type: int8, shape: [4], rate: 10 Hz}
        model: {file: echo.mill, labels: [bang, count, c, d]}
        rules: [{name: bang, classes: [bang], on: 0.9}, {name: hum, classes: [c], on: 0.9}]
        mqtt:
          broker: tcp://127.0.0.1:%d
          topic: plant/n1
          outbox: {folder: outbox}
          timing: {backoff-min: 50 ms, backoff-max: 200 ms, connect: 5 s, acknowledge: 2 s}
        """
                .formatted(port)
            + told.indent(2),
        folder.resolve("p.yaml"));
  }

  private MqttAlertSink sink(Pipeline pipeline) throws IOException {
    return sink(pipeline, uplink);
  }

  private MqttAlertSink sink(Pipeline pipeline, Uplink paying) throws IOException {
    Pipeline.Mqtt mqtt = pipeline.mqtt().orElseThrow();
    return MqttAlertSink.open(mqtt.broker(), mqtt.outbox(), paying, Clock.system(), errors::add);
  }

  private NodeReports reports(Pipeline pipeline, MqttAlertSink sink) throws IOException {
    return new NodeReports(
        pipeline, sink, "1.2", EnumSet.allOf(NodeFigure.class), uplink, errors::add);
  }

  private static void live(NodeStates states) {
    SampleBlock block = new SampleBlock(new float[] {3, 20, -4, 22}, FORMAT);
    block.filled(2, 0, 0);
    states.samples(block);
    states.figure(NodeFigure.POWER, 2400);
    states.figure(NodeFigure.ENERGY, 12.5);
    states.alert(
        new Alert(
            "i",
            "n1",
            "bang",
            "bang",
            0.95,
            Alert.State.RAISED,
            3,
            5,
            9,
            0,
            1,
            Alert.Origin.BOARD,
            "m",
            "v",
            1));
    if (states.decided(Kind.DEFER)) {
      states.decision(
          new DecisionReport(9, "DEFER", "energy", Optional.empty(), List.of(), "too little"));
    }
  }

  private void send(String topic, String message) throws Exception {
    Process process =
        new ProcessBuilder(
                Mosquitto.program("mosquitto_pub"),
                "-h",
                "127.0.0.1",
                "-p",
                Integer.toString(port),
                "-q",
                "1",
                "-t",
                topic,
                "-m",
                message)
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
  }

  /** What a template {@code {{ value_json.a.b }}} makes of a message. */
  private static Object rendered(String template, byte[] message) throws IOException {
    Object value = JSON.std.mapFrom(message);
    String path = template.replace("{{ value_json.", "").replace(" }}", "");
    for (String key : path.split("\\.", -1)) {
      assertTrue(((Map<?, ?>) value).containsKey(key), template + " finds no " + key);
      value = ((Map<?, ?>) value).get(key);
    }
    return value;
  }

  @Test
  void shouldBeADeviceOfHomeAssistantWithAValueForEveryEntity() throws Exception {
    Pipeline pipeline = pipeline("states: true\nhome-assistant: true");
    try (Mosquitto broker = new Mosquitto(folder, port);
        MosquittoCapture capture = new MosquittoCapture(port);
        MqttAlertSink sink = sink(pipeline)) {
      try (NodeStates states = reports(pipeline, sink).open(FORMAT)) {
        live(states);
      }
      capture.await(c -> !c.on("plant/n1/state").isEmpty() && !c.on(DISCOVERY).isEmpty());
      assertEquals("plant/n1/status", capture.messages().getFirst().topic(), "there, then known");
      Captured discovery = capture.on(DISCOVERY).getLast();
      assertEquals(List.of(), DiscoverySchema.faults(discovery.topic(), discovery.payload()));
      assertEquals(1, discovery.qos());
      Map<String, Object> message = JSON.std.mapFrom(discovery.payload());
      Map<?, ?> availability = (Map<?, ?>) ((List<?>) message.get("avty")).getFirst();
      assertEquals(
          "online",
          rendered(
              availability.get("val_tpl").toString(),
              capture.on(availability.get("t").toString()).getLast().payload()));
      Map<?, ?> entities = (Map<?, ?>) message.get("cmps");
      assertEquals(6 + 2 + NodeFigure.values().length + 1, entities.size());
      for (Object each : entities.values()) {
        Map<?, ?> entity = (Map<?, ?>) each;
        List<Captured> told = capture.on(entity.get("stat_t").toString());
        assertTrue(!told.isEmpty(), "nothing on " + entity.get("stat_t"));
        rendered(entity.get("val_tpl").toString(), told.getLast().payload());
      }
      Map<?, ?> bang = (Map<?, ?>) entities.get("rule_bang");
      Object state =
          rendered(
              bang.get("val_tpl").toString(),
              capture.on(bang.get("stat_t").toString()).getLast().payload());
      assertEquals(bang.get("pl_on"), state);
      Map<?, ?> rms = (Map<?, ?>) entities.get("channel_x_rms");
      Object value =
          rendered(rms.get("val_tpl").toString(), capture.on("plant/n1/state").getLast().payload());
      assertEquals(3.53553, ((Number) value).doubleValue(), "sqrt(25 / 2) to six digits");

      int before = capture.on(DISCOVERY).size();
      send("homeassistant/status", "online");
      capture.await(c -> c.on(DISCOVERY).size() > before);
      assertEquals(before + 1, capture.on(DISCOVERY).size(), "announced anew");
      try (MosquittoCapture late = new MosquittoCapture(port)) {
        late.await(c -> c.messages().size() >= 6);
        assertTrue(late.messages().stream().allMatch(Captured::retained));
        for (String topic :
            List.of(DISCOVERY, "plant/n1/state", "plant/n1/decision", "plant/n1/rule/hum")) {
          assertEquals(1, late.on(topic).size(), topic);
        }
      }
      long bytes = sink.stats().bytesPublished();
      System.out.println(
          "report: Home Assistant: discovery of "
              + entities.size()
              + " entities "
              + discovery.payload().length
              + " bytes, a state "
              + capture.on("plant/n1/state").getLast().payload().length
              + " bytes, all "
              + bytes);
    }
    assertEquals(List.of(), errors);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTellOfBatteryAndUplinkWhereTheyAreAlone(boolean there) throws Exception {
    Pipeline pipeline = pipeline("states: true\nhome-assistant: true\nsparkplug: {group: plant}");
    Optional<UplinkLimit> limit = Optional.of(new UplinkLimit(50_000_000, 1_000, Optional.empty()));
    try (Mosquitto broker = new Mosquitto(folder, port);
        MosquittoCapture capture = new MosquittoCapture(port);
        Uplink metered = Uplink.open(limit.filter(l -> there), Clock.system(), errors::add);
        MqttAlertSink sink = sink(pipeline, metered)) {
      NodeReports reports =
          new NodeReports(
              pipeline, sink, "1.2", NodeReports.known(there, metered), metered, errors::add);
      try (NodeStates states = reports.open(FORMAT)) {
        states.figure(NodeFigure.BATTERY, 87.5);
        states.figure(NodeFigure.BATTERY_ENERGY, 3_250);
        live(states);
        capture.await(c -> !c.on("plant/n1/status").isEmpty());
      }
      capture.await(c -> !c.on("plant/n1/state").isEmpty() && !c.on(DISCOVERY).isEmpty());
      assertFalse(
          capture.on(DISCOVERY).isEmpty(),
          () -> capture.messages() + ", errors " + errors + ", " + sink.stats());
      Captured discovery = capture.on(DISCOVERY).getLast();
      assertEquals(List.of(), DiscoverySchema.faults(discovery.topic(), discovery.payload()));
      Map<?, ?> entities = (Map<?, ?>) JSON.std.mapFrom(discovery.payload()).get("cmps");
      byte[] state = capture.on("plant/n1/state").getLast().payload();
      for (NodeFigure figure : NodeFigure.values()) {
        boolean optional =
            NodeFigure.OF_A_BATTERY.contains(figure) || NodeFigure.OF_AN_UPLINK.contains(figure);
        Map<?, ?> entity = (Map<?, ?>) entities.get(figure.name().toLowerCase(Locale.ROOT));
        boolean told = entity != null && entity.containsKey("stat_t");
        if (optional) {
          assertEquals(there, told, figure.key());
          Map<?, ?> figures = (Map<?, ?>) JSON.std.mapFrom(state).get("figures");
          assertEquals(there, figures.containsKey(figure.key()), figure.key());
        }
      }
      if (there) {
        Map<?, ?> used = (Map<?, ?>) entities.get("uplink");
        assertEquals(
            List.of("data_size", "total_increasing", "B"),
            List.of(used.get("dev_cla"), used.get("stat_cla"), used.get("unit_of_meas")));
        long bytes = ((Number) rendered(used.get("val_tpl").toString(), state)).longValue();
        assertTrue(bytes > 1_000 && bytes <= metered.usedToday().orElseThrow(), bytes + " used");
        Map<?, ?> left = (Map<?, ?>) entities.get("uplink_left");
        assertEquals(
            50_000_000 - bytes,
            ((Number) rendered(left.get("val_tpl").toString(), state)).longValue());
        Map<?, ?> battery = (Map<?, ?>) entities.get("battery");
        assertEquals(
            List.of("battery", "measurement", "%"),
            List.of(battery.get("dev_cla"), battery.get("stat_cla"), battery.get("unit_of_meas")));
        assertEquals(87.5, rendered(battery.get("val_tpl").toString(), state));
        Map<?, ?> energy = (Map<?, ?>) entities.get("battery_energy");
        assertEquals(
            List.of("energy_storage", "measurement", "mWh"),
            List.of(energy.get("dev_cla"), energy.get("stat_cla"), energy.get("unit_of_meas")));
      }
    }
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldTellAllAgainToABrokerThatForgot() throws Exception {
    Pipeline pipeline = pipeline("states: {every: 1 s, decisions: false}\nhome-assistant: true");
    try (MqttAlertSink sink = sink(pipeline);
        NodeStates states = reports(pipeline, sink).open(FORMAT)) {
      for (int i = 0; i < 1000; i++) {
        live(states);
      }
      for (int round = 0; round < 2; round++) {
        Path own = Files.createDirectories(folder.resolve("broker" + round));
        try (Mosquitto broker = new Mosquitto(own, port);
            MosquittoCapture capture = new MosquittoCapture(port)) {
          capture.await(c ->
              c.messages().stream()
                  .map(Captured::topic)
                  .toList()
                  .containsAll(List.of(DISCOVERY, "plant/n1/state", "plant/n1/rule/bang")));
          assertEquals(1, capture.on(DISCOVERY).size());
          assertEquals(1, capture.on("plant/n1/rule/bang").size(), "the last value alone");
          assertEquals(List.of(), capture.on("plant/n1/decision"), "not wanted");
          broker.close();
        }
      }
    }
  }

  @Test
  void shouldTakeBackWhatAnEarlierStartTold() throws Exception {
    try (Mosquitto broker = new Mosquitto(folder, port)) {
      for (String told : List.of("states: true\nhome-assistant: true\n", "")) {
        Pipeline pipeline = pipeline(told);
        try (MqttAlertSink sink = sink(pipeline);
            NodeStates states = reports(pipeline, sink).open(FORMAT)) {
          live(states);
        }
      }
      try (MosquittoCapture late = new MosquittoCapture(port)) {
        late.await(c -> !c.messages().isEmpty());
        assertEquals(
            List.of("plant/n1/status"), late.messages().stream().map(Captured::topic).toList());
      }
    }
    assertEquals(List.of(), errors);
  }
}
