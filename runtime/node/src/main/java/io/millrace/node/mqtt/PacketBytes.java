package io.millrace.node.mqtt;

import io.millrace.node.secret.Secret;
import io.millrace.node.uplink.WireBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the packets of one connection take on the link, each with its answer: sizes after MQTT
 * 3.1.1, sections 3.1 to 3.14, carried as {@link WireBytes} has it.
 */
public final class PacketBytes {
  private static final int CONNACK = 4;
  private static final int PUBACK = 4;
  private static final int SUBACK = 5;
  private static final int DISCONNECT = 2;

  /** Protocol name with its length, level, flags, keep-alive: section 3.1.2. */
  private static final int CONNECT_HEADER = 10;

  private final WireBytes wire;

  private PacketBytes(WireBytes wire) {
    this.wire = wire;
  }

  /** Of connections to a broker of that scheme. */
  public static PacketBytes of(String scheme) {
    return new PacketBytes(WireBytes.of(scheme.equals("ssl")));
  }

  /** Opening a connection, up to the broker's greeting, and closing it. */
  public long connection(String clientId, Optional<MqttConfig.Credentials> user, int willBytes)
      throws IOException {
    int text = text(clientId) + (willBytes == 0 ? 0 : 4 + willBytes);
    if (user.isPresent()) {
      Secret password = user.get().password();
      text += text(user.get().user()) + text(password.read());
    }
    long connect = PublishBytes.packet(CONNECT_HEADER + text);
    return wire.connection() + wire.exchange(connect, CONNACK) + wire.exchange(DISCONNECT, 0);
  }

  /** What of a connection's bytes does not travel when nobody accepts it. */
  public long withoutConnection(long connectionBytes) {
    return Math.max(0, connectionBytes - wire.attempt());
  }

  private static int text(String text) {
    return 2 + text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A message at QoS 1, in either direction. */
  public long acknowledged(String topic, int payloadBytes) {
    return wire.exchange(PublishBytes.of(topic, payloadBytes) - PUBACK, PUBACK);
  }

  /** A message at QoS 0. */
  public long once(String topic, int payloadBytes) {
    return wire.exchange(PublishBytes.once(topic, payloadBytes), 0);
  }

  /** A subscription: identifier, topic, QoS. */
  public long subscription(String topic) {
    return wire.exchange(PublishBytes.packet(2 + text(topic) + 1), SUBACK);
  }

  /** PINGREQ and PINGRESP. */
  public long ping() {
    return wire.exchange(2, 2);
  }
}
