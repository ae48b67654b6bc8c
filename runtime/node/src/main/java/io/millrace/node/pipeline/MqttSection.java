package io.millrace.node.pipeline;

import io.millrace.node.mqtt.MqttConfig;
import io.millrace.node.mqtt.TlsConfig;
import io.millrace.node.outbox.OutboxConfig;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.secret.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The {@code mqtt} section. */
final class MqttSection {
  private MqttSection() {}

  static Pipeline.Mqtt read(Entry entry, String node) throws PipelineException {
    Section s =
        entry.section(
            "broker",
            "topic",
            "client-id",
            "user",
            "password",
            "tls",
            "in-flight",
            "timing",
            "outbox",
            "states",
            "home-assistant",
            "sparkplug");
    Entry broker = s.required("broker");
    URI uri = uri(broker);
    String topic = s.optional("topic", "millrace/" + node, Entry::text);
    String clientId = s.optional("client-id", node, Entry::text);
    Optional<TlsConfig> tls = s.optional("tls", MqttSection::tls);
    int inFlight = s.optional("in-flight", 32, e -> e.integer(1, 1000));
    MqttConfig.Timing timing = s.optional("timing", MqttConfig.Timing.DEFAULT, MqttSection::timing);
    if (s.has("user") != s.has("password")) {
      throw entry.bad("'user' and 'password' go together");
    }
    Optional<MqttConfig.Credentials> credentials =
        s.has("user")
            ? Optional.of(
                new MqttConfig.Credentials(
                    s.required("user").text(), secret(s.required("password"))))
            : Optional.empty();
    MqttConfig mqtt =
        entry.make(() -> new MqttConfig(uri, topic, clientId, credentials, tls, inFlight, timing));
    return new Pipeline.Mqtt(mqtt, outbox(s.required("outbox")), report(entry, s, node));
  }

  /** What is told besides alerts; {@code false} for a key is as if it were not there. */
  private static ReportSettings report(Entry entry, Section s, String node)
      throws PipelineException {
    boolean told = isOn(s, "states");
    Section states = told ? mapping(s, "states", "every", "decisions") : null;
    long everyNs = ReportSettings.DEFAULT_EVERY_NS;
    boolean decisions = told;
    if (states != null) {
      everyNs = states.optional("every", everyNs, Entry::timeNs);
      decisions = states.optional("decisions", true, Entry::bool);
    }
    Optional<String> home = Optional.empty();
    if (isOn(s, "home-assistant")) {
      Section section = mapping(s, "home-assistant", "prefix");
      home = Optional.of("homeassistant");
      if (section != null) {
        home = Optional.of(section.optional("prefix", "homeassistant", Entry::text));
      }
    }
    Optional<ReportSettings.Sparkplug> sparkplug = Optional.empty();
    if (s.has("sparkplug")) {
      Entry place = s.required("sparkplug");
      Section section = place.section("group", "edge-node");
      String group = section.required("group").text();
      String edgeNode = section.optional("edge-node", node, Entry::text);
      sparkplug = Optional.of(place.make(() -> new ReportSettings.Sparkplug(group, edgeNode)));
    }
    long every = everyNs;
    boolean decided = decisions;
    Optional<String> prefix = home;
    Optional<ReportSettings.Sparkplug> edge = sparkplug;
    return entry.make(() -> new ReportSettings(every, told, decided, prefix, edge));
  }

  private static boolean isOn(Section s, String key) throws PipelineException {
    return s.has(key) && (s.required(key).isMapping() || s.required(key).bool());
  }

  /** The entries of a key that may be {@code true} instead; null then. */
  private static Section mapping(Section s, String key, String... keys) throws PipelineException {
    Entry entry = s.required(key);
    return entry.isMapping() ? entry.section(keys) : null;
  }

  private static OutboxConfig outbox(Entry entry) throws PipelineException {
    Section s = entry.section("folder", "size");
    Path folder = s.required("folder").path();
    long size =
        s.optional(
            "size", OutboxConfig.DEFAULT_DISK_BYTES, e -> Math.round(e.quantity(Unit.SIZE, false)));
    return entry.make(() -> new OutboxConfig(folder, size));
  }

  private static TlsConfig tls(Entry entry) throws PipelineException {
    Section s = entry.section("ca", "certificate", "key", "verify-hostname");
    if (s.has("certificate") != s.has("key")) {
      throw entry.bad("'certificate' and 'key' go together");
    }
    Optional<TlsConfig.ClientIdentity> client =
        s.has("key")
            ? Optional.of(
                new TlsConfig.ClientIdentity(
                    s.required("certificate").path(), s.required("key").path()))
            : Optional.empty();
    return new TlsConfig(
        s.optional("ca", Entry::path), client, s.optional("verify-hostname", true, Entry::bool));
  }

  private static MqttConfig.Timing timing(Entry entry) throws PipelineException {
    Section s =
        entry.section(
            "keep-alive", "connect", "acknowledge", "backoff-min", "backoff-max", "close");
    MqttConfig.Timing t = MqttConfig.Timing.DEFAULT;
    int keepAliveS =
        s.optional(
            "keep-alive",
            t.keepAliveS(),
            e -> (int) Math.min(Integer.MAX_VALUE, Math.round(e.timeNs() / 1e9)));
    int connect = s.optional("connect", t.connectTimeoutMs(), Entry::timeMs);
    int acknowledge = s.optional("acknowledge", t.ackTimeoutMs(), Entry::timeMs);
    int backoffMin = s.optional("backoff-min", t.backoffMinMs(), Entry::timeMs);
    int backoffMax = s.optional("backoff-max", t.backoffMaxMs(), Entry::timeMs);
    int close = s.optional("close", t.closeTimeoutMs(), Entry::timeMs);
    return entry.make(() ->
        new MqttConfig.Timing(keepAliveS, connect, acknowledge, backoffMin, backoffMax, close));
  }

  static URI uri(Entry entry) throws PipelineException {
    String text = entry.text();
    return entry.make(() -> URI.create(text));
  }

  /** {@code {file: F}} or {@code {env: NAME}}: a pipeline file holds no secrets. */
  static Secret secret(Entry entry) throws PipelineException {
    if (!entry.isMapping()) {
      throw entry.bad("write {file: PATH} or {env: NAME}; secrets do not stand in this file");
    }
    Section s = entry.section("file", "env");
    if (s.has("file") == s.has("env")) {
      throw entry.bad("give one of 'file' and 'env'");
    }
    return s.has("file")
        ? new Secret.FromFile(s.required("file").path())
        : new Secret.FromEnvironment(s.required("env").text());
  }
}
