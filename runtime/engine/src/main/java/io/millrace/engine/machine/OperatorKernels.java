package io.millrace.engine.machine;

import io.millrace.engine.portable.Tensor;
import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Operator.AddArithmetic;
import io.millrace.program.Operator.MeanArithmetic;
import io.millrace.program.Operator.SoftmaxArithmetic;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightLayout;
import io.millrace.program.Window2D;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which operators kernels exist for, and what the kernels of a program's slots are made for. An
 * instruction set adds the kernels themselves.
 */
public abstract class OperatorKernels {
  /** Above this a window is not unrolled any more; the portable kernel runs. */
  public static final int MAX_TAPS = 256;

  private final Program program;
  private final int turn;
  protected final ConstantPool pool;

  // of weight tensors, which are read for each band
  /** By tensor; those in nibbles by -1 - tensor. */
  private final Map<Integer, BlockedWeights> blocked = new HashMap<>();

  private final Map<Integer, byte[]> rowMajor = new HashMap<>();

  /**
   * @param turn what is added to INT8 values in the arena
   */
  protected OperatorKernels(Program program, ConstantPool pool, int turn) {
    this.program = program;
    this.pool = pool;
    this.turn = turn;
  }

  // ---- what an instruction set has ----

  /** A convolution or matrix product whose weights are read where they are. */
  protected abstract void convolve(ConvolutionSpec s, Scaling scaling, BlockedWeights weights);

  /** A convolution or matrix product whose weights are packed into the pool. */
  protected abstract void convolvePacking(ConvolutionSpec s, Parameters parameters);

  /**
   * Whether INT4 weights can be read two a byte.
   *
   * @param groupsPerTap groups of four inputs of a tap
   * @param products multiply-accumulates of one output
   * @param channels output channels
   */
  protected abstract boolean takesNibbles(
      int groupsPerTap, long products, int channels, Scaling scaling);

  /** A depthwise convolution of as many channels as it reads. */
  protected abstract void depthwise(ConvolutionSpec s, Parameters parameters);

  /** A mean over each window. */
  protected abstract void mean(ConvolutionSpec s, MeanArithmetic rule, float multiplier);

  protected abstract void maxPool(ConvolutionSpec s);

  /** {@link AddArithmetic.FixedPoint}, with the zero points of operands and output. */
  protected abstract void addFixed(
      Operands at,
      AddArithmetic.FixedPoint rule,
      int za,
      int zb,
      int zy,
      int clampMin,
      int clampMax);

  /** {@link AddArithmetic.FloatingPoint}. */
  protected abstract void addFloating(
      Operands at, AddArithmetic.FloatingPoint rule, int clampMin, int clampMax);

  /** {@link Operator.Mul}, with the zero points of operands and output. */
  protected abstract void mul(Operands at, Operator.Mul op, int za, int zb, int zy);

  /**
   * Softmax of rows.
   *
   * @param table 256 exponentials
   * @param rows how many rows of {@code last} elements
   */
  protected abstract void softmax(
      int input,
      int output,
      int rows,
      int last,
      float[] table,
      SoftmaxArithmetic rule,
      float yScale,
      int zy);

  /** Bytes of scratch that {@link #softmax} needs. */
  protected abstract int softmaxScratchBytes(int last);

  /** Copies bytes. */
  protected abstract void copy(int from, int to, int bytes);

  /** Replaces each byte by its entry of {@code table}. */
  protected abstract void lookup(int from, int to, int bytes, byte[] table);

  protected abstract StridedCopies copies();

  // ---- which kernel a slot gets ----

  /** Why operator {@code index} has no kernel here; empty if it has one. */
  public final Optional<String> declined(int index) {
    Operator op = program.operators().get(index);
    if (op instanceof Operator.Conv2D o) {
      if (o.groups() != 1) {
        return Optional.of("grouped convolution");
      }
      return weighted(o.input(), o.weights(), o.multipliers(), true);
    }
    if (op instanceof Operator.DepthwiseConv2D o) {
      int in = tensor(o.input()).shape().last();
      int out = tensor(o.output()).shape().last();
      if (in != 1 && in != out) {
        return Optional.of("depthwise channel multiplier " + out / in);
      }
      if (in != 1 && taps(o.window()) > MAX_TAPS) {
        return Optional.of("depthwise window of " + taps(o.window()) + " taps");
      }
      return weighted(o.input(), o.weights(), o.multipliers(), true);
    }
    if (op instanceof Operator.FullyConnected o) {
      return weighted(o.input(), o.weights(), o.multipliers(), false);
    }
    if (op instanceof Operator.Add o) {
      return o.rule() instanceof AddArithmetic.UnsignedFloatingPoint
          ? Optional.of("sum of UINT8 values")
          : sameShape(o.a(), o.b(), o.output());
    }
    if (op instanceof Operator.Mul o) {
      return sameShape(o.a(), o.b(), o.output());
    }
    if (op instanceof Operator.AveragePool2D o) {
      if (o.countPadding() && padded(o.window())) {
        return Optional.of("average that counts padding");
      }
      return mean(o.input(), o.rule(), o.window());
    }
    if (op instanceof Operator.Mean o) {
      TensorSpec x = tensor(o.input());
      if (x.shape().rank() != 4 || !o.axes().equals(List.of(1, 2))) {
        return Optional.of("mean over axes " + o.axes());
      }
      return mean(o.input(), o.rule(), whole(x));
    }
    if (op instanceof Operator.MaxPool2D o) {
      return taps(o.window()) > MAX_TAPS
          ? Optional.of("window of " + taps(o.window()) + " taps")
          : oneImage(o.input());
    }
    if (op instanceof Operator.Softmax o) {
      return onlyInt8(o.input());
    }
    if (op instanceof Operator.Copy || op instanceof Operator.Lookup) {
      return Optional.empty();
    }
    if (op instanceof Operator.Pad
        || op instanceof Operator.Transpose
        || op instanceof Operator.Concat) {
      return MoveKernel.declined(program, index);
    }
    return Optional.of("float operator");
  }

  /** Bytes of scratch that operator {@code index} needs. */
  public final int scratchBytes(int index) {
    return program.operators().get(index) instanceof Operator.Softmax o
        ? softmaxScratchBytes(tensor(o.input()).shape().last())
        : 0;
  }

  /** Writes the kernel of {@code slot}; its operator was not {@link #declined}. */
  public final void emit(Schedule.Slot slot) {
    int first = slot.firstRow();
    int rows = slot.rows();
    Operator operator = program.operators().get(slot.operator());
    if (operator instanceof Operator.Conv2D o) {
      ConvolutionSpec s = spec(o.input(), o.output(), o.window(), slot, o.clampMin(), o.clampMax());
      convolution(s, o.weights(), scaling(o.bias(), o.multipliers()));
    } else if (operator instanceof Operator.DepthwiseConv2D o) {
      ConvolutionSpec s = spec(o.input(), o.output(), o.window(), slot, o.clampMin(), o.clampMax());
      int kw = o.window().kernelW();
      int c = s.outC();
      var parameters =
          parameters(
              scaling(o.bias(), o.multipliers()),
              rowMajor(o.weights()),
              (out, ky, kx, in) -> (ky * kw + kx) * c + out);
      if (s.inC() == 1) {
        convolvePacking(s, parameters);
      } else {
        depthwise(s, parameters);
      }
    } else if (operator instanceof Operator.FullyConnected o) {
      int in = tensor(o.weights()).shape().dim(1);
      int out = tensor(o.weights()).shape().dim(0);
      int pixels = elementsPerRow(o.output()) / out;
      ConvolutionSpec s =
          new ConvolutionSpec(
              offset(o.input()),
              offset(o.output()),
              Rows.of(tensor(o.output()).shape()),
              pixels,
              in,
              out,
              Window2D.UNIT,
              first,
              rows,
              zeroPoint(o.input()),
              zeroPoint(o.output()),
              o.clampMin(),
              o.clampMax());
      convolution(s, o.weights(), scaling(o.bias(), o.multipliers()));
    } else if (operator instanceof Operator.Add o) {
      add(o, elements(o.a(), o.b(), o.output(), first, rows));
    } else if (operator instanceof Operator.Mul o) {
      mul(
          elements(o.a(), o.b(), o.output(), first, rows),
          o,
          zeroPoint(o.a()),
          zeroPoint(o.b()),
          zeroPoint(o.output()));
    } else if (operator instanceof Operator.AveragePool2D o) {
      mean(
          spec(o.input(), o.output(), o.window(), slot, o.clampMin(), o.clampMax()),
          o.rule(),
          o.multiplier());
    } else if (operator instanceof Operator.Mean o) {
      mean(
          spec(o.input(), o.output(), whole(tensor(o.input())), slot, o.clampMin(), o.clampMax()),
          o.rule(),
          o.multiplier());
    } else if (operator instanceof Operator.MaxPool2D o) {
      maxPool(spec(o.input(), o.output(), o.window(), slot, o.clampMin(), o.clampMax()));
    } else if (operator instanceof Operator.Softmax o) {
      int perRow = elementsPerRow(o.output());
      int last = tensor(o.input()).shape().last();
      softmax(
          offset(o.input()) + first * perRow,
          offset(o.output()) + first * perRow,
          rows * (perRow / last),
          last,
          Tensor.of(program, o.table(), MemorySegment.NULL).floats(),
          o.rule(),
          tensor(o.output()).quantization().scale(),
          zeroPoint(o.output()));
    } else if (operator instanceof Operator.Copy o) {
      long total = tensor(o.output()).bytes();
      int perRow = Math.toIntExact(total / Rows.of(tensor(o.output()).shape()));
      copy(offset(o.input()) + first * perRow, offset(o.output()) + first * perRow, rows * perRow);
    } else if (operator instanceof Operator.Lookup o) {
      lookup(o, first, rows);
    } else if (operator instanceof Operator.Pad o) {
      moves().pad(o, slot);
    } else if (operator instanceof Operator.Transpose o) {
      moves().transpose(o, slot);
    } else if (operator instanceof Operator.Concat o) {
      moves().concat(o, slot);
    } else {
      throw new IllegalStateException("no kernel for operator " + slot.operator());
    }
  }

  private void add(Operator.Add o, Operands at) {
    Operator.AddArithmetic given = o.rule();
    if (given instanceof AddArithmetic.FixedPoint rule) {
      addFixed(
          at,
          rule,
          zeroPoint(o.a()),
          zeroPoint(o.b()),
          zeroPoint(o.output()),
          o.clampMin(),
          o.clampMax());
    } else if (given instanceof AddArithmetic.FloatingPoint rule) {
      addFloating(at, rule, o.clampMin(), o.clampMax());
    } else if (given instanceof AddArithmetic.UnsignedFloatingPoint) {
      throw new IllegalStateException("declined: sums of UINT8");
    } else {
      throw new AssertionError(given);
    }
  }

  private void lookup(Operator.Lookup o, int first, int rows) {
    int perRow = elementsPerRow(o.output());
    int flipIn = tensor(o.input()).type() == ElementType.INT8 ? turn : 0;
    int flipOut = tensor(o.output()).type() == ElementType.INT8 ? turn : 0;
    MemorySegment table = Tensor.of(program, o.table(), MemorySegment.NULL).bytes();
    byte[] inArena = new byte[256];
    boolean identity = true;
    for (int i = 0; i < 256; i++) {
      inArena[i] = (byte) (table.get(ValueLayout.JAVA_BYTE, i ^ flipIn) ^ flipOut);
      identity &= (inArena[i] & 255) == i;
    }
    int from = offset(o.input()) + first * perRow;
    int to = offset(o.output()) + first * perRow;
    if (!identity) {
      lookup(from, to, rows * perRow, inArena);
    } else if (from != to) {
      copy(from, to, rows * perRow);
    }
  }

  // ---- what the kernels are made for ----

  private Optional<String> weighted(int input, int weights, int multipliers, boolean images) {
    if (tensor(input).type() != ElementType.INT8) {
      return Optional.of("float operator");
    }
    if (multipliers == Operator.NONE) {
      return Optional.of("INT32 output");
    }
    var q = tensor(weights).quantization();
    for (int i = 0; i < q.size(); i++) {
      if (q.zeroPoint(i) != 0) {
        return Optional.of("weights with a zero point");
      }
    }
    return images ? oneImage(input) : Optional.empty();
  }

  private Optional<String> oneImage(int input) {
    if (tensor(input).type() != ElementType.INT8) {
      return Optional.of("float operator");
    }
    return tensor(input).shape().dim(0) == 1 ? Optional.empty() : Optional.of("batch");
  }

  private Optional<String> onlyInt8(int input) {
    return tensor(input).type() == ElementType.INT8
        ? Optional.empty()
        : Optional.of("float operator");
  }

  private Optional<String> sameShape(int a, int b, int out) {
    if (tensor(out).type() != ElementType.INT8) {
      return Optional.of("float operator");
    }
    for (int t : new int[] {a, b}) {
      if (!(tensor(t).placement() instanceof Placement.InArena)) {
        return Optional.of("constant operand");
      }
      if (tensor(t).shape().elements() != tensor(out).shape().elements()) {
        return Optional.of("broadcasting");
      }
    }
    return Optional.empty();
  }

  private Optional<String> mean(int input, MeanArithmetic rule, Window2D window) {
    if (rule == MeanArithmetic.DEQUANTIZED) {
      return Optional.of("mean of real values");
    }
    if (rule != MeanArithmetic.INTEGER_HALF_AWAY && padded(window)) {
      return Optional.of("mean of fewer values at the border");
    }
    if (taps(window) > MAX_TAPS) {
      return Optional.of("window of " + taps(window) + " taps");
    }
    return oneImage(input);
  }

  private static long taps(Window2D w) {
    return (long) w.kernelH() * w.kernelW();
  }

  private static boolean padded(Window2D w) {
    return w.padTop() + w.padLeft() + w.padBottom() + w.padRight() > 0;
  }

  private static Window2D whole(TensorSpec x) {
    return new Window2D(x.shape().dim(1), x.shape().dim(2), 1, 1, 1, 1, 0, 0, 0, 0);
  }

  private TensorSpec tensor(int index) {
    return program.tensor(index);
  }

  private int offset(int index) {
    return Math.toIntExact(tensor(index).placement().offset());
  }

  private int zeroPoint(int index) {
    var q = tensor(index).quantization();
    return q.isNone() ? 0 : q.zeroPoint();
  }

  private int elementsPerRow(int index) {
    var shape = tensor(index).shape();
    return shape.elements() / Rows.of(shape);
  }

  private Operands elements(int a, int b, int out, int first, int rows) {
    int perRow = elementsPerRow(out);
    int skip = first * perRow;
    return new Operands(offset(a) + skip, offset(b) + skip, offset(out) + skip, rows * perRow);
  }

  private ConvolutionSpec spec(
      int input, int output, Window2D window, Schedule.Slot slot, int clampMin, int clampMax) {
    var x = tensor(input).shape();
    return new ConvolutionSpec(
        offset(input),
        offset(output),
        x.dim(1),
        x.dim(2),
        x.dim(3),
        tensor(output).shape().last(),
        window,
        slot.firstRow(),
        slot.rows(),
        zeroPoint(input),
        zeroPoint(output),
        clampMin,
        clampMax);
  }

  private MoveKernel moves() {
    return new MoveKernel(program, pool, copies(), turn);
  }

  private void convolution(ConvolutionSpec s, int weights, Scaling scaling) {
    if (tensor(weights).layout() == WeightLayout.BLOCKED_16X4) {
      int perTap = Math.ceilDiv(s.inC(), WeightLayout.DEPTH);
      long products = (long) s.window().kernelH() * s.window().kernelW() * s.inC();
      boolean nibbles =
          tensor(weights).type() == ElementType.INT4
              && takesNibbles(perTap, products, s.outC(), scaling);
      BlockedWeights w =
          blocked.computeIfAbsent(
              nibbles ? -1 - weights : weights,
              _ -> BlockedWeights.of(program, weights, pool, nibbles));
      convolve(s, scaling, w);
      return;
    }
    int kh = s.window().kernelH();
    int kw = s.window().kernelW();
    int c = s.inC();
    convolvePacking(
        s,
        parameters(
            scaling, rowMajor(weights), (o, ky, kx, i) -> ((o * kh + ky) * kw + kx) * c + i));
  }

  private Scaling scaling(int bias, int multipliers) {
    float[] factors = Tensor.of(program, multipliers, MemorySegment.NULL).floats();
    int[] biases =
        bias == Operator.NONE
            ? new int[factors.length]
            : Tensor.of(program, bias, MemorySegment.NULL).ints();
    return new Scaling.PerChannel(biases, factors);
  }

  private byte[] rowMajor(int weights) {
    return rowMajor.computeIfAbsent(
        weights, t -> Tensor.of(program, t, MemorySegment.NULL).rowMajor());
  }

  private interface Index {
    int of(int o, int ky, int kx, int c);
  }

  private static Parameters parameters(Scaling scaling, byte[] weights, Index index) {
    return new Parameters() {
      @Override
      public int weight(int o, int ky, int kx, int c) {
        return weights[index.of(o, ky, kx, c)];
      }

      @Override
      public int bias(int o) {
        return scaling.bias(o);
      }

      @Override
      public float multiplier(int o) {
        return scaling.multiplier(o);
      }
    };
  }
}
