package io.millrace.node.mqtt.source;

import io.millrace.node.mqtt.MqttConfig;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.message.MessageSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A topic at a broker.
 *
 * @param broker {@code tcp://host:port} or {@code ssl://host:port}
 * @param topic its name, or a filter with {@code +} and {@code #}
 * @param clientId unique at the broker; empty for one by chance
 * @param credentials user and password, where the broker asks for them
 * @param ca certificates that the broker's must come from, PEM; empty for those that the JVM trusts
 */
public record MqttTopic(
    URI broker,
    String topic,
    Optional<String> clientId,
    Optional<MqttConfig.Credentials> credentials,
    Optional<Path> ca) {
  private static final int MAX_TOPIC_BYTES = 65_535;

  public MqttTopic {
    Objects.requireNonNull(clientId);
    Objects.requireNonNull(credentials);
    String scheme = broker.getScheme();
    boolean secure = "ssl".equals(scheme);
    if (!(secure || "tcp".equals(scheme))
        || broker.getHost() == null
        || broker.getPort() < 1
        || broker.getUserInfo() != null
        || !broker.getPath().isEmpty()) {
      throw new IllegalArgumentException(
          "broker '" + broker + "' must be tcp://HOST:PORT or ssl://HOST:PORT and nothing more");
    }
    if (ca.isPresent() && !secure) {
      throw new IllegalArgumentException(
          "'ca' given, but broker " + broker + " is not ssl://; use ssl:// or remove it");
    }
    int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > MAX_TOPIC_BYTES || topic.indexOf('\0') >= 0 || !isFilter(topic)) {
      throw new IllegalArgumentException(
          "'" + topic + "' is no topic filter (MQTT 3.1.1, section 4.7)");
    }
  }

  /** {@code +} stands for a whole level, {@code #} for all levels from there on. */
  private static boolean isFilter(String topic) {
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      boolean last = i == levels.length - 1;
      boolean wild = levels[i].equals("+") || (levels[i].equals("#") && last);
      if (!wild && (levels[i].indexOf('+') >= 0 || levels[i].indexOf('#') >= 0)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The messages of the topic.
   *
   * @param uplink pays for what travels; what a broker on the board itself sends does not
   * @param errors gets every connection that is lost or refused
   */
  public MessageSource source(Uplink uplink, Consumer<? super Exception> errors) {
    return new MqttSource(this, uplink, errors);
  }

  /** Whether the broker is on the board itself, by its address. */
  boolean isLocal() {
    String host = broker.getHost();
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.equals("[::1]");
  }
}
