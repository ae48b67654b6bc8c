package io.millrace.node.report.sparkplug;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The wire format of protocol buffers: each field is a tag, {@code number << 3 | type}, and its
 * value. Types used: 0 varint, 1 eight bytes, 2 length and bytes; all little-endian.
 */
final class ProtoWriter {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private byte[] bytes = new byte[256];
  private int size;

  ProtoWriter varint(int field, long value) {
    raw((field << 3) | VARINT);
    raw(value);
    return this;
  }

  ProtoWriter bool(int field, boolean value) {
    return varint(field, value ? 1 : 0);
  }

  ProtoWriter fixed64(int field, double value) {
    raw((field << 3) | FIXED64);
    long bits = Double.doubleToRawLongBits(value);
    reserve(Long.BYTES);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[size++] = (byte) (bits >>> (8 * i));
    }
    return this;
  }

  ProtoWriter text(int field, String value) {
    return block(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoWriter message(int field, ProtoWriter inner) {
    return block(field, inner.toBytes());
  }

  private ProtoWriter block(int field, byte[] value) {
    raw((field << 3) | LENGTH);
    raw(value.length);
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  /** Seven bits a byte, the lowest first, the top bit set where more follow. */
  private void raw(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
