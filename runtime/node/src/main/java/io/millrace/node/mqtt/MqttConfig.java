package io.millrace.node.mqtt;

import io.millrace.node.secret.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * Which broker, as whom, under which topics.
 *
 * @param broker {@code tcp://host:port} or {@code ssl://host:port}
 * @param baseTopic alerts go to {@code {base}/alert/{rule}}, the status to {@code {base}/status}
 * @param clientId unique at the broker: two nodes of one name throw each other out
 * @param credentials user and password, where the broker asks for them
 * @param tls for {@code ssl://}; must be absent for {@code tcp://}
 * @param maxInFlight messages sent and not yet acknowledged, 1 to 1000
 * @param timing how long to wait for what
 */
public record MqttConfig(
    URI broker,
    String baseTopic,
    String clientId,
    Optional<Credentials> credentials,
    Optional<TlsConfig> tls,
    int maxInFlight,
    Timing timing) {
  public MqttConfig {
    Objects.requireNonNull(broker);
    Objects.requireNonNull(credentials);
    Objects.requireNonNull(timing);
    requireBroker(broker);
    Topics.requireBase(baseTopic);
    requireClientId(clientId);
    if (maxInFlight < 1 || maxInFlight > 1000) {
      throw new IllegalArgumentException("maxInFlight " + maxInFlight + " is not within 1 to 1000");
    }
    boolean secure = broker.getScheme().equals("ssl");
    if (!secure && tls.isPresent()) {
      throw new IllegalArgumentException(
          "TLS settings given, but broker " + broker + " is not ssl://; use ssl:// or remove them");
    }
    if (secure && tls.isEmpty()) {
      tls = Optional.of(TlsConfig.systemTrust());
    }
  }

  /** A broker with nothing but the defaults. */
  public static MqttConfig of(URI broker, String baseTopic, String clientId) {
    return new MqttConfig(
        broker, baseTopic, clientId, Optional.empty(), Optional.empty(), 32, Timing.DEFAULT);
  }

  /** The same, with a user and password. */
  public MqttConfig withCredentials(String user, Secret password) {
    Optional<Credentials> given = Optional.of(new Credentials(user, password));
    return new MqttConfig(broker, baseTopic, clientId, given, tls, maxInFlight, timing);
  }

  /** The same, over TLS as given. */
  public MqttConfig withTls(TlsConfig given) {
    return new MqttConfig(
        broker, baseTopic, clientId, credentials, Optional.of(given), maxInFlight, timing);
  }

  /** The same, with other waits. */
  public MqttConfig withTiming(Timing given) {
    return new MqttConfig(broker, baseTopic, clientId, credentials, tls, maxInFlight, given);
  }

  /** The same broker, as another client. */
  public MqttConfig withClientId(String given) {
    return new MqttConfig(broker, baseTopic, given, credentials, tls, maxInFlight, timing);
  }

  /** The same, with another bound on messages in flight. */
  public MqttConfig withMaxInFlight(int given) {
    return new MqttConfig(broker, baseTopic, clientId, credentials, tls, given, timing);
  }

  private static void requireBroker(URI broker) {
    String scheme = broker.getScheme();
    if (!("tcp".equals(scheme) || "ssl".equals(scheme))
        || broker.getHost() == null
        || broker.getPort() < 1
        || broker.getPort() > 65535
        || broker.getUserInfo() != null
        || !broker.getPath().isEmpty()) {
      throw new IllegalArgumentException(
          "broker must be tcp://HOST:PORT or ssl://HOST:PORT and nothing more; user and password"
              + " have settings of their own");
    }
  }

  private static void requireClientId(String clientId) {
    int bytes = clientId.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1 || bytes > 256 || clientId.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "client id has " + bytes + " bytes; 1 to 256 without control characters are allowed");
    }
  }

  /** Who the node says it is. */
  public record Credentials(String user, Secret password) {
    public Credentials {
      Objects.requireNonNull(user);
      Objects.requireNonNull(password);
    }
  }

  /**
   * Waits. The first connect and every later one are retried for ever, after a wait that doubles
   * from {@code backoffMinMs} to {@code backoffMaxMs}; a random part keeps a fleet from knocking in
   * step.
   *
   * @param keepAliveS seconds of silence after which the client pings; a broker that does not
   *     answer within another such time counts as gone
   * @param connectTimeoutMs for TCP, TLS and the broker's greeting together
   * @param ackTimeoutMs a message without acknowledgement for so long means a frozen broker
   * @param backoffMinMs first wait
   * @param backoffMaxMs longest wait
   * @param closeTimeoutMs what {@code close} waits at most for the last acknowledgements
   */
  public record Timing(
      int keepAliveS,
      int connectTimeoutMs,
      int ackTimeoutMs,
      int backoffMinMs,
      int backoffMaxMs,
      int closeTimeoutMs) {
    /** For a broker on the network. */
    public static final Timing DEFAULT = new Timing(30, 10_000, 20_000, 500, 60_000, 2_000);

    public Timing {
      if (keepAliveS < 1 || keepAliveS > 65535) {
        throw new IllegalArgumentException(
            "keepAliveS " + keepAliveS + " is not within 1 to 65535 seconds");
      }
      requireMs("connectTimeoutMs", connectTimeoutMs);
      requireMs("ackTimeoutMs", ackTimeoutMs);
      requireMs("backoffMinMs", backoffMinMs);
      requireMs("backoffMaxMs", backoffMaxMs);
      requireMs("closeTimeoutMs", closeTimeoutMs);
      if (backoffMaxMs < backoffMinMs) {
        throw new IllegalArgumentException(
            "backoffMaxMs " + backoffMaxMs + " is below backoffMinMs " + backoffMinMs);
      }
    }

    private static void requireMs(String name, int value) {
      if (value < 1 || value > 3_600_000) {
        throw new IllegalArgumentException(
            name + " " + value + " is not within 1 to 3600000 milliseconds");
      }
    }
  }
}
