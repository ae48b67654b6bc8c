package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.Neon;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Parameters;
import io.millrace.program.Operator.MeanArithmetic;
import java.util.List;

/**
 * Depthwise convolution: sixteen channels of a tap at a time, products of 16 bits added to sums of
 * 32 bits, those of two taps together if no weight is -128. The weights of a tap are read once for
 * up to four neighbouring pixels.
 */
final class DepthwiseKernel extends WindowKernel {
  /** With more taps than this a tile would be too much code. */
  private static final int TAPS_OF_TILES = 32;

  private static final int WEIGHTS = 16;
  private static final int INPUTS = 18;
  private static final int PRODUCTS = 22;

  /** Over the sums, when the weights are done with. */
  private static final int MULTIPLIERS = 24;

  private final ConstantPool pool;
  private final Parameters parameters;
  private final Narrowing narrowing;
  private final Mean mean;
  private final boolean pairs;

  DepthwiseKernel(A64Encoder code, ConstantPool pool, ConvolutionSpec spec, Parameters parameters) {
    this(code, pool, spec, parameters, null);
  }

  private DepthwiseKernel(
      A64Encoder code, ConstantPool pool, ConvolutionSpec spec, Parameters parameters, Mean mean) {
    super(code, spec);
    this.pool = pool;
    this.parameters = parameters;
    this.mean = mean;
    this.narrowing = new Narrowing(code, spec.outputZeroPoint(), spec.clampMin(), spec.clampMax());
    this.pairs = !holdLeast();
  }

  /**
   * A mean whose sum is rounded in another way than a convolution's; see {@link MeanArithmetic}.
   */
  private record Mean(MeanArithmetic rule, float multiplier, float offset) {}

  /**
   * A mean over each window: all weights one.
   *
   * @param spec with the zero points of input and output
   * @param multiplier as {@code rule} says
   */
  static DepthwiseKernel mean(
      A64Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      MeanArithmetic rule,
      float multiplier) {
    Parameters ones = Parameters.ones(multiplier);
    if (rule == MeanArithmetic.FLOAT_HALF_EVEN) {
      return new DepthwiseKernel(code, pool, spec, ones, null);
    }
    int count = spec.window().kernelH() * spec.window().kernelW();
    float offset = spec.outputZeroPoint() - (float) (spec.inputZeroPoint() * count) * multiplier;
    return new DepthwiseKernel(
        code, pool, spec.withoutZeroPoints(), ones, new Mean(rule, multiplier, offset));
  }

  private boolean holdLeast() {
    boolean least = false;
    for (int o = 0; o < spec.outC(); o++) {
      for (int ky = 0; ky < spec.window().kernelH(); ky++) {
        for (int kx = 0; kx < spec.window().kernelW(); kx++) {
          least |= parameters.weight(o, ky, kx, 0) == Byte.MIN_VALUE;
        }
      }
    }
    return least;
  }

  // constants of narrowing, multipliers, a bias for each pair of runs, a vector for each tap

  private int bias(int r, int c) {
    return Narrowing.BYTES + (1 + r * columnRuns.size() + c) * 4 * BLOCK;
  }

  private int weights(int ky, int kx) {
    return bias(rowRuns.size(), 0) + (ky * spec.window().kernelW() + kx) * BLOCK;
  }

  @Override
  int stride() {
    return weights(spec.window().kernelH(), 0);
  }

  @Override
  int prepare() {
    int blocks = Math.ceilDiv(spec.outC(), BLOCK);
    int start = pool.reserve(Math.multiplyExact(stride(), blocks));
    for (int b = 0; b < blocks; b++) {
      narrowing.put(pool, start + b * stride());
    }
    for (int o = 0; o < spec.outC(); o++) {
      packChannel(start + o / BLOCK * stride(), o % BLOCK, o);
    }
    return start;
  }

  private void packChannel(int at, int lane, int o) {
    pool.putFloat(at + Narrowing.BYTES + lane * 4, parameters.multiplier(o));
    for (int ky = 0; ky < spec.window().kernelH(); ky++) {
      for (int kx = 0; kx < spec.window().kernelW(); kx++) {
        pool.putByte(at + weights(ky, kx) + lane, parameters.weight(o, ky, kx, 0));
      }
    }
    for (int r = 0; r < rowRuns.size(); r++) {
      for (int c = 0; c < columnRuns.size(); c++) {
        int sum = 0;
        for (Tap tap : taps(r, c)) {
          sum += parameters.weight(o, tap.ky(), tap.kx(), 0);
        }
        pool.putInt(at + bias(r, c) + lane * 4, parameters.bias(o) - spec.inputZeroPoint() * sum);
      }
    }
  }

  @Override
  int mostPixels(int r, int c) {
    return taps(r, c).size() > TAPS_OF_TILES ? 1 : 4;
  }

  @Override
  void emitPixels(int channels, int r, int c, int pixels) {
    for (int i = 0; i < 4 * pixels; i++) {
      code.loadQ(i, PARAMETERS, bias(r, c) + i % 4 * 16);
    }
    List<Tap> taps = taps(r, c);
    int t = 0;
    while (t < taps.size()) {
      boolean two = pairs && t + 1 < taps.size();
      code.loadQ(WEIGHTS, PARAMETERS, weights(taps.get(t).ky(), taps.get(t).kx()));
      if (two) {
        code.loadQ(WEIGHTS + 1, PARAMETERS, weights(taps.get(t + 1).ky(), taps.get(t + 1).kx()));
      }
      for (int m = 0; m < pixels; m++) {
        int shift = m * spec.window().strideW() * spec.inC();
        int second = two ? taps.get(t + 1).at() + shift : 0;
        multiply(m, taps.get(t).at() + shift, two, second);
      }
      t += two ? 2 : 1;
    }
    narrowing.load(PARAMETERS, 0);
    store(channels, r, c, pixels);
  }

  private void multiply(int m, int first, boolean two, int second) {
    int a = INPUTS + m % 2 * 2;
    int low = PRODUCTS + m % 2 * 2;
    code.loadQ(a, PIXELS, first);
    code.neon(Neon.SMULL_8H, low, a, WEIGHTS);
    code.neon(Neon.SMULL2_8H, low + 1, a, WEIGHTS);
    if (two) {
      code.loadQ(a + 1, PIXELS, second);
      code.neon(Neon.SMLAL_8H, low, a + 1, WEIGHTS + 1);
      code.neon(Neon.SMLAL2_8H, low + 1, a + 1, WEIGHTS + 1);
    }
    int sums = 4 * m;
    code.neon(Neon.SADDW_4S, sums, sums, low);
    code.neon(Neon.SADDW2_4S, sums + 1, sums + 1, low);
    code.neon(Neon.SADDW_4S, sums + 2, sums + 2, low + 1);
    code.neon(Neon.SADDW2_4S, sums + 3, sums + 3, low + 1);
  }

  private void store(int channels, int r, int c, int pixels) {
    int blocks = Math.ceilDiv(channels, 4);
    if (mean == null) {
      for (int j = 0; j < blocks; j++) {
        code.loadQ(MULTIPLIERS + j, PARAMETERS, Narrowing.BYTES + j * 16);
      }
    } else if (mean.rule == MeanArithmetic.FLOAT_HALF_AWAY) {
      code.loadQ(MULTIPLIERS, Registers.CONSTANTS, pool.floats(mean.multiplier));
      code.loadQ(MULTIPLIERS + 1, Registers.CONSTANTS, pool.floats(mean.offset));
    } else {
      int count = Math.max(1, rowRuns.get(r).taps() * columnRuns.get(c).taps());
      code.loadQ(MULTIPLIERS, Registers.CONSTANTS, pool.floats(count));
      code.loadQ(MULTIPLIERS + 1, Registers.CONSTANTS, pool.ints(count / 2));
    }
    for (int m = 0; m < pixels; m++) {
      for (int j = 0; j < blocks; j++) {
        round(4 * m + j, j);
      }
      narrowing.narrow(4 * m, blocks);
      code.storePart(4 * m, OUT, m * spec.outC(), channels);
    }
  }

  /** Leaves an integer for a sum. */
  private void round(int sum, int block) {
    if (mean == null) {
      narrowing.scale(sum, MULTIPLIERS + block);
    } else if (mean.rule == MeanArithmetic.FLOAT_HALF_AWAY) {
      code.neon(Neon.SCVTF_4S, sum, sum);
      code.neon(Neon.FMUL_4S, sum, sum, MULTIPLIERS);
      code.neon(Neon.FADD_4S, sum, sum, MULTIPLIERS + 1);
      code.neon(Neon.FCVTAS_4S, sum, sum);
    } else {
      divide(sum);
    }
  }

  /**
   * Half away from zero: half the count is added with the sign of the sum, the quotient cut. Exact:
   * a quotient below 129 that is not an integer is further from one than single precision rounds,
   * for counts below 2^16.
   */
  private void divide(int sum) {
    int sign = WEIGHTS;
    int half = WEIGHTS + 1;
    code.shiftRight32(sign, sum, 31);
    code.neon(Neon.EOR_16B, half, sign, MULTIPLIERS + 1);
    code.neon(Neon.SUB_4S, half, half, sign);
    code.neon(Neon.ADD_4S, sum, sum, half);
    code.neon(Neon.SCVTF_4S, sum, sum);
    code.neon(Neon.FDIV_4S, sum, sum, MULTIPLIERS);
    code.neon(Neon.FCVTZS_4S, sum, sum);
  }
}
