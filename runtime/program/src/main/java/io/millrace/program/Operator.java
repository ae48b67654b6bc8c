package io.millrace.program;

import java.util.Arrays;
import java.util.List;

/**
 * One step of a network with its arithmetic stated to the bit. Operands are tensor indices.
 *
 * <p>Written {@code x, w, y} for input, weights, output, {@code zx, zw, zy} for their zero points
 * and {@code rint} for rounding to the nearest integer, ties to even. {@code clampMin} and {@code
 * clampMax} are stored values of {@code y} (a fused activation narrows them). Float arithmetic is
 * IEEE single precision, one operation at a time, unless stated. Where {@code x} is {@code
 * FLOAT32}, so are weights, bias and {@code y}; {@code multipliers} is then {@link #NONE} and the
 * clamps are ignored in favour of an {@link Elementwise} step.
 */
public sealed interface Operator {
  /** Stands for an operand that is absent. */
  int NONE = -1;

  /** The tensor that this step writes. Each step writes exactly one. */
  int output();

  /**
   * The tensors that this step reads, constants included, without absent ones, in a fixed order.
   */
  List<Integer> reads();

  /**
   * Convolution: {@code acc[o] = bias[o] + sum (x - zx) * (w[o] - zw[o])} in INT32 (wrapping), then
   * {@code y = clamp(rint((float) acc * multipliers[o]) + zy)}; padding counts as {@code x = zx}.
   *
   * @param input [n, h, w, c]
   * @param weights [o, kh, kw, c / groups], INT8 or INT4
   * @param bias [o] INT32 in units of {@code xScale * wScale[o]}, or {@link #NONE}
   * @param multipliers [o] FLOAT32, {@code xScale * wScale[o] / yScale}; {@link #NONE} where the
   *     output is INT32 ({@code y = acc}) or FLOAT32
   */
  record Conv2D(
      int input,
      int weights,
      int bias,
      int multipliers,
      int output,
      Window2D window,
      int groups,
      int clampMin,
      int clampMax)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input, weights, bias, multipliers);
    }
  }

  /**
   * Depthwise convolution with a channel multiplier {@code m = o / c}: output channel {@code o}
   * reads input channel {@code o / m}. Arithmetic and operands as {@link Conv2D}.
   *
   * @param weights [1, kh, kw, o], INT8 or INT4
   */
  record DepthwiseConv2D(
      int input,
      int weights,
      int bias,
      int multipliers,
      int output,
      Window2D window,
      int clampMin,
      int clampMax)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input, weights, bias, multipliers);
    }
  }

  /**
   * Matrix product {@code [rows, in] x [out, in]^T}: all axes of the input but the reduced ones are
   * rows, so that {@code input.elements() = rows * in}. Arithmetic as {@link Conv2D}.
   *
   * @param weights [out, in], INT8 or INT4
   */
  record FullyConnected(
      int input, int weights, int bias, int multipliers, int output, int clampMin, int clampMax)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input, weights, bias, multipliers);
    }
  }

  /** How the two sides of an {@link Add} are brought to one scale. */
  sealed interface AddArithmetic {
    /**
     * {@code y = clamp((((a - za) * multiplierA + (b - zb) * multiplierB + 2^(shift-1)) >> shift) +
     * zy)} in INT32, arithmetic shift; the rule of XNNPACK's {@code qs8-vadd}.
     *
     * <p>With {@code ratio = scale / yScale} in single precision and {@code e} the exponent of the
     * larger ratio, {@code shift = 20 - e} and {@code multiplier = rint(ratio * 2^shift)}: the
     * larger multiplier has 21 bits, so that the sum stays within {@code 2 * 255 * 2^21 + 2^29 <
     * 2^31}.
     */
    record FixedPoint(int multiplierA, int multiplierB, int shift) implements AddArithmetic {}

    /**
     * {@code y = clamp(rint(fma(a, ratioA, fma(b, ratioB, offset))))} over stored values, with
     * {@code ratioA = aScale / yScale} and {@code offset = zy - fma(ratioA, za, ratioB * zb)}; the
     * rule of ONNX Runtime's {@code QLinearAdd} on processors with fused multiply-add.
     */
    record FloatingPoint(float ratioA, float ratioB, float offset) implements AddArithmetic {}

    /**
     * {@link FloatingPoint} over values that ONNX Runtime holds as UINT8, which rounds its sums at
     * other places: {@code y = clamp(rint(fma(a + 128, ratioA, fma(b + 128, ratioB, offset))) -
     * 128)} with {@code offset = zy + 128 - fma(ratioA, za + 128, ratioB * (zb + 128))}.
     */
    record UnsignedFloatingPoint(float ratioA, float ratioB, float offset)
        implements AddArithmetic {}
  }

  /**
   * Sum with numpy broadcasting. FLOAT32 inputs are added as they are; {@code rule} is then unused.
   */
  record Add(int a, int b, int output, AddArithmetic rule, int clampMin, int clampMax)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(a, b);
    }
  }

  /** How a scaled product of a {@link Mul} is rounded, {@code p = (a - za) * (b - zb)}. */
  enum MulArithmetic {
    /** {@code y = clamp(rint((float) p * multiplier) + zy)}; XNNPACK's {@code qs8-vmul}. */
    ZERO_POINT_AFTER_ROUNDING,
    /**
     * {@code y = clamp(rint((float) p * multiplier + zy))}, product and sum each rounded to single
     * precision; ONNX Runtime's {@code QLinearMul}. It differs from the other where {@code zy} is
     * odd and the product lies halfway.
     */
    ZERO_POINT_BEFORE_ROUNDING
  }

  /**
   * Product with numpy broadcasting, {@code multiplier = aScale * bScale / yScale}. FLOAT32 inputs
   * are multiplied as they are; {@code rule} and {@code multiplier} are then unused.
   */
  record Mul(
      int a, int b, int output, MulArithmetic rule, float multiplier, int clampMin, int clampMax)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(a, b);
    }
  }

  /**
   * How a mean over {@code count} INT8 values is brought back to INT8. FLOAT32 values are summed in
   * their order in memory and the sum is divided by {@code count}, in single precision.
   */
  enum MeanArithmetic {
    /**
     * {@code y = clamp((sum + sign(sum) * (count / 2)) / count)} over stored values, truncating
     * division: TensorFlow Lite's {@code AVERAGE_POOL_2D}. Input and output share scale and zero
     * point.
     */
    INTEGER_HALF_AWAY,
    /**
     * {@code y = clamp(round((float) sum * multiplier + (zy - (float) (zx * count) * multiplier)))}
     * over stored values, {@code round} half away from zero, {@code multiplier = xScale / yScale /
     * count}: TensorFlow Lite's {@code MEAN}.
     */
    FLOAT_HALF_AWAY,
    /**
     * {@code y = clamp(rint((float) (sum - count * zx) * multiplier) + zy)} with {@code multiplier
     * = xScale / (yScale * count)}: ONNX Runtime's {@code QLinearGlobalAveragePool}.
     */
    FLOAT_HALF_EVEN,
    /**
     * {@code y = clamp(rint(m / yScale + zy))}, {@code m} the sum of {@code (x - zx) * xScale} in
     * memory order divided by {@code count}, each step in single precision: ONNX Runtime's {@code
     * QLinearAveragePool}.
     */
    DEQUANTIZED
  }

  /**
   * Average over a window of [n, h, w, c].
   *
   * @param countPadding whether padding counts as elements of value zero
   * @param multiplier used by {@link MeanArithmetic#FLOAT_HALF_EVEN} and {@link
   *     MeanArithmetic#FLOAT_HALF_AWAY} only
   */
  record AveragePool2D(
      int input,
      int output,
      Window2D window,
      boolean countPadding,
      MeanArithmetic rule,
      float multiplier,
      int clampMin,
      int clampMax)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /**
   * Maximum over a window of [n, h, w, c]; padding never wins. Input and output share quantization.
   */
  record MaxPool2D(int input, int output, Window2D window, int clampMin, int clampMax)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /**
   * Mean over the given axes (sorted, non-negative); the output keeps or drops them, which does not
   * change its bytes.
   *
   * @param multiplier as in {@link AveragePool2D}
   */
  record Mean(
      int input,
      int output,
      List<Integer> axes,
      MeanArithmetic rule,
      float multiplier,
      int clampMin,
      int clampMax)
      implements Operator {
    public Mean {
      axes = List.copyOf(axes);
    }

    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /**
   * Constant padding.
   *
   * @param before elements added before, one for each axis
   * @param after elements added behind, one for each axis
   * @param value the stored value that is put there (INT8), or the bits of a float (FLOAT32)
   */
  record Pad(int input, int output, List<Integer> before, List<Integer> after, int value)
      implements Operator {
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }

    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /** Axis {@code i} of the output is axis {@code permutation[i]} of the input. */
  record Transpose(int input, int output, List<Integer> permutation) implements Operator {
    public Transpose {
      permutation = List.copyOf(permutation);
    }

    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /** The inputs one behind the other along {@code axis}; all share type and quantization. */
  record Concat(List<Integer> inputs, int output, int axis) implements Operator {
    public Concat {
      inputs = List.copyOf(inputs);
    }

    @Override
    public List<Integer> reads() {
      return inputs;
    }
  }

  /** The same bytes at another place; shapes may differ, sizes not. */
  record Copy(int input, int output) implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /**
   * Every function of one 8-bit value: {@code y = table[x & 255]}, {@code table} 256 bytes.
   * Requantize, Logistic, Relu, Clip and the change between UINT8 and INT8 are all this step.
   */
  record Lookup(int input, int table, int output) implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input, table);
    }
  }

  /**
   * How INT8 softmax is rounded: {@code e[j] = table[255 - max + x[j]]} in single precision and
   * {@code sum} the sum of all {@code e[j]} in order.
   */
  enum SoftmaxArithmetic {
    /**
     * {@code y = clamp(round(e[j] * (1 / (sum * yScale))) + zy)}, {@code round} half away from
     * zero: TensorFlow Lite.
     */
    RECIPROCAL_HALF_AWAY,
    /**
     * {@code y = clamp(rint(e[j] * floor(1 / yScale) / sum) + zy)}: ONNX Runtime's {@code
     * QLinearSoftmax}.
     */
    QUOTIENT_HALF_EVEN
  }

  /**
   * Softmax over the last axis.
   *
   * <p>INT8: by {@code table} and {@code rule}. FLOAT32: {@code e[j] = exp((x[j] - max) * beta)},
   * the exponential computed in double precision and rounded once, {@code y[j] = e[j] / sum};
   * {@code rule} is then unused.
   *
   * @param table 256 FLOAT32; {@link #NONE} for FLOAT32 inputs
   */
  record Softmax(int input, int table, int output, SoftmaxArithmetic rule, float beta)
      implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input, table);
    }
  }

  /** How a FLOAT32 value is brought to the steps of the output's scale. */
  enum QuantizeArithmetic {
    /** {@code x / yScale}: ONNX Runtime. */
    QUOTIENT,
    /** {@code x * (1 / yScale)}, the reciprocal rounded to single precision: XNNPACK. */
    RECIPROCAL
  }

  /**
   * FLOAT32 to INT8 or UINT8: {@code y = clamp(rint(q) + zy)} with {@code q} as {@code rule} says,
   * saturating, NaN to zy.
   */
  record Quantize(int input, int output, QuantizeArithmetic rule) implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /** INT8, UINT8 or INT32 to FLOAT32: {@code y = (x - zx) * xScale}. */
  record Dequantize(int input, int output) implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  /** A function of one FLOAT32 value. */
  sealed interface Function {
    /** {@code min(max(x, lo), hi)}; infinite bounds for Relu. */
    record Clip(float lo, float hi) implements Function {}

    /** {@code 1 / (1 + exp(-x))}, computed in double precision and rounded once. */
    record Logistic() implements Function {}
  }

  /** A {@link Function} applied to each element of a FLOAT32 tensor. */
  record Elementwise(int input, int output, Function function) implements Operator {
    @Override
    public List<Integer> reads() {
      return present(input);
    }
  }

  private static List<Integer> present(int... tensors) {
    // no streams: this is asked often while a process starts
    Integer[] some = new Integer[tensors.length];
    int count = 0;
    for (int tensor : tensors) {
      if (tensor != NONE) {
        some[count++] = tensor;
      }
    }
    return List.of(count == some.length ? some : Arrays.copyOf(some, count));
  }
}
