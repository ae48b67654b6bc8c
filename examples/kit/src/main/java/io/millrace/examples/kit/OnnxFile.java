package io.millrace.examples.kit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes an ONNX file, message by message. Field numbers are those of {@code onnx.proto}. */
final class OnnxFile {
  static final int FLOAT = 1;
  static final int INT8 = 3;
  private static final int OPSET = 13;
  private static final int IR_VERSION = 8;
  private static final int ATTRIBUTE_IS_INT = 2;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  OnnxFile(String name) {
    text(graph, 2, name);
  }

  /** A node with one output; {@code attribute} is a name, or null for none. */
  OnnxFile node(String type, String output, String attribute, long value, String... inputs) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    for (String input : inputs) {
      text(node, 1, input);
    }
    text(node, 2, output);
    text(node, 4, type);
    if (attribute != null) {
      ByteArrayOutputStream a = new ByteArrayOutputStream();
      text(a, 1, attribute);
      number(a, 3, value);
      number(a, 20, ATTRIBUTE_IS_INT);
      bytes(node, 5, a.toByteArray());
    }
    bytes(graph, 1, node.toByteArray());
    return this;
  }

  OnnxFile floats(String name, float[] values, int... shape) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return constant(name, FLOAT, raw.array(), shape);
  }

  OnnxFile bytes(String name, byte[] values, int... shape) {
    return constant(name, INT8, values, shape);
  }

  private OnnxFile constant(String name, int type, byte[] raw, int... shape) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (int extent : shape) {
      number(tensor, 1, extent);
    }
    number(tensor, 2, type);
    text(tensor, 8, name);
    bytes(tensor, 9, raw);
    bytes(graph, 5, tensor.toByteArray());
    return this;
  }

  OnnxFile input(String name, int... shape) {
    return port(11, name, shape);
  }

  OnnxFile output(String name, int... shape) {
    return port(12, name, shape);
  }

  private OnnxFile port(int field, String name, int... shape) {
    ByteArrayOutputStream extents = new ByteArrayOutputStream();
    for (int extent : shape) {
      ByteArrayOutputStream one = new ByteArrayOutputStream();
      number(one, 1, extent);
      bytes(extents, 1, one.toByteArray());
    }
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    number(tensor, 1, FLOAT);
    bytes(tensor, 2, extents.toByteArray());
    ByteArrayOutputStream type = new ByteArrayOutputStream();
    bytes(type, 1, tensor.toByteArray());
    ByteArrayOutputStream port = new ByteArrayOutputStream();
    text(port, 1, name);
    bytes(port, 2, type.toByteArray());
    bytes(graph, field, port.toByteArray());
    return this;
  }

  byte[] file() {
    ByteArrayOutputStream opset = new ByteArrayOutputStream();
    number(opset, 2, OPSET);
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    number(model, 1, IR_VERSION);
    bytes(model, 7, graph.toByteArray());
    bytes(model, 8, opset.toByteArray());
    return model.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, int field, String text) {
    bytes(out, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] data) {
    varint(out, ((long) field << 3) | 2);
    varint(out, data.length);
    out.writeBytes(data);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest > 127) {
      out.write((int) ((rest & 127) | 128));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
