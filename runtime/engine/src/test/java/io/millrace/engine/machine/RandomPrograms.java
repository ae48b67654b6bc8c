package io.millrace.engine.machine;

import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Operator.AddArithmetic;
import io.millrace.program.Operator.MeanArithmetic;
import io.millrace.program.Operator.MulArithmetic;
import io.millrace.program.Operator.SoftmaxArithmetic;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.Quantization;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightBlocks;
import io.millrace.program.WeightLayout;
import io.millrace.program.Window2D;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Programs of one operator with seeded shapes, quantizations and constants, cut into random bands.
 */
public final class RandomPrograms {
  private final Random random;
  private final List<TensorSpec> tensors = new ArrayList<>();
  private final List<Integer> inputs = new ArrayList<>();
  private final ByteArrayOutputStream constants = new ByteArrayOutputStream();
  private long arena;

  public RandomPrograms(long seed) {
    this.random = new Random(seed);
  }

  private int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }

  @SafeVarargs
  private final <T> T any(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private int stored() {
    return switch (random.nextInt(4)) {
      case 0 -> -128;
      case 1 -> 127;
      default -> between(-128, 127);
    };
  }

  private int tensor(ElementType type, Shape shape, Quantization q) {
    arena = (arena + 63) / 64 * 64;
    tensors.add(new TensorSpec("t" + tensors.size(), type, shape, q, new Placement.InArena(arena)));
    arena += type.bytes(shape.elements());
    return tensors.size() - 1;
  }

  private int int8(int... dims) {
    return tensor(ElementType.INT8, Shape.of(dims), Quantization.perTensor(0.5f, stored()));
  }

  private int input(int... dims) {
    int t = int8(dims);
    inputs.add(t);
    return t;
  }

  private int constant(ElementType type, Shape shape, Quantization q, byte[] bytes) {
    while (constants.size() % 64 != 0) {
      constants.write(0);
    }
    tensors.add(
        new TensorSpec(
            "c" + tensors.size(), type, shape, q, new Placement.InConstants(constants.size())));
    constants.writeBytes(bytes);
    return tensors.size() - 1;
  }

  private int weights(int outputs, int axis, int... dims) {
    Shape shape = Shape.of(dims);
    ElementType type = random.nextInt(3) == 0 ? ElementType.INT4 : ElementType.INT8;
    byte[] bytes = new byte[(int) type.bytes(shape.elements())];
    random.nextBytes(bytes);
    if (random.nextInt(4) == 0) {
      java.util.Arrays.fill(bytes, (byte) (type == ElementType.INT4 ? 0x88 : -128));
    }
    float[] scales = new float[outputs];
    java.util.Arrays.fill(scales, 0.5f);
    Quantization q = Quantization.perAxis(axis, scales, new int[outputs]);
    // depthwise weights have their channels last and stay as they are
    if (axis != 0 || !WeightLayout.BLOCKED_16X4.fits(type, shape) || random.nextInt(4) == 0) {
      return constant(type, shape, q, bytes);
    }
    if (type == ElementType.INT4 && shape.elements() % 2 == 1) {
      bytes[bytes.length - 1] &= 15;
    }
    int index = constant(type, shape, q, WeightBlocks.pack(bytes, type, shape));
    TensorSpec t = tensors.get(index);
    tensors.set(
        index, new TensorSpec(t.name(), type, shape, q, t.placement(), WeightLayout.BLOCKED_16X4));
    return index;
  }

  private int floats(int n, float low, float high) {
    ByteBuffer b = ByteBuffer.allocate(n * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      b.putFloat(low + random.nextFloat() * (high - low));
    }
    return constant(ElementType.FLOAT32, Shape.of(n), Quantization.NONE, b.array());
  }

  private int bias(int n) {
    if (random.nextInt(4) == 0) {
      return Operator.NONE;
    }
    ByteBuffer b = ByteBuffer.allocate(n * 4).order(ByteOrder.LITTLE_ENDIAN);
    int extreme = random.nextInt(8);
    for (int i = 0; i < n; i++) {
      b.putInt(extreme == 0 ? random.nextInt() : between(-9000, 9000));
    }
    return constant(ElementType.INT32, Shape.of(n), Quantization.NONE, b.array());
  }

  private int multipliers(int n) {
    float high = random.nextInt(6) == 0 ? 3f : random.nextBoolean() ? 0.01f : 0.0005f;
    return floats(n, high / 100, high);
  }

  private Window2D window(int most) {
    if (random.nextInt(3) == 0) {
      return Window2D.UNIT;
    }
    int kh = between(1, most);
    int kw = between(1, most);
    return new Window2D(
        kh,
        kw,
        between(1, 3),
        between(1, 3),
        between(1, 2),
        between(1, 2),
        between(0, kh),
        between(0, kw),
        between(0, kh),
        between(0, kw));
  }

  private record Image(int h, int w, Window2D window) {
    int outH() {
      return (int) window.outputH(h);
    }

    int outW() {
      return (int) window.outputW(w);
    }
  }

  private Image image(int most) {
    while (true) {
      Image i = new Image(between(1, 12), between(1, 40), window(most));
      if (i.outH() >= 1 && i.outW() >= 1) {
        return i;
      }
    }
  }

  private int clampMin() {
    return random.nextBoolean() ? -128 : between(-128, 10);
  }

  private int clampMax(int min) {
    return random.nextBoolean() ? 127 : between(min, 127);
  }

  private int channels() {
    return random.nextBoolean()
        ? between(1, 80)
        : List.of(8, 16, 32, 64, 96, 128, 144).get(random.nextInt(7));
  }

  public Program convolution() {
    Image i = image(5);
    int c = random.nextBoolean() ? between(1, 9) : channels();
    int o = channels();
    int lo = clampMin();
    return program(
        new Operator.Conv2D(
            input(1, i.h, i.w, c),
            weights(o, 0, o, i.window.kernelH(), i.window.kernelW(), c),
            bias(o),
            multipliers(o),
            int8(1, i.outH(), i.outW(), o),
            i.window,
            1,
            lo,
            clampMax(lo)));
  }

  public Program depthwise() {
    Image i = image(6);
    int c = channels();
    int lo = clampMin();
    return program(
        new Operator.DepthwiseConv2D(
            input(1, i.h, i.w, c),
            weights(c, 3, 1, i.window.kernelH(), i.window.kernelW(), c),
            bias(c),
            multipliers(c),
            int8(1, i.outH(), i.outW(), c),
            i.window,
            lo,
            clampMax(lo)));
  }

  public Program depthwiseOfOneChannel() {
    Image i = image(4);
    int o = channels();
    return program(
        new Operator.DepthwiseConv2D(
            input(1, i.h, i.w, 1),
            weights(o, 3, 1, i.window.kernelH(), i.window.kernelW(), o),
            bias(o),
            multipliers(o),
            int8(1, i.outH(), i.outW(), o),
            i.window,
            -128,
            127));
  }

  public Program fullyConnected() {
    int rows = random.nextBoolean() ? 1 : between(1, 20);
    int in = between(1, 300);
    int out = between(1, 200);
    int lo = clampMin();
    return program(
        new Operator.FullyConnected(
            input(rows, in),
            weights(out, 0, out, in),
            bias(out),
            multipliers(out),
            int8(rows, out),
            lo,
            clampMax(lo)));
  }

  public Program add() {
    int[] dims = {1, between(1, 9), between(1, 9), between(1, 40)};
    int a = input(dims);
    int b = input(dims);
    int lo = clampMin();
    AddArithmetic rule =
        random.nextBoolean()
            ? new AddArithmetic.FixedPoint(
                between(0, 1 << 21), between(0, 1 << 21), between(12, 30))
            : new AddArithmetic.FloatingPoint(
                random.nextFloat() * 3, random.nextFloat() * 3, random.nextFloat() * 200 - 100);
    return program(new Operator.Add(a, b, int8(dims), rule, lo, clampMax(lo)));
  }

  public Program mul() {
    int[] dims = {1, between(1, 9), between(1, 9), between(1, 40)};
    int a = input(dims);
    int b = input(dims);
    int lo = clampMin();
    return program(
        new Operator.Mul(
            a,
            b,
            int8(dims),
            any(MulArithmetic.ZERO_POINT_AFTER_ROUNDING, MulArithmetic.ZERO_POINT_BEFORE_ROUNDING),
            random.nextFloat() * (random.nextBoolean() ? 0.05f : 2f),
            lo,
            clampMax(lo)));
  }

  private Window2D covered(Window2D w) {
    return new Window2D(
        w.kernelH(),
        w.kernelW(),
        w.strideH(),
        w.strideW(),
        1,
        1,
        w.kernelH() / 2,
        w.kernelW() / 2,
        w.kernelH() / 2,
        w.kernelW() / 2);
  }

  public Program averagePool() {
    int c = channels();
    int h = between(1, 12);
    int w = between(1, 20);
    Window2D window = covered(window(5));
    if (window.outputH(h) < 1 || window.outputW(w) < 1) {
      window = Window2D.UNIT;
    }
    int x = input(1, h, w, c);
    int y = int8(1, (int) window.outputH(h), (int) window.outputW(w), c);
    return program(
        new Operator.AveragePool2D(
            x,
            y,
            window,
            false,
            MeanArithmetic.INTEGER_HALF_AWAY,
            random.nextFloat() * 0.3f,
            -128,
            127));
  }

  public Program mean() {
    int c = channels();
    int x = input(1, between(1, 12), between(1, 12), c);
    return program(
        new Operator.Mean(
            x,
            int8(1, c),
            List.of(1, 2),
            any(
                MeanArithmetic.INTEGER_HALF_AWAY,
                MeanArithmetic.FLOAT_HALF_AWAY,
                MeanArithmetic.FLOAT_HALF_EVEN),
            random.nextFloat() * 0.1f,
            -128,
            127));
  }

  public Program maxPool() {
    int c = channels();
    int h = between(1, 12);
    int w = between(1, 20);
    Window2D window = covered(window(4));
    if (window.outputH(h) < 1 || window.outputW(w) < 1) {
      window = Window2D.UNIT;
    }
    int lo = clampMin();
    int x = input(1, h, w, c);
    int y = int8(1, (int) window.outputH(h), (int) window.outputW(w), c);
    return program(new Operator.MaxPool2D(x, y, window, lo, clampMax(lo)));
  }

  public Program softmax() {
    int rows = between(1, 5);
    int last = between(1, 70);
    int x = input(rows, last);
    ByteBuffer b = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    float step = random.nextFloat() * 0.2f;
    for (int i = 0; i < 256; i++) {
      b.putFloat((float) Math.exp(-step * (255 - i)));
    }
    int table = constant(ElementType.FLOAT32, Shape.of(256), Quantization.NONE, b.array());
    int y = tensor(ElementType.INT8, Shape.of(rows, last), Quantization.perTensor(1 / 256f, -128));
    return program(
        new Operator.Softmax(
            x,
            table,
            y,
            any(SoftmaxArithmetic.RECIPROCAL_HALF_AWAY, SoftmaxArithmetic.QUOTIENT_HALF_EVEN),
            1));
  }

  public Program lookup() {
    int[] dims = {1, between(1, 9), between(1, 9), between(1, 40)};
    ElementType in = random.nextBoolean() ? ElementType.INT8 : ElementType.UINT8;
    ElementType out = random.nextBoolean() ? ElementType.INT8 : ElementType.UINT8;
    int x = tensor(in, Shape.of(dims), Quantization.perTensor(1, 0));
    inputs.add(x);
    byte[] table = new byte[256];
    random.nextBytes(table);
    if (random.nextInt(3) == 0) {
      for (int i = 0; i < 256; i++) {
        table[i] = (byte) (i ^ (in == out ? 0 : 128));
      }
    }
    int t = constant(ElementType.UINT8, Shape.of(256), Quantization.NONE, table);
    return program(
        new Operator.Lookup(x, t, tensor(out, Shape.of(dims), Quantization.perTensor(1, 0))));
  }

  public Program copy() {
    int x = input(between(1, 9), between(1, 90));
    return program(new Operator.Copy(x, int8(tensors.get(x).shape().toArray())));
  }

  /** An operator that only the portable kernels do. */
  public Program quantize() {
    int x = tensor(ElementType.FLOAT32, Shape.of(between(1, 9), 5), Quantization.NONE);
    inputs.add(x);
    int y = int8(tensors.get(x).shape().toArray());
    return program(new Operator.Quantize(x, y, Operator.QuantizeArithmetic.QUOTIENT));
  }

  public Program transpose() {
    int[] dims = dims(between(1, 4));
    int x = moved(dims);
    List<Integer> permutation = new ArrayList<>();
    for (int axis = 0; axis < dims.length; axis++) {
      permutation.add(random.nextInt(permutation.size() + 1), axis);
    }
    int[] out = permutation.stream().mapToInt(axis -> dims[axis]).toArray();
    return program(new Operator.Transpose(x, like(x, out), permutation));
  }

  public Program pad() {
    int[] dims = dims(between(1, 4));
    int x = moved(dims);
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    int[] out = dims.clone();
    for (int axis = 0; axis < dims.length; axis++) {
      before.add(random.nextBoolean() ? 0 : between(0, 3));
      after.add(random.nextBoolean() ? 0 : between(0, 3));
      out[axis] += before.get(axis) + after.get(axis);
    }
    int value =
        switch (tensors.get(x).type()) {
          case INT8 -> between(-128, 127);
          case UINT8 -> between(0, 255);
          default -> random.nextInt();
        };
    return program(new Operator.Pad(x, like(x, out), before, after, value));
  }

  public Program concat() {
    int[] dims = dims(between(1, 4));
    int axis = random.nextInt(dims.length);
    List<Integer> parts = new ArrayList<>(List.of(moved(dims)));
    int[] out = dims.clone();
    for (int more = random.nextInt(3); more > 0; more--) {
      int[] part = dims.clone();
      part[axis] = between(1, 9);
      out[axis] += part[axis];
      int x = like(parts.getFirst(), part);
      inputs.add(x);
      parts.add(x);
    }
    return program(new Operator.Concat(parts, like(parts.getFirst(), out), axis));
  }

  private int[] dims(int rank) {
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      dims[axis] = axis == 0 && rank == 4 && random.nextBoolean() ? 1 : between(1, 9);
    }
    dims[rank - 1] = random.nextInt(4) == 0 ? between(1, 700) : between(1, 20);
    return dims;
  }

  /** An input of bytes or words that are moved and not looked at. */
  private int moved(int... dims) {
    ElementType[] types = {ElementType.INT8, ElementType.UINT8, ElementType.FLOAT32};
    ElementType type = types[random.nextInt(types.length)];
    Quantization q =
        type == ElementType.FLOAT32 ? Quantization.NONE : Quantization.perTensor(0.5f, 3);
    int x = tensor(type, Shape.of(dims), q);
    inputs.add(x);
    return x;
  }

  private int like(int tensor, int... dims) {
    return tensor(tensors.get(tensor).type(), Shape.of(dims), tensors.get(tensor).quantization());
  }

  private Program program(Operator op) {
    List<Schedule.Slot> slots = new ArrayList<>();
    int rows = Rows.of(tensors.get(op.output()).shape());
    int at = 0;
    while (at < rows) {
      int n = random.nextBoolean() ? rows - at : between(1, rows - at);
      slots.add(new Schedule.Slot(0, at, n, List.of(), Schedule.Cost.ZERO));
      at += n;
    }
    byte[] bytes = constants.toByteArray();
    MemorySegment segment = Arena.ofAuto().allocate(bytes.length + 64L, 64);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return new Program(
        "random",
        "host",
        "modelled",
        tensors,
        List.of(op),
        inputs,
        List.of(op.output()),
        new Schedule(List.of(new Schedule.Lane(slots))),
        new Program.MemorySummary(arena, arena),
        segment);
  }
}
