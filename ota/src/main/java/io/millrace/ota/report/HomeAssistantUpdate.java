package io.millrace.ota.report;

import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.report.homeassistant.Component;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/**
 * An {@code update} entity after Home Assistant's MQTT integration: one more component of the
 * node's device, the state as JSON at {@code BASE/update}, the command {@value #INSTALL} at {@code
 * BASE/update/set}.
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
   * How the entity is announced, with those of the node.
   *
   * @param baseTopic the node's, as in its MQTT settings
   */
  public static Component component(String baseTopic) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("name", "Model");
    settings.put("stat_t", stateTopic(baseTopic));
    settings.put("cmd_t", commandTopic(baseTopic));
    settings.put("pl_inst", INSTALL);
    settings.put("ret", false);
    return new Component("model", "update", settings);
  }

  private static String stateTopic(String baseTopic) {
    return baseTopic + "/update";
  }

  private static String commandTopic(String baseTopic) {
    return stateTopic(baseTopic) + "/set";
  }

  /**
   * Tells the entity's state, and listens to its button.
   *
   * @param baseTopic the node's, as in its MQTT settings
   * @param first what there is now
   * @param install called off the network thread when somebody wants the update; should return soon
   */
  public static HomeAssistantUpdate open(
      MqttAlertSink sink, String baseTopic, UpdateStatus first, Runnable install) {
    HomeAssistantUpdate entity = new HomeAssistantUpdate(sink, stateTopic(baseTopic));
    entity.publish(first);
    sink.onCommand(
        commandTopic(baseTopic),
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
