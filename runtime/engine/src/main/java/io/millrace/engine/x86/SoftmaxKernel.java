package io.millrace.engine.x86;

import static io.millrace.engine.encode.x86.X86Encoder.Condition.ABOVE_OR_EQUAL;
import static io.millrace.engine.encode.x86.X86Encoder.Condition.NOT_EQUAL;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.program.Operator.SoftmaxArithmetic;

/**
 * Softmax over the last axis. The sum is taken element by element, as the definition's order of
 * single precision additions demands; scaling and rounding are a vector wide. The exponentials of a
 * row wait in scratch.
 */
final class SoftmaxKernel {
  private static final Gpr IN = Gpr.R8;
  private static final Gpr OUT = Gpr.R9;
  private static final Gpr TABLE = Gpr.R10;
  private static final Gpr J = Gpr.RAX;
  private static final Gpr X = Gpr.RCX;
  private static final Gpr MAX = Gpr.R11;
  private static final Gpr ROWS = Gpr.R12;
  private final Target target;
  private final Width width;
  private final int lanes;
  private final X86Encoder code;
  private final ConstantPool pool;

  SoftmaxKernel(Target target, X86Encoder code, ConstantPool pool) {
    this.target = target;
    this.width = target.width();
    this.lanes = target.lanes();
    this.code = code;
    this.pool = pool;
  }

  /** Bytes of scratch that rows of {@code last} elements need. */
  static int scratchBytes(int last) {
    return Math.ceilDiv(last, 16) * 16 * 4;
  }

  /**
   * Writes the kernel for {@code rows} rows.
   *
   * @param table 256 exponentials
   * @param rows how many rows of {@code last} elements
   */
  void emit(
      int input,
      int output,
      int rows,
      int last,
      float[] table,
      SoftmaxArithmetic rule,
      float yScale,
      int zy) {
    int tableAt = pool.reserve(256 * 4);
    for (int i = 0; i < 256; i++) {
      pool.putFloat(tableAt + i * 4, table[i]);
    }
    ByteNarrowing narrowing = ByteNarrowing.of(target, code, pool, zy, -128, 127, 0);
    code.lea(IN, Mem.at(Registers.ARENA, input));
    code.lea(OUT, Mem.at(Registers.ARENA, output));
    X86Encoder.Label loop = new X86Encoder.Label();
    code.mov(ROWS, rows);
    code.bind(loop);
    emitMax(last);
    emitSum(last, tableAt);
    emitScale(last, rule, yScale, narrowing);
    code.add(IN, last);
    code.add(OUT, last);
    code.sub(ROWS, 1);
    code.jump(NOT_EQUAL, loop);
  }

  private void emitMax(int last) {
    X86Encoder.Label loop = new X86Encoder.Label();
    X86Encoder.Label smaller = new X86Encoder.Label();
    code.mov(MAX, 0L);
    code.mov(J, 0L);
    code.bind(loop);
    code.loadUnsigned8(X, Mem.at(IN, J, 1, 0));
    code.cmp(MAX, X);
    code.jump(ABOVE_OR_EQUAL, smaller);
    code.mov(MAX, X);
    code.bind(smaller);
    code.add(J, 1);
    code.cmp(J, last);
    code.jump(NOT_EQUAL, loop);
  }

  private void emitSum(int last, int tableAt) {
    code.mov(TABLE, 255L);
    code.sub(TABLE, MAX);
    code.lea(TABLE, Mem.at(Registers.CONSTANTS, TABLE, 4, tableAt));
    Vec sum = Vec.of(0);
    Vec e = Vec.of(1);
    code.simd(target.xor(), width, sum, sum, sum);
    X86Encoder.Label loop = new X86Encoder.Label();
    code.mov(J, 0L);
    code.bind(loop);
    code.loadUnsigned8(X, Mem.at(IN, J, 1, 0));
    code.simd(Simd.VMOVSS_LOAD, Width.X, e, Mem.at(TABLE, X, 4, 0));
    code.simd(Simd.VMOVSS_STORE, Width.X, e, Mem.at(Registers.SCRATCH, J, 4, Target.TAIL_BYTES));
    code.simd(Simd.VADDSS, Width.X, sum, sum, e);
    code.add(J, 1);
    code.cmp(J, last);
    code.jump(NOT_EQUAL, loop);
  }

  private void emitScale(int last, SoftmaxArithmetic rule, float yScale, ByteNarrowing narrowing) {
    boolean reciprocal = rule == SoftmaxArithmetic.RECIPROCAL_HALF_AWAY;
    Vec factor = Vec.of(0);
    if (reciprocal) {
      Vec one = Vec.of(1);
      code.simd(Simd.VMULSS, Width.X, factor, factor, floats(yScale));
      code.simd(Simd.VMOVSS_LOAD, Width.X, one, floats(1));
      code.simd(Simd.VDIVSS, Width.X, factor, one, factor);
    }
    code.simd(Simd.VPBROADCASTD, width, factor, factor);
    Mem levels = floats((float) Math.floor(1 / yScale));
    Mem order = Mem.at(Registers.CONSTANTS, target.narrowingOrder(pool));
    code.simd(target.load(), width, Vec.of(5), order);
    int turns = Math.ceilDiv(last, lanes);
    int rest = last - (turns - 1) * lanes;

    code.mov(J, 0L);
    if (turns > 1) {
      X86Encoder.Label loop = new X86Encoder.Label();
      code.bind(loop);
      emitVector(reciprocal, levels, narrowing);
      store(lanes);
      code.add(J, lanes);
      code.cmp(J, (turns - 1) * lanes);
      code.jump(NOT_EQUAL, loop);
    }
    emitVector(reciprocal, levels, narrowing);
    store(rest);
  }

  /**
   * The first {@code bytes} of register 1; the last store of a row, of a part, overwrites X and J.
   */
  private void store(int bytes) {
    Mem to = Mem.at(OUT, J, 1, 0);
    if (bytes == 16) {
      code.simd(target.store(), Width.X, Vec.of(1), to);
    } else if (bytes == 8) {
      code.simd(Simd.VMOVQ_STORE, Width.X, Vec.of(1), to);
    } else {
      code.lea(X, to);
      code.simd(target.store(), Width.X, Vec.of(1), Mem.at(Registers.SCRATCH, 0));
      Target.copyBytes(code, Mem.at(Registers.SCRATCH, 0), Mem.at(X, 0), bytes);
    }
  }

  /** A vector of exponentials at J into bytes in register 1. */
  private void emitVector(boolean reciprocal, Mem levels, ByteNarrowing narrowing) {
    Vec v = Vec.of(1);
    Vec whole = Vec.of(2);
    Vec part = Vec.of(3);
    code.simd(target.load(), width, v, Mem.at(Registers.SCRATCH, J, 4, Target.TAIL_BYTES));
    if (reciprocal) {
      // half away from zero of a number that is not negative: the doubled fraction is exact
      code.simd(Simd.VMULPS, width, v, v, Vec.of(0));
      code.simd(Simd.VCVTTPS2DQ, width, whole, v);
      code.simd(Simd.VCVTDQ2PS, width, part, whole);
      code.simd(Simd.VSUBPS, width, part, v, part);
      code.simd(Simd.VADDPS, width, part, part, part);
      code.simd(Simd.VCVTTPS2DQ, width, part, part);
      code.simd(Simd.VPADDD, width, v, whole, part);
    } else {
      code.simd(Simd.VMULPS, width, v, v, levels);
      code.simd(Simd.VDIVPS, width, v, v, Vec.of(0));
      code.simd(Simd.VCVTPS2DQ, width, v, v);
    }
    narrowing.narrow(width, 1, 1);
    code.simd(Simd.VPERMD, width, v, Vec.of(5), v);
  }

  private Mem floats(float value) {
    return Mem.at(Registers.CONSTANTS, pool.floats(value));
  }
}
