package io.millrace.node.report.sparkplug;

import java.nio.charset.StandardCharsets;

/**
 * Looks for {@code Node Control/Rebirth = true} in a command, which is all that this node can be
 * told. Commands come from anybody on the network: every length is checked before it is believed.
 */
final class RebirthCommand {
  /** Fields of {@code Payload} and {@code Payload.Metric} in {@code sparkplug_b.proto}. */
  private static final int PAYLOAD_METRICS = 2;

  private static final int METRIC_NAME = 1;
  private static final int METRIC_BOOLEAN = 14;

  private final byte[] bytes;
  private int at;
  private final int end;

  private RebirthCommand(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /**
   * Whether a rebirth is asked for.
   *
   * @throws IllegalArgumentException if the payload is no protocol buffer
   */
  static boolean isIn(byte[] payload) {
    RebirthCommand message = new RebirthCommand(payload, 0, payload.length);
    boolean asked = false;
    while (message.at < message.end) {
      long tag = message.varint();
      if (tag == ((PAYLOAD_METRICS << 3) | ProtoWriter.LENGTH)) {
        int length = message.length();
        asked |= new RebirthCommand(payload, message.at, message.at + length).isRebirth();
        message.at += length;
      } else {
        message.skip(tag);
      }
    }
    return asked;
  }

  private boolean isRebirth() {
    String name = "";
    boolean value = false;
    while (at < end) {
      long tag = varint();
      if (tag == ((METRIC_NAME << 3) | ProtoWriter.LENGTH)) {
        int length = length();
        name = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
      } else if (tag == ((METRIC_BOOLEAN << 3) | ProtoWriter.VARINT)) {
        value = varint() != 0;
      } else {
        skip(tag);
      }
    }
    return value && name.equals(SparkplugPayload.REBIRTH);
  }

  private void skip(long tag) {
    int length =
        switch ((int) (tag & 7)) {
          case ProtoWriter.VARINT -> {
            varint();
            yield 0;
          }
          case ProtoWriter.FIXED64 -> Long.BYTES;
          case ProtoWriter.FIXED32 -> Integer.BYTES;
          case ProtoWriter.LENGTH -> length();
          default -> throw new IllegalArgumentException("field of wire type " + (tag & 7));
        };
    if (length > end - at) {
      throw new IllegalArgumentException("field of " + length + " bytes, " + (end - at) + " left");
    }
    at += length;
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw new IllegalArgumentException("field of " + length + " bytes, " + (end - at) + " left");
    }
    return (int) length;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at >= end) {
        throw new IllegalArgumentException("ends within a number");
      }
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }
}
