package io.millrace.ota.report;

import io.millrace.node.mqtt.MqttAlertSink;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/**
 * An {@code update} entity after Home Assistant's MQTT integration: a discovery message at {@code
 * homeassistant/update/OBJECT/config}, the state as JSON at {@code BASE/update}, the command
 * {@value #INSTALL} at {@code BASE/update/set}. Available while the node's status says {@code
 * online}.
 */
public final class HomeAssistantUpdate {
  /** Payload that installs. */
  public static final String INSTALL = "INSTALL";

  private static final JSON WRITER = JSON.std.with(JSON.Feature.WRITE_NULL_PROPERTIES);

  private final MqttAlertSink sink;
  private final String stateTopic;

  private HomeAssistantUpdate(MqttAlertSink sink, String stateTopic) {
    this.sink = sink;
    this.stateTopic = stateTopic;
  }

  /**
   * Announces the entity, and listens to its button.
   *
   * @param baseTopic the node's, as in its MQTT settings
   * @param node the node's name
   * @param first what there is now
   * @param install called off the network thread when somebody wants the update; should return soon
   */
  public static HomeAssistantUpdate announce(
      MqttAlertSink sink, String baseTopic, String node, UpdateStatus first, Runnable install) {
    // discovery takes letters, digits, _ and - as an object's name
    String object = "millrace_" + node.replaceAll("[^a-zA-Z0-9_-]", "_");
    String stateTopic = baseTopic + "/update";
    String commandTopic = stateTopic + "/set";
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", "Model");
    config.put("unique_id", object + "_model");
    config.put("object_id", object + "_model");
    config.put("state_topic", stateTopic);
    config.put("command_topic", commandTopic);
    config.put("payload_install", INSTALL);
    config.put("qos", 1);
    config.put("retain", false);
    config.put(
        "availability",
        List.of(
            Map.of("topic", baseTopic + "/status", "value_template", "{{ value_json.status }}")));
    Map<String, Object> device = new LinkedHashMap<>();
    device.put("identifiers", List.of(object));
    device.put("name", node);
    device.put("manufacturer", "Millrace");
    config.put("device", device);
    sink.keep("homeassistant/update/" + object + "/config", write(config));
    HomeAssistantUpdate entity = new HomeAssistantUpdate(sink, stateTopic);
    entity.publish(first);
    sink.onCommand(
        commandTopic,
        message -> {
          String text = new String(message, StandardCharsets.UTF_8);
          if (!text.equals(INSTALL)) {
            throw new IllegalArgumentException(
                "a command of " + message.length + " bytes is not " + INSTALL);
          }
          install.run();
        });
    return entity;
  }

  /** Says what there is now. Never blocks. */
  public void publish(UpdateStatus status) {
    Map<String, Object> state = new LinkedHashMap<>();
    if (!status.installedVersion().isEmpty()) {
      state.put("installed_version", status.installedVersion());
    }
    if (!status.latestVersion().isEmpty()) {
      state.put("latest_version", status.latestVersion());
    }
    state.put("title", status.title());
    state.put("release_summary", status.releaseSummary());
    state.put("in_progress", status.inProgress());
    boolean known = status.inProgress() && status.percent().isPresent();
    state.put("update_percentage", known ? (Integer) status.percent().getAsInt() : null);
    sink.keep(stateTopic, write(state));
  }

  private static byte[] write(Map<String, Object> message) {
    return WRITER.asString(message).getBytes(StandardCharsets.UTF_8);
  }
}
