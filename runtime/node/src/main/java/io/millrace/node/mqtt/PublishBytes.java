package io.millrace.node.mqtt;

import java.nio.charset.StandardCharsets;

/**
 * What a message takes on the connection: the PUBLISH packet after MQTT 3.1.1, section 3.3, and its
 * PUBACK, section 3.4. What carries them, {@link PacketBytes} adds.
 */
public final class PublishBytes {
  private static final int PUBACK_BYTES = 4;

  private PublishBytes() {}

  /** Bytes of a message at QoS 1 and of its acknowledgement. */
  public static int of(String topic, int payloadBytes) {
    return packet(2 + topic.getBytes(StandardCharsets.UTF_8).length + 2 + payloadBytes)
        + PUBACK_BYTES;
  }

  /** Bytes of a message at QoS 0. */
  public static int once(String topic, int payloadBytes) {
    return packet(2 + topic.getBytes(StandardCharsets.UTF_8).length + payloadBytes);
  }

  /** With the fixed header: one byte, and the length in groups of seven bits (section 2.2.3). */
  static int packet(int remaining) {
    int header = 2;
    for (int rest = remaining >>> 7; rest > 0; rest >>>= 7) {
      header++;
    }
    return header + remaining;
  }
}
