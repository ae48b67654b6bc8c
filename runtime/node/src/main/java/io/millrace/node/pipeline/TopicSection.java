package io.millrace.node.pipeline;

import io.millrace.node.mqtt.MqttConfig;
import io.millrace.node.mqtt.source.MqttTopic;
import io.millrace.sensors.SampleFormat;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code sensor.mqtt} section. */
final class TopicSection {
  private TopicSection() {}

  static SensorSettings read(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "broker",
            "topic",
            "client-id",
            "user",
            "password",
            "ca",
            "fields",
            "values",
            "rate",
            "unit",
            "buffer");
    if (s.has("user") != s.has("password")) {
      throw entry.bad("'user' and 'password' go together");
    }
    if (s.has("fields")) {
      s.refuse("means nothing with 'fields', which says how many there are", "values");
    }
    URI broker = MqttSection.uri(s.required("broker"));
    String topic = s.required("topic").text();
    Optional<String> clientId = s.optional("client-id", Entry::text);
    Optional<MqttConfig.Credentials> credentials =
        s.has("user")
            ? Optional.of(
                new MqttConfig.Credentials(
                    s.required("user").text(), MqttSection.secret(s.required("password"))))
            : Optional.empty();
    Optional<Path> ca = s.optional("ca", Entry::path);
    List<String> fields = new ArrayList<>();
    for (Entry field : s.optional("fields", List.<Entry>of(), Entry::list)) {
      fields.add(field.text());
    }
    int values = s.optional("values", Math.max(1, fields.size()), e -> e.integer(1, 63));
    if (fields.size() > 63) {
      throw s.required("fields").bad(fields.size() + " fields; at most 63 are taken");
    }
    double rateHz = s.required("rate").quantity(Unit.RATE, false);
    String unit = s.optional("unit", "1", Entry::text);
    List<SampleFormat.Channel> channels = new ArrayList<>();
    for (int i = 0; i < values; i++) {
      String name = fields.isEmpty() ? "v" + i : fields.get(i);
      channels.add(new SampleFormat.Channel(name, unit, 1));
    }
    int buffer = LiveKeys.buffer(s, Math.max(2, 16 / rateHz), rateHz);
    return entry.make(() ->
        new SensorSettings.Topic(
            new MqttTopic(broker, topic, clientId, credentials, ca),
            fields,
            new SampleFormat("mqtt " + topic, channels, rateHz),
            buffer));
  }
}
