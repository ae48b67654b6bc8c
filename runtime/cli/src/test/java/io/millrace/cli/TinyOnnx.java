package io.millrace.cli;

import static io.millrace.compiler.fixture.OnnxWriter.FLOAT;
import static io.millrace.compiler.fixture.OnnxWriter.INT8;

import io.millrace.compiler.fixture.OnnxWriter;
import java.util.List;

/** ONNX models of one operator or two. */
final class TinyOnnx {
  private TinyOnnx() {}

  /** Scales of 1 and zero points of 0, as {@code s} and {@code z}. */
  private static OnnxWriter plain() {
    return new OnnxWriter(13).scale("s", 1).zero("z", INT8, 0);
  }

  /** A quantized convolution with weights {@code w}, all its scales 1. */
  private static void convolve(OnnxWriter model, String output, String input, String w) {
    model.node("QLinearConv", List.of(input, "s", "z", w, "s", "z", "s", "z"), output);
  }

  /**
   * A 1x1 convolution, [1, 2, 3, 3] to [1, 1, 3, 3], all scales 1, weights 2 and -1: {@code y = 2 a
   * - b} for the input channels a and b, saturated to INT8.
   */
  static byte[] convolution() {
    OnnxWriter model = plain().initializer("w", INT8, new byte[] {2, -1}, 1, 2, 1, 1);
    convolve(model, "y", "x", "w");
    return model.input("x", INT8, 1, 2, 3, 3).output("y", INT8, 1, 1, 3, 3).file();
  }

  /**
   * A chain of two such convolutions, of which the first gives two channels: {@code a = (2 x0 - x1,
   * x1)}, {@code y = 2 a0 - a1}. It can be cut at a, [1, 2, 3, 3].
   */
  static byte[] chain() {
    OnnxWriter model =
        plain()
            .initializer("v", INT8, new byte[] {2, -1, 0, 1}, 2, 2, 1, 1)
            .initializer("w", INT8, new byte[] {2, -1}, 1, 2, 1, 1);
    convolve(model, "a", "x", "v");
    convolve(model, "y", "a", "w");
    return model.input("x", INT8, 1, 2, 3, 3).output("y", INT8, 1, 1, 3, 3).file();
  }

  /** Two FLOAT32 inputs, a [1, 2] and b [1, 3], one behind the other. */
  static byte[] concatenation() {
    return new OnnxWriter(13)
        .node("Concat", List.of("a", "b"), "y", OnnxWriter.attribute("axis", 1L))
        .input("a", FLOAT, 1, 2)
        .input("b", FLOAT, 1, 3)
        .output("y", FLOAT, 1, 5)
        .file();
  }

  /** Two operators that nobody knows. */
  static byte[] unsupported() {
    return new OnnxWriter(13)
        .node("Frobnicate", List.of("x"), "t")
        .node("Unfrobnicate", List.of("t"), "y")
        .input("x", FLOAT, 1, 2)
        .output("y", FLOAT, 1, 2)
        .file();
  }
}
