package io.millrace.engine.x86;

import static io.millrace.engine.encode.x86.X86Encoder.Condition.NOT_EQUAL;

import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Parameters;
import io.millrace.engine.machine.Taps;
import io.millrace.program.Operator.MeanArithmetic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Depthwise convolution: up to four taps of a channel side by side in 32 bits, so that one
 * dot-product instruction does them all for a vector of channels.
 *
 * <p>Byte and word unpacks interleave four vectors of taps into four registers of quads; the packs
 * of the requantization undo the order, so that weights, biases and multipliers are simply kept in
 * it. Where windows overlap, the quads of a column serve all outputs that touch it, and the weights
 * stay in registers.
 */
final class DepthwiseKernel extends WindowKernel {

  /** Columns of taps whose weights fit the registers beside them. */
  private static final int HELD_COLUMNS = 3;

  // with 32 registers, 0 to 15 hold the quads of up to four columns; otherwise 0 to 3 those of one
  private final int sums;
  private final int temporaries;
  private final ConstantPool pool;
  private final Parameters parameters;
  private final ByteNarrowing narrowing;
  private final boolean reuse;
  private final Mean mean;
  private Packed packed;

  /** A depthwise convolution; {@code inC} equals {@code outC}. */
  DepthwiseKernel(
      Target target,
      X86Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Parameters parameters) {
    this(target, code, pool, spec, parameters, null);
  }

  private DepthwiseKernel(
      Target target,
      X86Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Parameters parameters,
      Mean mean) {
    super(target, code, spec);
    this.sums = target.isEvex() ? 16 : 4;
    this.temporaries = target.isEvex() ? 20 : 8;
    this.pool = pool;
    this.parameters = parameters;
    this.mean = mean;
    this.narrowing = ByteNarrowing.of(target, code, pool, spec, parameters);
    var w = spec.window();
    this.reuse =
        target.isEvex()
            && w.strideW() < w.kernelW()
            && w.dilationW() == 1
            && w.kernelH() <= 4
            && w.kernelW() <= 4
            && w.kernelW() > 1;
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
      Target target,
      X86Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      MeanArithmetic rule,
      float multiplier) {
    var ones = Parameters.ones(rule == MeanArithmetic.FLOAT_HALF_EVEN ? multiplier : 0);
    if (rule == MeanArithmetic.FLOAT_HALF_EVEN) {
      return new DepthwiseKernel(target, code, pool, spec, ones, null);
    }
    int count = spec.window().kernelH() * spec.window().kernelW();
    float offset = spec.outputZeroPoint() - (float) (spec.inputZeroPoint() * count) * multiplier;
    return new DepthwiseKernel(
        target, code, pool, spec.withoutZeroPoints(), ones, new Mean(rule, multiplier, offset));
  }

  @Override
  boolean slides(int r, int c) {
    Taps columns = columnRuns.get(c);
    return reuse && columns.count() > 1 && columns.taps() > 1 && rowRuns.get(r).taps() > 0;
  }

  @Override
  void emitPixel(Width width, int lanes, int r, int c) {
    loadBias(width, r, c);
    emitQuads(width, r, c);
    store(width, lanes, r, c, 0);
  }

  private void store(Width width, int lanes, int r, int c, int offset) {
    if (mean != null && mean.rule == MeanArithmetic.FLOAT_HALF_AWAY) {
      narrowing.storeMean(width, lanes, sums, mean.multiplier, mean.offset, OUT, offset);
    } else if (mean != null) {
      int count = Math.max(1, rowRuns.get(r).taps() * columnRuns.get(c).taps());
      narrowing.storeMean(width, lanes, sums, count, OUT, offset);
    } else {
      narrowing.store(width, lanes, sums, PARAMETERS, OUT, offset);
    }
  }

  /**
   * Neighbouring outputs whose windows overlap: each column is interleaved once. The registers of
   * columns are used in turn, so that the pattern repeats after as many outputs as there are taps.
   */
  @Override
  void emitSliding(Width width, int lanes, int r, int c) {
    Taps columns = columnRuns.get(c);
    int taps = columns.taps();
    int stride = spec.window().strideW();
    if (taps <= HELD_COLUMNS) {
      for (int k = 0; k < taps; k++) {
        for (int i = 0; i < 4; i++) {
          code.simd(target.load(), width, held(k, i), weights(r, columns.from() + k, i));
        }
      }
    }
    for (int k = 0; k < taps - stride; k++) {
      interleaveColumn(width, r, k * spec.inC(), k * 4);
    }
    int turns = columns.count() / taps;
    X86Encoder.Label loop = new X86Encoder.Label();
    if (turns > 1) {
      code.mov(COLUMNS, turns);
      code.bind(loop);
    }
    if (turns > 0) {
      for (int x = 0; x < taps; x++) {
        emitSlide(width, lanes, r, c, x);
      }
      code.add(PIXELS, taps * stride * spec.inC());
      code.add(OUT, taps * spec.outC());
    }
    if (turns > 1) {
      code.sub(COLUMNS, 1);
      code.jump(NOT_EQUAL, loop);
    }
    int rest = columns.count() - turns * taps;
    for (int x = 0; x < rest; x++) {
      emitSlide(width, lanes, r, c, x);
    }
    if (rest > 0) {
      code.add(PIXELS, rest * stride * spec.inC());
      code.add(OUT, rest * spec.outC());
    }
  }

  private void emitSlide(Width width, int lanes, int r, int c, int x) {
    Taps columns = columnRuns.get(c);
    int taps = columns.taps();
    int stride = spec.window().strideW();
    for (int fresh = x * stride + Math.max(0, taps - stride); fresh < x * stride + taps; fresh++) {
      interleaveColumn(width, r, fresh * spec.inC(), fresh % taps * 4);
    }
    loadBias(width, r, c);
    for (int k = 0; k < taps; k++) {
      int column = (x * stride + k) % taps * 4;
      for (int i = 0; i < 4; i++) {
        Vec sum = Vec.of(sums + i);
        Vec quads = Vec.of(column + i);
        if (taps <= HELD_COLUMNS) {
          code.simd(Simd.VPDPBUSD, width, sum, quads, held(k, i));
        } else {
          code.simd(Simd.VPDPBUSD, width, sum, quads, weights(r, columns.from() + k, i));
        }
      }
    }
    store(width, lanes, r, c, x * spec.outC());
  }

  private Mem weights(int r, int kx, int i) {
    return Mem.at(PARAMETERS, packed.slidingWeights(r, kx, i));
  }

  /**
   * Where weights stay over a row of outputs: beside so many columns of quads, sums and temporaries
   * twelve registers are free. Reading them each time would be half of all reads.
   */
  private static Vec held(int k, int i) {
    int register = k * 4 + i;
    return Vec.of(register < 4 ? 12 + register : 20 + register);
  }

  private void loadBias(Width width, int r, int c) {
    for (int i = 0; i < 4; i++) {
      code.simd(target.load(), width, Vec.of(sums + i), Mem.at(PARAMETERS, packed.bias(r, c, i)));
    }
  }

  /** All taps of the runs, as many at a time as a dot product takes, without reuse. */
  private void emitQuads(Width width, int r, int c) {
    int[] addresses = tapAddresses(r, c);
    int depth = target.depth();
    for (int q = 0; q * depth < addresses.length; q++) {
      int n = Math.min(depth, addresses.length - q * depth);
      int[] taps = Arrays.copyOfRange(addresses, q * depth, q * depth + n);
      if (target == Target.AVX2) {
        emitPair(width, taps, r, c, q);
        continue;
      }
      interleave(width, taps, 0);
      for (int i = 0; i < 4; i++) {
        code.simd(
            Simd.VPDPBUSD,
            width,
            Vec.of(sums + i),
            Vec.of(i),
            Mem.at(PARAMETERS, packed.quadWeights(r, c, q, i)));
      }
    }
  }

  /** AVX2: two taps side by side as 16 bits, half a vector of bytes at a time. */
  private void emitPair(Width width, int[] taps, int r, int c, int q) {
    Vec first = Vec.of(temporaries);
    Vec second = Vec.of(temporaries + 1);
    Vec mixed = Vec.of(temporaries + 2);
    for (int half = 0; half < 2; half++) {
      int skip = half * width.bytes() / 2;
      code.simd(Simd.VPMOVZXBW, width, first, Mem.at(PIXELS, taps[0] + skip));
      Vec other = first;
      if (taps.length > 1) {
        other = second;
        code.simd(Simd.VPMOVZXBW, width, second, Mem.at(PIXELS, taps[1] + skip));
      }
      for (int part = 0; part < 2; part++) {
        int i = half * 2 + part;
        Vec sum = Vec.of(sums + i);
        Simd unpack = part == 0 ? Simd.VPUNPCKLWD : Simd.VPUNPCKHWD;
        code.simd(unpack, width, mixed, first, other);
        Mem weights = Mem.at(PARAMETERS, packed.quadWeights(r, c, q, i));
        code.simd(Simd.VPMADDWD, width, mixed, mixed, weights);
        code.simd(Simd.VPADDD, width, sum, sum, mixed);
      }
    }
  }

  /** The channel of a block that lane {@code lane} of sum register {@code i} stands for. */
  private int channel(Width width, int i, int lane) {
    if (target == Target.AVX2) {
      int perHalf = width.bytes() / 2;
      return i / 2 * perHalf + lane / 4 * 8 + i % 2 * 4 + lane % 4;
    }
    return lane / 4 * 16 + i * 4 + lane % 4;
  }

  private void interleaveColumn(Width width, int r, int offset, int into) {
    var w = spec.window();
    int[] rows = new int[rowRuns.get(r).taps()];
    for (int y = 0; y < rows.length; y++) {
      rows[y] = offset + y * w.dilationH() * spec.inW() * spec.inC();
    }
    interleave(width, rows, into);
  }

  /**
   * Loads one to four vectors of taps and leaves their quads in registers {@code into} to {@code
   * into + 3}; absent taps hold copies, which weights of zero cancel.
   */
  private void interleave(Width width, int[] taps, int into) {
    Vec t0 = Vec.of(temporaries);
    Vec t1 = Vec.of(temporaries + 1);
    Vec t2 = Vec.of(temporaries + 2);
    Vec t3 = Vec.of(temporaries + 3);
    code.simd(target.load(), width, t0, Mem.at(PIXELS, taps[0]));
    pair(width, t1, t0, taps, 1);
    Vec low = t1;
    Vec high = t0;
    Vec low2 = t1;
    Vec high2 = t0;
    if (taps.length > 2) {
      code.simd(target.load(), width, t2, Mem.at(PIXELS, taps[2]));
      pair(width, t3, t2, taps, 3);
      low2 = t3;
      high2 = t2;
    }
    code.simd(Simd.VPUNPCKLWD, width, Vec.of(into), low, low2);
    code.simd(Simd.VPUNPCKHWD, width, Vec.of(into + 1), low, low2);
    code.simd(Simd.VPUNPCKLWD, width, Vec.of(into + 2), high, high2);
    code.simd(Simd.VPUNPCKHWD, width, Vec.of(into + 3), high, high2);
  }

  /**
   * Interleaves {@code loaded} with tap {@code other} (or itself) into {@code low} and {@code
   * loaded}.
   */
  private void pair(Width width, Vec low, Vec loaded, int[] taps, int other) {
    if (other < taps.length) {
      Mem second = Mem.at(PIXELS, taps[other]);
      code.simd(Simd.VPUNPCKLBW, width, low, loaded, second);
      code.simd(Simd.VPUNPCKHBW, width, loaded, loaded, second);
    } else {
      code.simd(Simd.VPUNPCKLBW, width, low, loaded, loaded);
      code.simd(Simd.VPUNPCKHBW, width, loaded, loaded, loaded);
    }
  }

  /** Multipliers (4 registers), then biases for each pair of runs, then weights. */
  private final class Packed {
    final Width width;
    int offset;
    int stride;
    private final List<Integer> quadStarts = new ArrayList<>();
    private final int slidingStart;

    Packed(Width width) {
      this.width = width;
      int at = 4 * width.bytes() * (1 + rowRuns.size() * columnRuns.size());
      for (int r = 0; r < rowRuns.size(); r++) {
        for (int c = 0; c < columnRuns.size(); c++) {
          quadStarts.add(at);
          int taps = rowRuns.get(r).taps() * columnRuns.get(c).taps();
          int n = Math.ceilDiv(taps, target.depth());
          at += n * 4 * width.bytes();
        }
      }
      this.slidingStart = at;
      at += rowRuns.size() * spec.window().kernelW() * 4 * width.bytes();
      this.stride = Math.ceilDiv(at, 64) * 64;
    }

    int multiplier(int i) {
      return i * width.bytes();
    }

    int bias(int r, int c, int i) {
      return ((1 + r * columnRuns.size() + c) * 4 + i) * width.bytes();
    }

    int quadWeights(int r, int c, int q, int i) {
      return quadStarts.get(r * columnRuns.size() + c) + (q * 4 + i) * width.bytes();
    }

    int slidingWeights(int r, int kx, int i) {
      return slidingStart + ((r * spec.window().kernelW() + kx) * 4 + i) * width.bytes();
    }
  }

  @Override
  int prepare(int firstChannel, int count, Width width) {
    Packed p = new Packed(width);
    packed = p;
    p.offset = pool.reserve(Math.multiplyExact(p.stride, count));
    for (int b = 0; b < count; b++) {
      int at = p.offset + b * p.stride;
      int channel = firstChannel + b * width.bytes();
      for (int i = 0; i < 4; i++) {
        for (int lane = 0; lane < width.bytes() / 4; lane++) {
          int o = channel + channel(width, i, lane);
          if (o < spec.outC()) {
            packChannel(p, at, o, i, lane * 4);
          }
        }
      }
    }
    return p.offset;
  }

  @Override
  int stride() {
    return packed.stride;
  }

  private void packChannel(Packed p, int at, int o, int i, int lane) {
    pool.putFloat(at + p.multiplier(i) + lane, parameters.multiplier(o));
    int kh = spec.window().kernelH();
    int kw = spec.window().kernelW();
    int[] weights = new int[kw * kh];
    for (int kx = 0; kx < kw; kx++) {
      for (int ky = 0; ky < kh; ky++) {
        weights[kx * kh + ky] = parameters.weight(o, ky, kx, 0);
      }
    }
    for (int r = 0; r < rowRuns.size(); r++) {
      Taps rows = rowRuns.get(r);
      for (int c = 0; c < columnRuns.size(); c++) {
        int sum = packTaps(p, weights, r, c, at + lane, i);
        pool.putInt(
            at + p.bias(r, c, i) + lane, parameters.bias(o) - (128 + spec.inputZeroPoint()) * sum);
      }
      for (int kx = 0; reuse && kx < kw; kx++) {
        int word = at + p.slidingWeights(r, kx, i) + lane - rows.from();
        for (int ky = rows.from(); ky < rows.to(); ky++) {
          pool.putByte(word + ky, weights[kx * kh + ky]);
        }
      }
    }
  }

  /** The taps of a pair of runs side by side, where they are read so; returns their sum. */
  private int packTaps(Packed p, int[] weights, int r, int c, int at, int i) {
    Taps rows = rowRuns.get(r);
    Taps columns = columnRuns.get(c);
    boolean quads = !slides(r, c);
    int depth = target.depth();
    int kh = spec.window().kernelH();
    int sum = 0;
    int n = 0;
    for (int kx = columns.from(); kx < columns.to(); kx++) {
      for (int ky = rows.from(); ky < rows.to(); ky++) {
        int weight = weights[kx * kh + ky];
        sum += weight;
        if (!quads) {
          continue;
        }
        int word = at + p.quadWeights(r, c, n / depth, i);
        if (target == Target.AVX2) {
          pool.putShort(word + n % 2 * 2, weight);
        } else {
          pool.putByte(word + n % 4, weight);
        }
        n++;
      }
    }
    return sum;
  }
}
