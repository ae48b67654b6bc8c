package io.millrace.node.mqtt;

import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.uplink.Unmetered;
import io.millrace.sensors.clock.Clock;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A process that takes alerts for ever and says of each, on standard output, that it was accepted;
 * killed by a test. Arguments: broker, outbox folder, first number.
 */
final class CrashingNode {
  private CrashingNode() {}

  public static void main(String[] arguments) throws Exception {
    MqttAlertSink sink =
        MqttAlertSink.open(
            MqttConfig.of(URI.create(arguments[0]), "plant/n1", "n1")
                .withTiming(MqttAlertSinkTest.QUICK),
            OutboxConfig.in(Path.of(arguments[1])),
            Unmetered.uplink(Clock.system()),
            Clock.system(),
            error -> System.err.println(error));
    System.out.println("recovered " + sink.stats().outbox().recovered());
    for (int i = Integer.parseInt(arguments[2]); ; i++) {
      String id = String.format(Locale.ROOT, "id%06d", i);
      sink.accept(Alerts.numbered(id, i));
      System.out.println("accepted " + id);
      System.out.flush();
      Thread.sleep(1);
    }
  }
}
