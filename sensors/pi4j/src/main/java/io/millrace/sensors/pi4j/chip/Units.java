package io.millrace.sensors.pi4j.chip;

import io.millrace.sensors.SampleFormat.Channel;
import java.util.List;

/** Units and channels that several chips share. */
final class Units {
  /** Standard gravity, m/s² (ISO 80000-3). */
  static final double G = 9.80665;

  static final double RADIANS = Math.PI / 180;

  static final List<Channel> ACCELERATION =
      List.of(
          new Channel("x", "m/s2", 1), new Channel("y", "m/s2", 1), new Channel("z", "m/s2", 1));

  static final List<Channel> MOTION =
      List.of(
          new Channel("x", "m/s2", 1),
          new Channel("y", "m/s2", 1),
          new Channel("z", "m/s2", 1),
          new Channel("rx", "rad/s", 1),
          new Channel("ry", "rad/s", 1),
          new Channel("rz", "rad/s", 1));

  private Units() {}

  /** Two's complement, the high byte first. */
  static short bigEndian(byte[] bytes, int offset) {
    return (short) (bytes[offset] << 8 | (bytes[offset + 1] & 0xFF));
  }

  /** Two's complement, the low byte first. */
  static short littleEndian(byte[] bytes, int offset) {
    return (short) (bytes[offset + 1] << 8 | (bytes[offset] & 0xFF));
  }
}
