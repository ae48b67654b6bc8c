package io.millrace.suites.endtoend;

import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.clock.Clock;
import java.nio.file.Path;

/**
 * A node in a process of its own that says which alerts it has taken responsibility for: {@code
 * accepted ID}, printed after the sink took it. Whatever stands there must arrive, however the
 * process ends.
 */
final class WatchedNode {
  static final String ACCEPTED = "accepted ";

  private WatchedNode() {}

  public static void main(String[] args) throws Exception {
    Pipeline pipeline = PipelineFile.read(Path.of(args[0]));
    Pipeline.Mqtt mqtt = pipeline.mqtt().orElseThrow();
    MqttAlertSink sink =
        MqttAlertSink.open(
            mqtt.broker(),
            mqtt.outbox(),
            Unmetered.uplink(Clock.system()),
            Clock.system(),
            e -> System.out.println("error " + e));
    NodeListener listener =
        new NodeListener() {
          @Override
          public void alerted(Alert alert) {
            System.out.println(ACCEPTED + alert.id());
          }
        };
    Node.Parts parts =
        new Node.Parts(
            Node.clockFor(pipeline),
            ModelLoader.mill(),
            Executor::load,
            sink,
            Node.CloudOpener.NONE,
            listener,
            e -> System.out.println("error " + e));
    try (Node node = Node.open(pipeline, parts)) {
      System.out.print(node.run().text());
    }
  }
}
