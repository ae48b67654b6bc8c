package io.millrace.engine.x86;

import static io.millrace.engine.encode.x86.X86Encoder.Condition.NOT_EQUAL;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.Operands;
import io.millrace.program.Operator;

/**
 * Sums and products of two tensors of one shape, copies, and the change between stored bytes and
 * stored bytes plus 128: sixty-four elements at a time, the rest under a mask.
 */
final class ElementwiseKernel {
  private static final Gpr A = Gpr.R8;
  private static final Gpr B = Gpr.R9;
  private static final Gpr OUT = Gpr.R10;
  private static final Gpr TURNS = Gpr.R11;

  private final Target target;
  private final Width width;
  private final Vec order;

  /** Operands of a loop that stay in registers. */
  private final Vec kept;

  private final Vec kept2;
  private final X86Encoder code;
  private final ConstantPool pool;

  ElementwiseKernel(Target target, X86Encoder code, ConstantPool pool) {
    this.target = target;
    this.width = target.width();
    this.order = target.last();
    this.kept = Vec.of(order.number() - 1);
    this.kept2 = Vec.of(order.number() - 2);
    this.code = code;
    this.pool = pool;
  }

  private interface Body {
    /** Leaves a vector of bytes for {@link #OUT} in register 0. */
    void emit();
  }

  /** {@link Operator.AddArithmetic.FixedPoint}. */
  void addFixed(
      Operands at,
      Operator.AddArithmetic.FixedPoint rule,
      int za,
      int zb,
      int zy,
      int clampMin,
      int clampMax) {
    ByteNarrowing narrowing = ByteNarrowing.of(target, code, pool, zy, clampMin, clampMax, 0);
    int offset =
        (1 << (rule.shift() - 1))
            - (128 + za) * rule.multiplierA()
            - (128 + zb) * rule.multiplierB();
    Mem ma = constant(pool.ints(rule.multiplierA()));
    Mem mb = constant(pool.ints(rule.multiplierB()));
    Mem bias = constant(pool.ints(offset));
    begin(at);
    code.simd(target.load(), width, kept, ma);
    code.simd(target.load(), width, kept2, mb);

    loop(
        at.elements(),
        () -> {
          for (int i = 0; i < 4; i++) {
            Vec a = Vec.of(i);
            Vec b = Vec.of(4 + i);
            widen(a, b, i);
            code.simd(Simd.VPMULLD, width, a, a, kept);
            code.simd(Simd.VPMULLD, width, b, b, kept2);
            code.simd(Simd.VPADDD, width, a, a, bias);
            code.simd(Simd.VPADDD, width, a, a, b);
            code.simd(Simd.VPSRAD_IMM, width, a, a, rule.shift());
          }
          narrowInOrder(narrowing);
        });
  }

  /** {@link Operator.AddArithmetic.FloatingPoint}. */
  void addFloating(
      Operands at, Operator.AddArithmetic.FloatingPoint rule, int clampMin, int clampMax) {
    ByteNarrowing narrowing = ByteNarrowing.of(target, code, pool, 0, clampMin, clampMax, 0);
    Mem shift = constant(pool.ints(128));
    Mem limit = constant(pool.floats(32767f));
    begin(at);
    code.simd(target.load(), width, kept, constant(pool.floats(rule.ratioA())));
    code.simd(target.load(), width, kept2, constant(pool.floats(rule.ratioB())));
    Mem offset = constant(pool.floats(rule.offset()));
    loop(
        at.elements(),
        () -> {
          for (int i = 0; i < 4; i++) {
            Vec a = Vec.of(8);
            Vec b = Vec.of(9);
            Vec sum = Vec.of(i);
            widen(a, b, i);
            code.simd(Simd.VPSUBD, width, a, a, shift);
            code.simd(Simd.VPSUBD, width, b, b, shift);
            code.simd(Simd.VCVTDQ2PS, width, a, a);
            code.simd(Simd.VCVTDQ2PS, width, b, b);
            code.simd(target.load(), width, sum, offset);
            code.simd(Simd.VFMADD231PS, width, sum, b, kept2);
            code.simd(Simd.VFMADD231PS, width, sum, a, kept);
            code.simd(Simd.VMINPS, width, sum, sum, limit);
            code.simd(Simd.VCVTPS2DQ, width, sum, sum);
          }
          narrowInOrder(narrowing);
        });
  }

  /** {@link Operator.Mul}. */
  void mul(Operands at, Operator.Mul op, int za, int zb, int zy) {
    boolean early = op.rule() == Operator.MulArithmetic.ZERO_POINT_BEFORE_ROUNDING;
    ByteNarrowing narrowing =
        ByteNarrowing.of(target, code, pool, early ? 0 : zy, op.clampMin(), op.clampMax(), 0);
    Mem shiftA = constant(pool.ints(128 + za));
    Mem shiftB = constant(pool.ints(128 + zb));
    Mem scale = constant(pool.floats(op.multiplier()));
    Mem zero = constant(pool.floats(zy));
    Mem limit = constant(pool.floats(32767f));
    begin(at);
    loop(
        at.elements(),
        () -> {
          for (int i = 0; i < 4; i++) {
            Vec a = Vec.of(i);
            Vec b = Vec.of(4 + i);
            widen(a, b, i);
            code.simd(Simd.VPSUBD, width, a, a, shiftA);
            code.simd(Simd.VPSUBD, width, b, b, shiftB);
            code.simd(Simd.VPMULLD, width, a, a, b);
            code.simd(Simd.VCVTDQ2PS, width, a, a);
            code.simd(Simd.VMULPS, width, a, a, scale);
            if (early) {
              code.simd(Simd.VADDPS, width, a, a, zero);
            }
            code.simd(Simd.VMINPS, width, a, a, limit);
            code.simd(Simd.VCVTPS2DQ, width, a, a);
          }
          narrowInOrder(narrowing);
        });
  }

  /** Copies bytes. */
  void copy(int from, int to, int bytes) {
    begin(new Operands(from, from, to, bytes));
    loop(bytes, () -> code.simd(target.load(), width, Vec.of(0), Mem.at(A, 0)));
  }

  /** Turns stored bytes into stored bytes plus 128, or back, from {@code from} to {@code to}. */
  void flip(int from, int to, int bytes) {
    Mem top = constant(pool.bytes(0x80));
    begin(new Operands(from, from, to, bytes));
    code.simd(target.load(), width, kept, top);
    loop(bytes, () -> code.simd(target.xor(), width, Vec.of(0), kept, Mem.at(A, 0)));
  }

  /** Replaces each byte by its entry of {@code table}. */
  void lookup(int from, int to, int bytes, byte[] table) {
    int at = pool.reserve(256);
    for (int i = 0; i < 256; i++) {
      pool.putByte(at + i, table[i]);
    }
    code.lea(A, Mem.at(Registers.ARENA, from));
    code.lea(OUT, Mem.at(Registers.ARENA, to));
    code.lea(B, constant(at));
    int unroll = bytes % 4 == 0 ? 4 : 1;
    code.mov(TURNS, bytes / unroll);
    X86Encoder.Label loop = new X86Encoder.Label();
    code.bind(loop);
    for (int i = 0; i < unroll; i++) {
      code.loadUnsigned8(Gpr.RAX, Mem.at(A, i));
      code.loadUnsigned8(Gpr.RAX, Mem.at(B, Gpr.RAX, 1, 0));
      code.store8(Mem.at(OUT, i), Gpr.RAX);
    }
    code.add(A, unroll);
    code.add(OUT, unroll);
    code.sub(TURNS, 1);
    code.jump(NOT_EQUAL, loop);
  }

  private void begin(Operands at) {
    code.lea(A, Mem.at(Registers.ARENA, at.a()));
    code.lea(B, Mem.at(Registers.ARENA, at.b()));
    code.lea(OUT, Mem.at(Registers.ARENA, at.out()));
    code.simd(target.load(), width, order, constant(target.narrowingOrder(pool)));
  }

  private void widen(Vec a, Vec b, int i) {
    code.simd(Simd.VPMOVZXBD, width, a, Mem.at(A, i * width.bytes() / 4));
    code.simd(Simd.VPMOVZXBD, width, b, Mem.at(B, i * width.bytes() / 4));
  }

  private void narrowInOrder(ByteNarrowing narrowing) {
    narrowing.narrow(width, 0, 4);
    code.simd(Simd.VPERMD, width, Vec.of(0), order, Vec.of(0));
  }

  private void loop(int elements, Body body) {
    int turns = elements / width.bytes();
    X86Encoder.Label loop = new X86Encoder.Label();
    if (turns > 0) {
      code.mov(TURNS, turns);
      code.bind(loop);
      body.emit();
      code.simd(target.store(), width, Vec.of(0), Mem.at(OUT, 0));
      code.add(A, width.bytes());
      code.add(B, width.bytes());
      code.add(OUT, width.bytes());
      code.sub(TURNS, 1);
      code.jump(NOT_EQUAL, loop);
    }
    int rest = elements % width.bytes();
    if (rest > 0) {
      body.emit();
      target.preparePart(code, rest, width);
      target.storePart(code, width, Vec.of(0), Mem.at(OUT, 0), rest);
    }
  }

  private static Mem constant(int offset) {
    return Mem.at(Registers.CONSTANTS, offset);
  }
}
