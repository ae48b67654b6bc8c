package io.millrace.program;

import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;

/** Holds each operator against the types, shapes and parameters that its record states. */
final class OperatorVerifier {
  /** So many INT8 values, each with a zero point taken off, sum up within INT32. */
  private static final long MEAN_COUNT = Integer.MAX_VALUE / 255;

  private final Program program;

  private OperatorVerifier(Program program) {
    this.program = program;
  }

  /** Operand indices must already be known to be in range. */
  static void verify(Operator operator, Program program) throws BadProgramException {
    new OperatorVerifier(program).verify(operator);
  }

  private void verify(Operator operator) throws BadProgramException {
    if (operator instanceof Operator.Conv2D o) {
      conv(o);
    } else if (operator instanceof Operator.DepthwiseConv2D o) {
      depthwise(o);
    } else if (operator instanceof Operator.FullyConnected o) {
      fullyConnected(o);
    } else if (operator instanceof Operator.Add o) {
      add(o);
    } else if (operator instanceof Operator.Mul o) {
      mul(o);
    } else if (operator instanceof Operator.AveragePool2D o) {
      pool(o.input(), o.output(), o.window(), !o.countPadding());
      clamps(o.output(), o.clampMin(), o.clampMax());
      mean(o.input(), o.output(), o.rule(), o.multiplier(), o.window().area());
    } else if (operator instanceof Operator.MaxPool2D o) {
      pool(o.input(), o.output(), o.window(), true);
      real(o.input(), o.output());
      clamps(o.output(), o.clampMin(), o.clampMax());
    } else if (operator instanceof Operator.Mean o) {
      mean(o);
    } else if (operator instanceof Operator.Pad o) {
      pad(o);
    } else if (operator instanceof Operator.Transpose o) {
      transpose(o);
    } else if (operator instanceof Operator.Concat o) {
      concat(o);
    } else if (operator instanceof Operator.Copy o) {
      sameType(o.input(), o.output());
      sameElements(o.input(), o.output());
    } else if (operator instanceof Operator.Lookup o) {
      oneOf("input", o.input(), ElementType.INT8, ElementType.UINT8);
      oneOf("output", o.output(), ElementType.INT8, ElementType.UINT8);
      sameElements(o.input(), o.output());
      constant("table", o.table(), 256, ElementType.INT8, ElementType.UINT8);
    } else if (operator instanceof Operator.Softmax o) {
      softmax(o);
    } else if (operator instanceof Operator.Quantize o) {
      oneOf("input", o.input(), ElementType.FLOAT32);
      oneOf("output", o.output(), ElementType.INT8, ElementType.UINT8);
      quantized("output", o.output());
      sameElements(o.input(), o.output());
    } else if (operator instanceof Operator.Dequantize o) {
      oneOf("input", o.input(), ElementType.INT8, ElementType.UINT8, ElementType.INT32);
      oneOf("output", o.output(), ElementType.FLOAT32);
      quantized("input", o.input());
      sameElements(o.input(), o.output());
    } else if (operator instanceof Operator.Elementwise o) {
      oneOf("input", o.input(), ElementType.FLOAT32);
      oneOf("output", o.output(), ElementType.FLOAT32);
      sameElements(o.input(), o.output());
      if (o.function() instanceof Operator.Function.Clip clip) {
        Require.that(clip.lo() <= clip.hi(), "clips to %s to %s", clip.lo(), clip.hi());
      }
    } else {
      throw new AssertionError(operator);
    }
  }

  private void conv(Operator.Conv2D o) throws BadProgramException {
    Shape x = rank("input", o.input(), 4);
    Shape w = rank("weights", o.weights(), 4);
    Shape y = rank("output", o.output(), 4);
    Require.that(
        o.groups() >= 1 && x.dim(3) % o.groups() == 0 && w.dim(0) % o.groups() == 0,
        "%d groups of %d input and %d output channels",
        o.groups(),
        x.dim(3),
        w.dim(0));
    Require.that(
        w.dim(3) == x.dim(3) / o.groups(),
        "weights %s for input %s in %d groups",
        w,
        x,
        o.groups());
    Require.that(y.dim(3) == w.dim(0), "output %s of weights %s", y, w);
    kernel(o.window(), w);
    windowed(o.window(), x, y);
    products(o.input(), o.weights(), o.bias(), o.multipliers(), o.output(), 0);
    clamps(o.output(), o.clampMin(), o.clampMax());
    inConstants("weights", o.weights());
  }

  private void depthwise(Operator.DepthwiseConv2D o) throws BadProgramException {
    Shape x = rank("input", o.input(), 4);
    Shape w = rank("weights", o.weights(), 4);
    Shape y = rank("output", o.output(), 4);
    Require.that(
        w.dim(0) == 1 && w.dim(3) == y.dim(3) && y.dim(3) % x.dim(3) == 0,
        "weights %s for input %s and output %s",
        w,
        x,
        y);
    kernel(o.window(), w);
    windowed(o.window(), x, y);
    products(o.input(), o.weights(), o.bias(), o.multipliers(), o.output(), 3);
    clamps(o.output(), o.clampMin(), o.clampMax());
    inConstants("weights", o.weights());
  }

  private void fullyConnected(Operator.FullyConnected o) throws BadProgramException {
    Shape x = shape(o.input());
    Shape w = rank("weights", o.weights(), 2);
    Shape y = shape(o.output());
    Require.that(
        x.elements() % w.dim(1) == 0
            && y.last() == w.dim(0)
            && y.elements() / w.dim(0) == x.elements() / w.dim(1),
        "input %s and weights %s for output %s",
        x,
        w,
        y);
    products(o.input(), o.weights(), o.bias(), o.multipliers(), o.output(), 0);
    clamps(o.output(), o.clampMin(), o.clampMax());
  }

  /** Types, bias, multipliers and zero points of a sum of products. */
  private void products(int x, int w, int bias, int multipliers, int y, int channelAxis)
      throws BadProgramException {
    int channels = shape(w).dim(channelAxis);
    if (oneOf("input", x, ElementType.INT8, ElementType.FLOAT32) == ElementType.FLOAT32) {
      oneOf("weights", w, ElementType.FLOAT32);
      oneOf("output", y, ElementType.FLOAT32);
      Require.that(
          multipliers == Operator.NONE, "multipliers are tensor %d, FLOAT32 has none", multipliers);
      optionalConstant("bias", bias, channels, ElementType.FLOAT32);
      return;
    }
    oneOf("weights", w, ElementType.INT8, ElementType.INT4);
    quantized("input", x);
    Quantization q = tensor(w).quantization();
    Require.that(
        !q.isNone() && (!q.isPerAxis() || q.axis() == channelAxis),
        "weights have quantization %s, allowed per tensor or per axis %d",
        q,
        channelAxis);
    int most = tensor(w).type() == ElementType.INT4 ? 7 : 127;
    for (int i = 0; i < q.size(); i++) {
      int z = q.zeroPoint(i);
      // looked at before it is boxed for a message
      if (z < -most - 1 || z > most) {
        Require.within("zero point of the weights", z, -most - 1, most);
      }
    }
    optionalConstant("bias", bias, channels, ElementType.INT32);
    if (oneOf("output", y, ElementType.INT8, ElementType.INT32) == ElementType.INT8) {
      quantized("output", y);
      constant("multipliers", multipliers, channels, ElementType.FLOAT32);
      floats("multiplier", multipliers, true);
    } else {
      Require.that(
          multipliers == Operator.NONE, "multipliers are tensor %d, INT32 has none", multipliers);
    }
  }

  private void add(Operator.Add o) throws BadProgramException {
    broadcast(o.a(), o.b(), o.output());
    if (real(o.a(), o.output()) == ElementType.INT8) {
      Operator.AddArithmetic rule = o.rule();
      if (rule == null) {
        throw new BadProgramException("INT8 needs a rule");
      } else if (rule instanceof Operator.AddArithmetic.FixedPoint f) {
        Require.within("shift", f.shift(), 1, 30);
        long most =
            255 * (Math.abs((long) f.multiplierA()) + Math.abs((long) f.multiplierB()))
                + (1L << (f.shift() - 1));
        Require.within("largest intermediate sum", most, 0, Integer.MAX_VALUE);
      } else if (rule instanceof Operator.AddArithmetic.FloatingPoint f) {
        ratios(f.ratioA(), f.ratioB(), f.offset());
      } else if (rule instanceof Operator.AddArithmetic.UnsignedFloatingPoint f) {
        ratios(f.ratioA(), f.ratioB(), f.offset());
      } else {
        throw new AssertionError(rule);
      }
      quantized("b", o.b());
    }
    clamps(o.output(), o.clampMin(), o.clampMax());
  }

  private void ratios(float a, float b, float offset) throws BadProgramException {
    positive("ratio of a", a);
    positive("ratio of b", b);
    Require.that(Float.isFinite(offset), "offset is %s", offset);
  }

  private void mul(Operator.Mul o) throws BadProgramException {
    broadcast(o.a(), o.b(), o.output());
    if (real(o.a(), o.output()) == ElementType.INT8) {
      positive("multiplier", o.multiplier());
      quantized("b", o.b());
    }
    clamps(o.output(), o.clampMin(), o.clampMax());
  }

  private void broadcast(int a, int b, int y) throws BadProgramException {
    sameType(a, b);
    Shape sa = shape(a);
    Shape sb = shape(b);
    Shape sy = shape(y);
    boolean fits = sy.rank() == Math.max(sa.rank(), sb.rank());
    for (int i = 1; fits && i <= sy.rank(); i++) {
      int da = i <= sa.rank() ? sa.dim(-i) : 1;
      int db = i <= sb.rank() ? sb.dim(-i) : 1;
      fits = (da == db || da == 1 || db == 1) && sy.dim(-i) == Math.max(da, db);
    }
    Require.that(fits, "%s and %s do not broadcast to %s", sa, sb, sy);
  }

  private void pool(int x, int y, Window2D window, boolean needsTap) throws BadProgramException {
    Shape in = rank("input", x, 4);
    Shape out = rank("output", y, 4);
    Require.that(in.dim(3) == out.dim(3), "input %s, output %s", in, out);
    windowed(window, in, out);
    if (needsTap) {
      taps(
          "row",
          out.dim(1),
          in.dim(1),
          window.strideH(),
          window.padTop(),
          window.kernelH(),
          window.dilationH());
      taps(
          "column",
          out.dim(2),
          in.dim(2),
          window.strideW(),
          window.padLeft(),
          window.kernelW(),
          window.dilationW());
    }
  }

  /** Each window touches the input: there is no mean and no maximum of nothing. */
  private static void taps(
      String what, int outputs, int inputs, int stride, int pad, int kernel, int dilation)
      throws BadProgramException {
    for (int i = 0; i < outputs; i++) {
      long start = (long) i * stride - pad;
      long skipped = start >= 0 ? 0 : Math.ceilDiv(-start, (long) dilation);
      Require.that(
          skipped < kernel && start + skipped * dilation < inputs,
          "the window of output %s %d lies wholly in the padding",
          what,
          i);
    }
  }

  private void kernel(Window2D window, Shape weights) throws BadProgramException {
    Require.that(
        weights.dim(1) == window.kernelH() && weights.dim(2) == window.kernelW(),
        "weights %s for a window of %d x %d",
        weights,
        window.kernelH(),
        window.kernelW());
  }

  private static void windowed(Window2D w, Shape x, Shape y) throws BadProgramException {
    for (int value :
        new int[] {
          w.kernelH(),
          w.kernelW(),
          w.strideH(),
          w.strideW(),
          w.dilationH(),
          w.dilationW(),
          w.padTop(),
          w.padLeft(),
          w.padBottom(),
          w.padRight()
        }) {
      Require.within("a number of the window", value, 0, ProgramLimits.WINDOW);
    }
    // the largest row and column index that a kernel works out, in or beyond the padding
    long h = (long) x.dim(1) + w.padTop() + w.padBottom();
    long v = (long) x.dim(2) + w.padLeft() + w.padRight();
    Require.within("padded height", h, 1, 1 << 30);
    Require.within("padded width", v, 1, 1 << 30);
    Require.that(
        y.dim(0) == x.dim(0) && y.dim(1) == w.outputH(x.dim(1)) && y.dim(2) == w.outputW(x.dim(2)),
        "output %s, the window makes %d x %d of input %s",
        y,
        w.outputH(x.dim(1)),
        w.outputW(x.dim(2)),
        x);
  }

  private void mean(Operator.Mean o) throws BadProgramException {
    Shape x = shape(o.input());
    Shape y = shape(o.output());
    int last = -1;
    long count = 1;
    for (int axis : o.axes()) {
      Require.within("axis", axis, last + 1L, x.rank() - 1L);
      last = axis;
      count *= x.dim(axis);
    }
    boolean kept = y.rank() == x.rank();
    Require.that(
        kept || y.rank() == x.rank() - o.axes().size(), "axes %s of %s to %s", o.axes(), x, y);
    int at = 0;
    for (int axis = 0; axis < x.rank(); axis++) {
      boolean reduced = o.axes().contains(axis);
      if (kept || !reduced) {
        int extent = reduced ? 1 : x.dim(axis);
        Require.that(y.dim(at++) == extent, "axes %s of %s to %s", o.axes(), x, y);
      }
    }
    clamps(o.output(), o.clampMin(), o.clampMax());
    mean(o.input(), o.output(), o.rule(), o.multiplier(), count);
  }

  private void mean(int x, int y, Operator.MeanArithmetic rule, float multiplier, long count)
      throws BadProgramException {
    if (real(x, y) == ElementType.INT8) {
      Require.within("elements of one mean", count, 1, MEAN_COUNT);
      if (rule == Operator.MeanArithmetic.FLOAT_HALF_EVEN
          || rule == Operator.MeanArithmetic.FLOAT_HALF_AWAY) {
        positive("multiplier", multiplier);
      }
    }
  }

  private void pad(Operator.Pad o) throws BadProgramException {
    sameType(o.input(), o.output());
    Shape x = shape(o.input());
    Shape y = shape(o.output());
    Require.that(
        o.before().size() == x.rank() && o.after().size() == x.rank() && y.rank() == x.rank(),
        "%d and %d paddings of %s to %s",
        o.before().size(),
        o.after().size(),
        x,
        y);
    for (int i = 0; i < x.rank(); i++) {
      Require.within("padding", o.before().get(i), 0, Integer.MAX_VALUE);
      Require.within("padding", o.after().get(i), 0, Integer.MAX_VALUE);
      Require.that(
          y.dim(i) == (long) o.before().get(i) + x.dim(i) + o.after().get(i),
          "%s padded by %s and %s is not %s",
          x,
          o.before(),
          o.after(),
          y);
    }
    switch (tensor(o.input()).type()) {
      case INT8 -> Require.within("value", o.value(), -128, 127);
      case UINT8 -> Require.within("value", o.value(), 0, 255);
      case FLOAT32, INT32 -> {}
      case INT4 -> throw new BadProgramException("INT4 is not padded");
    }
  }

  private void transpose(Operator.Transpose o) throws BadProgramException {
    sameType(o.input(), o.output());
    byteAddressed(o.input());
    Shape x = shape(o.input());
    Shape y = shape(o.output());
    List<Integer> p = o.permutation();
    Require.that(
        p.size() == x.rank()
            && y.rank() == x.rank()
            && new HashSet<>(p).size() == p.size()
            && p.stream().allMatch(axis -> axis >= 0 && axis < x.rank()),
        "%s is no permutation of the axes of %s",
        p,
        x);
    for (int i = 0; i < p.size(); i++) {
      Require.that(y.dim(i) == x.dim(p.get(i)), "%s permuted by %s is not %s", x, p, y);
    }
  }

  private void concat(Operator.Concat o) throws BadProgramException {
    Require.that(!o.inputs().isEmpty(), "no inputs");
    byteAddressed(o.output());
    Shape y = shape(o.output());
    Require.within("axis", o.axis(), 0, y.rank() - 1L);
    long extent = 0;
    for (int input : o.inputs()) {
      sameType(input, o.output());
      Shape x = shape(input);
      boolean fits = x.rank() == y.rank();
      for (int i = 0; fits && i < y.rank(); i++) {
        fits = i == o.axis() || x.dim(i) == y.dim(i);
      }
      Require.that(fits, "input %s of output %s along axis %d", x, y, o.axis());
      extent += x.dim(o.axis());
    }
    Require.that(
        extent == y.dim(o.axis()), "inputs take %d along axis %d of %s", extent, o.axis(), y);
  }

  private void softmax(Operator.Softmax o) throws BadProgramException {
    sameElements(o.input(), o.output());
    Require.that(
        shape(o.input()).last() == shape(o.output()).last(),
        "input %s, output %s",
        shape(o.input()),
        shape(o.output()));
    positive("beta", o.beta());
    if (real(o.input(), o.output()) == ElementType.INT8) {
      constant("table", o.table(), 256, ElementType.FLOAT32);
      floats("entry of the table", o.table(), false);
    } else {
      Require.that(o.table() == Operator.NONE, "table is tensor %d, FLOAT32 has none", o.table());
    }
  }

  /** Both INT8 and quantized, or both FLOAT32. */
  private ElementType real(int x, int y) throws BadProgramException {
    ElementType type = oneOf("input", x, ElementType.INT8, ElementType.FLOAT32);
    sameType(x, y);
    if (type == ElementType.INT8) {
      quantized("input", x);
      quantized("output", y);
    }
    return type;
  }

  private TensorSpec tensor(int index) {
    return program.tensor(index);
  }

  private Shape shape(int index) {
    return tensor(index).shape();
  }

  private Shape rank(String what, int index, int rank) throws BadProgramException {
    Require.that(
        shape(index).rank() == rank,
        "%s has shape %s, rank %d is needed",
        what,
        shape(index),
        rank);
    return shape(index);
  }

  private ElementType oneOf(String what, int index, ElementType... allowed)
      throws BadProgramException {
    ElementType type = tensor(index).type();
    Require.that(
        List.of(allowed).contains(type), "%s is %s, allowed %s", what, type, List.of(allowed));
    return type;
  }

  private void byteAddressed(int index) throws BadProgramException {
    Require.that(tensor(index).type() != ElementType.INT4, "INT4 cannot be moved about");
  }

  private void sameType(int a, int b) throws BadProgramException {
    Require.that(
        tensor(a).type() == tensor(b).type(),
        "%s and %s, they must be the same",
        tensor(a).type(),
        tensor(b).type());
  }

  private void sameElements(int x, int y) throws BadProgramException {
    Require.that(
        shape(x).elements() == shape(y).elements(),
        "input %s and output %s differ in elements",
        shape(x),
        shape(y));
  }

  /** One scale, and a zero point that the type can hold. */
  private void quantized(String what, int index) throws BadProgramException {
    Quantization q = tensor(index).quantization();
    Require.that(
        !q.isNone() && !q.isPerAxis(), "%s has quantization %s, needs one per tensor", what, q);
    switch (tensor(index).type()) {
      case INT8 -> Require.within("zero point of " + what, q.zeroPoint(), -128, 127);
      case UINT8 -> Require.within("zero point of " + what, q.zeroPoint(), 0, 255);
      case INT32, INT4, FLOAT32 -> {}
    }
  }

  private void inConstants(String what, int index) throws BadProgramException {
    Require.that(
        tensor(index).placement() instanceof Placement.InConstants, "%s must be constant", what);
  }

  private void optionalConstant(String what, int index, int elements, ElementType type)
      throws BadProgramException {
    if (index != Operator.NONE) {
      constant(what, index, elements, type);
    }
  }

  private void constant(String what, int index, int elements, ElementType... types)
      throws BadProgramException {
    Require.that(index != Operator.NONE, "%s missing", what);
    inConstants(what, index);
    oneOf(what, index, types);
    Require.that(
        shape(index).elements() == elements,
        "%s has shape %s, needs %d elements",
        what,
        shape(index),
        elements);
  }

  /** Each element of a FLOAT32 constant is finite and at least, or above, zero. */
  private void floats(String what, int index, boolean aboveZero) throws BadProgramException {
    TensorSpec tensor = tensor(index);
    float[] values = new float[tensor.shape().elements()];
    program
        .constants()
        .asSlice(tensor.placement().offset(), tensor.bytes())
        .asByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      // looked at before it is boxed for a message
      if (!(value <= Float.MAX_VALUE && (aboveZero ? value > 0 : value >= 0))) {
        throw new BadProgramException("%s %d is %s".formatted(what, i, value));
      }
    }
  }

  private static void positive(String what, float value) throws BadProgramException {
    Require.that(
        Float.isFinite(value) && value > 0, "%s is %s, must be finite and above 0", what, value);
  }

  private void clamps(int output, int min, int max) throws BadProgramException {
    if (tensor(output).type() == ElementType.INT8) {
      Require.within("lower clamp", min, -128, 127);
      Require.within("upper clamp", max, min, 127);
    }
  }
}
