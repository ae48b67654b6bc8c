package io.millrace.cli.calibrate;

import io.millrace.program.BadProgramException;
import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import io.millrace.program.Quantization;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightBlocks;
import io.millrace.program.WeightLayout;
import io.millrace.program.Window2D;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Programs of one operator with seeded constants, to measure its kernel alone. Weights have a scale
 * for each output channel and lie as the compiler packs them, activations are INT8 with one scale.
 */
public final class OneOperator {
  private static final Quantization ACTIVATIONS = Quantization.perTensor(0.5f, -3);

  private final SplittableRandom random = new SplittableRandom(7);
  private final List<TensorSpec> tensors = new ArrayList<>();
  private final List<byte[]> constants = new ArrayList<>();
  private long constantBytes;
  private long arenaBytes;

  private OneOperator() {}

  /** A 1x1 convolution of [1, h, w, in] to {@code out} channels. */
  public static Program pointwise(int h, int w, int in, int out) throws BadProgramException {
    OneOperator p = new OneOperator();
    int x = p.activations(1, h, w, in);
    int weights = p.weights(ElementType.INT8, out, 0, out, 1, 1, in);
    int y = p.activations(1, h, w, out);
    return p.program(
        "pointwise %dx%d, %d to %d".formatted(h, w, in, out),
        x,
        new Operator.Conv2D(
            x, weights, p.bias(out), p.multipliers(out, in), y, Window2D.UNIT, 1, -128, 127));
  }

  /** A 3x3 depthwise convolution of [1, h, w, c], padded so that h and w shrink by stride alone. */
  public static Program depthwise(int h, int w, int c, int stride) throws BadProgramException {
    OneOperator p = new OneOperator();
    int x = p.activations(1, h, w, c);
    int weights = p.weights(ElementType.INT8, c, 3, 1, 3, 3, c);
    int before = stride == 1 ? 1 : 0;
    Window2D window = new Window2D(3, 3, stride, stride, 1, 1, before, before, 1, 1);
    int y =
        p.activations(1, Math.toIntExact(window.outputH(h)), Math.toIntExact(window.outputW(w)), c);
    return p.program(
        "depthwise %dx%dx%d, stride %d".formatted(h, w, c, stride),
        x,
        new Operator.DepthwiseConv2D(
            x, weights, p.bias(c), p.multipliers(c, 9), y, window, -128, 127));
  }

  /** One row of {@code in} values times {@code out} rows of INT8 weights. */
  public static Program fullyConnected(int in, int out) throws BadProgramException {
    return fullyConnected(ElementType.INT8, in, out);
  }

  /**
   * One row of {@code in} values times {@code out} rows of weights.
   *
   * @param type of the weights, INT8 or INT4
   */
  public static Program fullyConnected(ElementType type, int in, int out)
      throws BadProgramException {
    OneOperator p = new OneOperator();
    int x = p.activations(1, in);
    int weights = p.weights(type, out, 0, out, in);
    int y = p.activations(1, out);
    return p.program(
        "fully connected %d to %d%s".formatted(in, out, type == ElementType.INT4 ? ", INT4" : ""),
        x,
        new Operator.FullyConnected(x, weights, p.bias(out), p.multipliers(out, in), y, -128, 127));
  }

  /** The sum of two tensors of [1, h, w, c]. */
  public static Program add(int h, int w, int c) throws BadProgramException {
    OneOperator p = new OneOperator();
    int x = p.activations(1, h, w, c);
    int y = p.activations(1, h, w, c);
    return p.program(
        "sum of two %dx%dx%d".formatted(h, w, c),
        x,
        new Operator.Add(
            x, x, y, new Operator.AddArithmetic.FloatingPoint(0.5f, 0.5f, 0), -128, 127));
  }

  private int activations(int... dims) {
    TensorSpec spec =
        new TensorSpec(
            "t" + tensors.size(),
            ElementType.INT8,
            Shape.of(dims),
            ACTIVATIONS,
            new Placement.InArena(arenaBytes));
    arenaBytes = Math.ceilDiv(arenaBytes + spec.bytes(), 64L) * 64;
    tensors.add(spec);
    return tensors.size() - 1;
  }

  private int constant(ElementType type, Quantization q, byte[] bytes, int... dims) {
    tensors.add(
        new TensorSpec(
            "c" + tensors.size(),
            type,
            Shape.of(dims),
            q,
            new Placement.InConstants(constantBytes)));
    constants.add(bytes);
    constantBytes = Math.ceilDiv(constantBytes + bytes.length, 64L) * 64;
    return tensors.size() - 1;
  }

  private int weights(ElementType type, int channels, int axis, int... dims) {
    float[] scales = new float[channels];
    java.util.Arrays.fill(scales, 0.02f);
    Shape shape = Shape.of(dims);
    byte[] bytes = new byte[Math.toIntExact(type.bytes(shape.elements()))];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) random.nextInt(-127, 128);
    }
    Quantization q = Quantization.perAxis(axis, scales, new int[channels]);
    if (axis != 0) {
      return constant(type, q, bytes, dims);
    }
    int index = constant(type, q, WeightBlocks.pack(bytes, type, shape), dims);
    TensorSpec rowMajor = tensors.get(index);
    tensors.set(
        index,
        new TensorSpec(
            rowMajor.name(), type, shape, q, rowMajor.placement(), WeightLayout.BLOCKED_16X4));
    return index;
  }

  private int bias(int channels) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * channels).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < channels; i++) {
      bytes.putInt(random.nextInt(-5000, 5000));
    }
    return constant(ElementType.INT32, Quantization.NONE, bytes.array(), channels);
  }

  /** So that sums of {@code taps} products fill the range of the output and seldom leave it. */
  private int multipliers(int channels, int taps) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * channels).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < channels; i++) {
      bytes.putFloat((float) (0.01 / Math.sqrt(taps) * random.nextDouble(0.5, 1.5)));
    }
    return constant(ElementType.FLOAT32, Quantization.NONE, bytes.array(), channels);
  }

  private Program program(String name, int input, Operator operator) throws BadProgramException {
    MemorySegment all = Arena.ofAuto().allocate(Math.max(constantBytes, 1), 64);
    long at = 0;
    for (byte[] bytes : constants) {
      MemorySegment.copy(bytes, 0, all, ValueLayout.JAVA_BYTE, at, bytes.length);
      at = Math.ceilDiv(at + bytes.length, 64L) * 64;
    }
    int rows = Rows.of(tensors.get(operator.output()).shape());
    Schedule.Slot slot = new Schedule.Slot(0, 0, rows, List.of(), Schedule.Cost.ZERO);
    Program program =
        new Program(
            name,
            "host",
            "not predicted",
            tensors,
            List.of(operator),
            List.of(input),
            List.of(operator.output()),
            new Schedule(List.of(new Schedule.Lane(List.of(slot)))),
            new Program.MemorySummary(arenaBytes, arenaBytes),
            all);
    return ProgramFile.read(ProgramFile.write(program));
  }
}
