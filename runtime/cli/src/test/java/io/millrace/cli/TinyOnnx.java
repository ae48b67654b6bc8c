package io.millrace.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** ONNX models of one operator, written field by field as onnx.proto numbers them. */
final class TinyOnnx {
  private static final int FLOAT = 1;
  private static final int INT8 = 3;

  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  /**
   * A 1x1 convolution, [1, 2, 3, 3] to [1, 1, 3, 3], all scales 1, weights 2 and -1: {@code y = 2 a
   * - b} for the input channels a and b, saturated to INT8.
   */
  static byte[] convolution() {
    TinyOnnx model = new TinyOnnx();
    model.node("QLinearConv", "y", "x", "s", "z", "w", "s", "z", "s", "z");
    model.text(2, "two planes");
    model.initializer("s", FLOAT, floats(1));
    model.initializer("z", INT8, new byte[] {0});
    model.initializer("w", INT8, new byte[] {2, -1}, 1, 2, 1, 1);
    model.value(11, "x", INT8, 1, 2, 3, 3);
    model.value(12, "y", INT8, 1, 1, 3, 3);
    return model.bytes();
  }

  /**
   * A chain of two such convolutions, of which the first gives two channels: {@code a = (2 x0 - x1,
   * x1)}, {@code y = 2 a0 - a1}. It can be cut at a, [1, 2, 3, 3].
   */
  static byte[] chain() {
    TinyOnnx model = new TinyOnnx();
    model.node("QLinearConv", "a", "x", "s", "z", "v", "s", "z", "s", "z");
    model.node("QLinearConv", "y", "a", "s", "z", "w", "s", "z", "s", "z");
    model.text(2, "two steps");
    model.initializer("s", FLOAT, floats(1));
    model.initializer("z", INT8, new byte[] {0});
    model.initializer("v", INT8, new byte[] {2, -1, 0, 1}, 2, 2, 1, 1);
    model.initializer("w", INT8, new byte[] {2, -1}, 1, 2, 1, 1);
    model.value(11, "x", INT8, 1, 2, 3, 3);
    model.value(12, "y", INT8, 1, 1, 3, 3);
    return model.bytes();
  }

  /** Two FLOAT32 inputs, a [1, 2] and b [1, 3], one behind the other. */
  static byte[] concatenation() {
    TinyOnnx model = new TinyOnnx();
    ByteArrayOutputStream node = node(new String[] {"a", "b"}, "y", "Concat");
    ByteArrayOutputStream axis = new ByteArrayOutputStream();
    field(axis, 1, "axis".getBytes(StandardCharsets.UTF_8));
    number(axis, 3, 1);
    number(axis, 20, 2); // an INT
    field(node, 5, axis.toByteArray());
    field(model.graph, 1, node.toByteArray());
    model.text(2, "side by side");
    model.value(11, "a", FLOAT, 1, 2);
    model.value(11, "b", FLOAT, 1, 3);
    model.value(12, "y", FLOAT, 1, 5);
    return model.bytes();
  }

  /** Two operators that nobody knows. */
  static byte[] unsupported() {
    TinyOnnx model = new TinyOnnx();
    model.node("Frobnicate", "t", "x");
    model.node("Unfrobnicate", "y", "t");
    model.text(2, "strange");
    model.value(11, "x", FLOAT, 1, 2);
    model.value(12, "y", FLOAT, 1, 2);
    return model.bytes();
  }

  private void node(String type, String output, String... inputs) {
    field(graph, 1, node(inputs, output, type).toByteArray());
  }

  private static ByteArrayOutputStream node(String[] inputs, String output, String type) {
    ByteArrayOutputStream node = new ByteArrayOutputStream();
    for (String input : inputs) {
      field(node, 1, input.getBytes(StandardCharsets.UTF_8));
    }
    field(node, 2, output.getBytes(StandardCharsets.UTF_8));
    field(node, 4, type.getBytes(StandardCharsets.UTF_8));
    return node;
  }

  private void text(int field, String text) {
    field(graph, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private void initializer(String name, int type, byte[] data, int... dims) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (int dim : dims) {
      number(tensor, 1, dim);
    }
    number(tensor, 2, type);
    field(tensor, 8, name.getBytes(StandardCharsets.UTF_8));
    field(tensor, 9, data);
    field(graph, 5, tensor.toByteArray());
  }

  private void value(int field, String name, int type, int... dims) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (int dim : dims) {
      ByteArrayOutputStream one = new ByteArrayOutputStream();
      number(one, 1, dim);
      field(shape, 1, one.toByteArray());
    }
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    number(tensor, 1, type);
    field(tensor, 2, shape.toByteArray());
    ByteArrayOutputStream typeProto = new ByteArrayOutputStream();
    field(typeProto, 1, tensor.toByteArray());
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    field(info, 1, name.getBytes(StandardCharsets.UTF_8));
    field(info, 2, typeProto.toByteArray());
    field(graph, field, info.toByteArray());
  }

  private byte[] bytes() {
    ByteArrayOutputStream opset = new ByteArrayOutputStream();
    number(opset, 2, 13);
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    number(model, 1, 8);
    field(model, 7, graph.toByteArray());
    field(model, 8, opset.toByteArray());
    return model.toByteArray();
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, (long) field << 3);
    varint(out, value);
  }

  private static void field(ByteArrayOutputStream out, int field, byte[] data) {
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
