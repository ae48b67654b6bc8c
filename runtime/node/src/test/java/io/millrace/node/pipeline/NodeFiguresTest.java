package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.budget.Instruments;
import io.millrace.node.budget.Readings;
import io.millrace.node.report.DecisionReport;
import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.NodeStates;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.clock.VirtualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says of itself: as its instruments have it. */
class NodeFiguresTest {
  @TempDir Path folder;
  private final Map<NodeFigure, Double> told = new EnumMap<>(NodeFigure.class);
  private final List<Exception> errors = new ArrayList<>();

  /** A battery at seven eighths, 3.25 Wh. */
  private static final class Gauge implements Instruments {
    @Override
    public boolean measurePower() {
      return false;
    }

    @Override
    public boolean gaugeBattery() {
      return true;
    }

    @Override
    public void read(Readings into) {
      into.batteryShare(0.875);
      into.batteryMilliJ(3.25 * 3_600_000);
    }

    @Override
    public void close() {}
  }

  private final class Told implements NodeStates {
    @Override
    public void samples(SampleBlock block) {}

    @Override
    public void figure(NodeFigure figure, double value) {
      told.put(figure, value);
    }

    @Override
    public boolean decided(Enum<?> kind) {
      return false;
    }

    @Override
    public void decision(DecisionReport report) {}

    @Override
    public void alert(Alert alert) {}

    @Override
    public void close() {}
  }

  private void run(Instruments instruments) throws Exception {
    Files.write(folder.resolve("in.bin"), new byte[80]);
    Programs.echo(folder.resolve("echo.mill"), 5_000_000, 10_000_000);
    Pipeline pipeline =
        PipelineFile.parse(
            """
            node: n1
            board: rpi4b
            sensor: {replay: in.bin, type: int8, shape: [4], rate: 10 Hz}
            model: {file: echo.mill, labels: [a, b, c, d]}
            """,
            folder.resolve("p.yaml"));
    Node.Parts parts =
        new Node.Parts(
                new VirtualClock(0, 0),
                ModelLoader.mill(),
                Executor::load,
                new LoggedAlerts(),
                Node.CloudOpener.NONE,
                NodeListener.NONE,
                errors::add)
            .with(instruments)
            .with((StatesOpener) format -> new Told());
    try (Node node = Node.open(pipeline, parts)) {
      node.run();
    }
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldTellHowFullABatteryIsByItsGauge() throws Exception {
    run(new Gauge());
    assertEquals(87.5, told.get(NodeFigure.BATTERY));
    assertEquals(3_250, told.get(NodeFigure.BATTERY_ENERGY), 1e-9);
  }

  @Test
  void shouldNotKnowABatteryWithoutAGauge() throws Exception {
    run(Instruments.NONE);
    assertTrue(told.get(NodeFigure.BATTERY).isNaN());
    assertTrue(told.get(NodeFigure.BATTERY_ENERGY).isNaN());
  }
}
