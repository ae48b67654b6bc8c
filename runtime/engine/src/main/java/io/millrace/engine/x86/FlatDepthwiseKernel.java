package io.millrace.engine.x86;

import static io.millrace.engine.encode.x86.X86Encoder.Condition.NOT_EQUAL;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Parameters;
import io.millrace.engine.machine.Taps;
import io.millrace.program.Window2D;
import java.util.List;

/**
 * Depthwise convolution of few channels with AVX512_VNNI: a row of pixels is one stretch of bytes,
 * and sixty-four of them, several pixels, are worked on at a time. The tap one column on is the
 * same stretch, one pixel's channels further.
 *
 * <p>Taps beside the image are filled in with the input's zero point where a stretch touches the
 * edge.
 */
final class FlatDepthwiseKernel {
  private static final Gpr ROW = Gpr.R8;
  private static final Gpr OUT = Gpr.R9;
  private static final Gpr PARAMETERS = Gpr.RBX;
  private static final Gpr TURNS = Gpr.R12;
  private static final Gpr ROWS = Gpr.R13;
  private static final int BYTES = 64;
  private static final int SUMS = 16;
  private static final int VECTOR = 4 * BYTES;
  private static final Vec PADDING = Vec.of(30);

  private final X86Encoder code;
  private final ConstantPool pool;
  private final ConvolutionSpec spec;
  private final Parameters parameters;
  private final ByteNarrowing narrowing;
  private final List<Taps> rowRuns;
  private int start;

  FlatDepthwiseKernel(
      X86Encoder code, ConstantPool pool, ConvolutionSpec spec, Parameters parameters) {
    this.code = code;
    this.pool = pool;
    this.spec = spec;
    this.parameters = parameters;
    this.narrowing = ByteNarrowing.of(Target.AVX512_VNNI, code, pool, spec, parameters);
    this.rowRuns = spec.rowRuns();
  }

  /** Whether a stretch of sixty-four bytes is a whole number of pixels and columns move by one. */
  static boolean fits(ConvolutionSpec s) {
    Window2D w = s.window();
    return s.outC() < BYTES
        && BYTES % s.outC() == 0
        && s.outC() >= 4
        && w.strideW() == 1
        && w.kernelH() <= 4
        && w.kernelW() <= 5;
  }

  void emit() {
    start = pool.reserve((1 + rowRuns.size() * (1 + spec.window().kernelW())) * VECTOR);
    pack();
    code.lea(PARAMETERS, Mem.at(Registers.CONSTANTS, start));
    int padding = pool.bytes(128 + spec.inputZeroPoint());
    code.simd(Simd.VMOVDQU8_LOAD, Width.Z, PADDING, Mem.at(Registers.CONSTANTS, padding));
    int outRow = spec.outW() * spec.outC();
    code.lea(OUT, Mem.at(Registers.ARENA, spec.outputOffset() + spec.firstRow() * outRow));
    Window2D w = spec.window();
    int rowBytes = spec.inW() * spec.inC();
    for (int r = 0; r < rowRuns.size(); r++) {
      Taps rows = rowRuns.get(r);
      int y = rows.first() * w.strideH() - w.padTop() + rows.from() * w.dilationH();
      code.lea(ROW, Mem.at(Registers.ARENA, spec.inputOffset() + Math.max(0, y) * rowBytes));
      X86Encoder.Label loop = new X86Encoder.Label();
      if (rows.count() > 1) {
        code.mov(ROWS, rows.count());
        code.bind(loop);
      }
      emitRow(r);
      code.add(ROW, w.strideH() * rowBytes - stretches() * BYTES);
      code.add(OUT, outRow - stretches() * BYTES);
      if (rows.count() > 1) {
        code.sub(ROWS, 1);
        code.jump(NOT_EQUAL, loop);
      }
    }
  }

  private int stretches() {
    return Math.ceilDiv(spec.outW() * spec.outC(), BYTES);
  }

  private void emitRow(int r) {
    int n = stretches();
    int b = 0;
    while (b < n) {
      int whole = b;
      while (whole < n && isWhole(whole)) {
        whole++;
      }
      if (whole - b > 1) {
        X86Encoder.Label loop = new X86Encoder.Label();
        code.mov(TURNS, whole - b);
        code.bind(loop);
        emitStretch(r, b);
        code.sub(TURNS, 1);
        code.jump(NOT_EQUAL, loop);
        b = whole;
      } else {
        emitStretch(r, b);
        b++;
      }
    }
  }

  private boolean isWhole(int b) {
    for (int kx = 0; kx < spec.window().kernelW(); kx++) {
      if (inside(b, kx) != -1L) {
        return false;
      }
    }
    return stored(b) == -1L;
  }

  private int shift(int kx) {
    return (kx * spec.window().dilationW() - spec.window().padLeft()) * spec.outC();
  }

  /** Which bytes of stretch {@code b}, tap {@code kx}, lie inside the row. */
  private long inside(int b, int kx) {
    long mask = 0;
    for (int i = 0; i < BYTES; i++) {
      int at = b * BYTES + i + shift(kx);
      if (at >= 0 && at < spec.inW() * spec.inC()) {
        mask |= 1L << i;
      }
    }
    return mask;
  }

  private long stored(int b) {
    int left = spec.outW() * spec.outC() - b * BYTES;
    return left >= BYTES ? -1L : (1L << left) - 1;
  }

  private void emitStretch(int r, int b) {
    for (int i = 0; i < 4; i++) {
      code.simd(
          Simd.VMOVDQU32_LOAD,
          Width.Z,
          Vec.of(SUMS + i),
          Mem.at(PARAMETERS, VECTOR * (1 + r) + i * BYTES));
    }
    int taps = rowRuns.get(r).taps();
    for (int kx = 0; taps > 0 && kx < spec.window().kernelW(); kx++) {
      long mask = inside(b, kx);
      if (mask != -1L) {
        code.mov(Gpr.RAX, mask);
        code.kmovq(2, Gpr.RAX);
      }
      interleave(taps, shift(kx), mask != -1L);
      int weights = VECTOR * (1 + rowRuns.size() + r * spec.window().kernelW() + kx);
      for (int i = 0; i < 4; i++) {
        code.simd(
            Simd.VPDPBUSD,
            Width.Z,
            Vec.of(SUMS + i),
            Vec.of(i),
            Mem.at(PARAMETERS, weights + i * BYTES));
      }
    }
    int lanes = Long.bitCount(stored(b));
    Target.AVX512_VNNI.preparePart(code, lanes, Width.Z);
    narrowing.store(Width.Z, lanes, SUMS, PARAMETERS, OUT, 0);
    code.add(ROW, BYTES);
    code.add(OUT, BYTES);
  }

  /** Quads of {@code taps} rows of one stretch in registers 0 to 3; see {@link DepthwiseKernel}. */
  private void interleave(int taps, int shift, boolean masked) {
    Vec[] row = new Vec[4];
    for (int y = 0; y < taps; y++) {
      row[y] = Vec.of(20 + y);
      int at = shift + y * spec.window().dilationH() * spec.inW() * spec.inC();
      if (masked) {
        code.simd(Simd.VPORD, Width.Z, row[y], PADDING, PADDING);
        code.simd(Simd.VMOVDQU8_LOAD, Width.Z, row[y].masked(2), Mem.at(ROW, at));
      } else {
        code.simd(Simd.VMOVDQU8_LOAD, Width.Z, row[y], Mem.at(ROW, at));
      }
    }
    Vec second = taps > 1 ? row[1] : row[0];
    Vec low = Vec.of(24);
    Vec high = Vec.of(25);
    code.simd(Simd.VPUNPCKLBW, Width.Z, low, row[0], second);
    code.simd(Simd.VPUNPCKHBW, Width.Z, high, row[0], second);
    Vec low2 = low;
    Vec high2 = high;
    if (taps > 2) {
      Vec fourth = taps > 3 ? row[3] : row[2];
      low2 = Vec.of(26);
      high2 = Vec.of(27);
      code.simd(Simd.VPUNPCKLBW, Width.Z, low2, row[2], fourth);
      code.simd(Simd.VPUNPCKHBW, Width.Z, high2, row[2], fourth);
    }
    code.simd(Simd.VPUNPCKLWD, Width.Z, Vec.of(0), low, low2);
    code.simd(Simd.VPUNPCKHWD, Width.Z, Vec.of(1), low, low2);
    code.simd(Simd.VPUNPCKLWD, Width.Z, Vec.of(2), high, high2);
    code.simd(Simd.VPUNPCKHWD, Width.Z, Vec.of(3), high, high2);
  }

  /** Multipliers, a bias for each row run, weights for each row run and column. */
  private void pack() {
    Window2D w = spec.window();
    for (int i = 0; i < 4; i++) {
      for (int lane = 0; lane < BYTES / 4; lane++) {
        int o = (lane / 4 * 16 + i * 4 + lane % 4) % spec.outC();
        int at = start + i * BYTES + lane * 4;
        pool.putFloat(at, parameters.multiplier(o));
        for (int r = 0; r < rowRuns.size(); r++) {
          Taps rows = rowRuns.get(r);
          int sum = 0;
          for (int kx = 0; kx < w.kernelW(); kx++) {
            int weights = at + VECTOR * (1 + rowRuns.size() + r * w.kernelW() + kx);
            for (int ky = rows.from(); ky < rows.to(); ky++) {
              int weight = parameters.weight(o, ky, kx, 0);
              pool.putByte(weights + ky - rows.from(), weight);
              sum += weight;
            }
          }
          pool.putInt(
              at + VECTOR * (1 + r), parameters.bias(o) - (128 + spec.inputZeroPoint()) * sum);
        }
      }
    }
  }
}
