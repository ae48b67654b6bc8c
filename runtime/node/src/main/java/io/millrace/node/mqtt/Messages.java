package io.millrace.node.mqtt;

import io.millrace.node.alert.Alert;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** The JSON payloads, as {@code alert.schema.json} and its neighbours describe them. */
final class Messages {
  private static final JSON WRITER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

  private Messages() {}

  static byte[] alert(Alert alert) {
    Map<String, Object> window = new LinkedHashMap<>();
    window.put("index", alert.windowIndex());
    window.put("start_ns", alert.windowStartNs());
    window.put("end_ns", alert.windowEndNs());
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("name", alert.model());
    model.put("version", alert.modelVersion());
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("schema", "millrace.alert/1");
    message.put("id", alert.id());
    message.put("node", alert.node());
    message.put("rule", alert.rule());
    message.put("label", alert.label());
    message.put("score", finiteOrNull(alert.score()));
    message.put("state", lower(alert.state()));
    message.put("priority", alert.priority());
    message.put("time_ms", alert.wallTimeEpochMs());
    message.put("window", window);
    message.put("computed_on", lower(alert.computedOn()));
    message.put("model", model);
    message.put("energy_uj", finiteOrNull(alert.energyMicroJ()));
    return write(message);
  }

  /**
   * The node's state. The last will carries the time of the connection that it belongs to, as
   * nobody knows beforehand when it will break.
   */
  static byte[] status(String clientId, boolean online, long connectedEpochMs) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("schema", "millrace.status/1");
    message.put("client", clientId);
    message.put("status", online ? "online" : "offline");
    message.put("connected_ms", connectedEpochMs);
    return write(message);
  }

  private static byte[] write(Map<String, Object> message) {
    return WRITER.asString(message).getBytes(StandardCharsets.UTF_8);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** JSON has no NaN and no infinity; the alert still has to go out. */
  private static Double finiteOrNull(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
