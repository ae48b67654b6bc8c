package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.Neon;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.Operands;
import io.millrace.program.Operator;

/** Sums and products of two tensors of one shape, and tables: sixteen elements at a time. */
final class ElementwiseKernel {
  private static final X A = X.X3;
  private static final X B = X.X4;
  private static final X OUT = X.X5;
  private static final X TURNS = X.X6;
  private static final int BLOCK = 16;

  /** From here on registers hold constants of a loop. */
  private static final int KEPT = 16;

  private final A64Encoder code;
  private final ConstantPool pool;

  ElementwiseKernel(A64Encoder code, ConstantPool pool) {
    this.code = code;
    this.pool = pool;
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
    int offset = (1 << (rule.shift() - 1)) - za * rule.multiplierA() - zb * rule.multiplierB();
    keep(0, pool.ints(rule.multiplierA()));
    keep(1, pool.ints(rule.multiplierB()));
    keep(2, pool.ints(offset));
    arithmetic(
        at,
        new Narrowing(code, zy, clampMin, clampMax),
        (a, b) -> {
          code.neon(Neon.MUL_4S, a, a, KEPT);
          code.neon(Neon.ADD_4S, a, a, KEPT + 2);
          code.neon(Neon.MLA_4S, a, b, KEPT + 1);
          code.shiftRight32(a, a, rule.shift());
        });
  }

  /** {@link Operator.AddArithmetic.FloatingPoint}. */
  void addFloating(
      Operands at, Operator.AddArithmetic.FloatingPoint rule, int clampMin, int clampMax) {
    keep(0, pool.floats(rule.ratioA()));
    keep(1, pool.floats(rule.ratioB()));
    keep(2, pool.floats(rule.offset()));
    int sum = KEPT + 3;
    arithmetic(
        at,
        new Narrowing(code, 0, clampMin, clampMax),
        (a, b) -> {
          code.neon(Neon.SCVTF_4S, a, a);
          code.neon(Neon.SCVTF_4S, b, b);
          code.mov(sum, KEPT + 2);
          code.neon(Neon.FMLA_4S, sum, b, KEPT + 1);
          code.neon(Neon.FMLA_4S, sum, a, KEPT);
          code.neon(Neon.FCVTNS_4S, a, sum);
        });
  }

  /** {@link Operator.Mul}. */
  void mul(Operands at, Operator.Mul op, int za, int zb, int zy) {
    boolean early = op.rule() == Operator.MulArithmetic.ZERO_POINT_BEFORE_ROUNDING;
    keep(0, pool.ints(za));
    keep(1, pool.ints(zb));
    keep(2, pool.floats(op.multiplier()));
    keep(3, pool.floats(zy));
    arithmetic(
        at,
        new Narrowing(code, early ? 0 : zy, op.clampMin(), op.clampMax()),
        (a, b) -> {
          code.neon(Neon.SUB_4S, a, a, KEPT);
          code.neon(Neon.SUB_4S, b, b, KEPT + 1);
          code.neon(Neon.MUL_4S, a, a, b);
          code.neon(Neon.SCVTF_4S, a, a);
          code.neon(Neon.FMUL_4S, a, a, KEPT + 2);
          if (early) {
            code.neon(Neon.FADD_4S, a, a, KEPT + 3);
          }
          code.neon(Neon.FCVTNS_4S, a, a);
        });
  }

  private void keep(int index, int constant) {
    code.loadQ(KEPT + index, Registers.CONSTANTS, constant);
  }

  private interface Lanes {
    /** Leaves four integers for four elements of each operand in the first register. */
    void emit(int a, int b);
  }

  private void arithmetic(Operands at, Narrowing narrowing, Lanes lanes) {
    narrowing.load(Registers.CONSTANTS, narrowing.put(pool));
    code.add(A, Registers.ARENA, at.a());
    code.add(B, Registers.ARENA, at.b());
    code.add(OUT, Registers.ARENA, at.out());
    loop(
        at.elements(),
        () -> {
          widen(0, A);
          widen(4, B);
          for (int i = 0; i < 4; i++) {
            lanes.emit(i, 4 + i);
          }
          narrowing.narrow(0, 4);
        });
  }

  /** Sixteen bytes as 32 bits each in four registers. */
  private void widen(int first, X from) {
    code.loadQThenAdd(first, from, BLOCK);
    code.neon(Neon.SSHLL2_8H, first + 2, first);
    code.neon(Neon.SSHLL_8H, first, first);
    code.neon(Neon.SSHLL2_4S, first + 3, first + 2);
    code.neon(Neon.SSHLL_4S, first + 2, first + 2);
    code.neon(Neon.SSHLL2_4S, first + 1, first);
    code.neon(Neon.SSHLL_4S, first, first);
  }

  /** Replaces each byte by its entry of {@code table}, which four registers of four hold. */
  void lookup(int from, int to, int bytes, byte[] table) {
    int at = pool.reserve(256);
    pool.putBytes(at, table);
    code.add(A, Registers.CONSTANTS, at);
    for (int i = 0; i < 16; i++) {
      code.loadQ(KEPT + i, A, i * 16);
    }
    int step = 2;
    code.loadQ(step, Registers.CONSTANTS, pool.bytes(64));
    code.add(A, Registers.ARENA, from);
    code.add(OUT, Registers.ARENA, to);
    loop(
        bytes,
        () -> {
          code.loadQThenAdd(1, A, BLOCK);
          code.tableLookup(0, KEPT, 1);
          for (int part = 1; part < 4; part++) {
            code.neon(Neon.SUB_16B, 1, 1, step);
            code.tableExtend(0, KEPT + 4 * part, 1);
          }
        });
  }

  /** {@code body} moves the operands' pointers and leaves sixteen bytes in register 0. */
  private void loop(int elements, Runnable body) {
    int turns = elements / BLOCK;
    if (turns > 0) {
      A64Encoder.Label loop = new A64Encoder.Label();
      code.mov(TURNS, turns);
      code.bind(loop);
      body.run();
      code.storeQ(0, OUT, 0);
      code.add(OUT, OUT, BLOCK);
      Registers.loop(code, TURNS, loop);
    }
    int rest = elements % BLOCK;
    if (rest > 0) {
      body.run();
      code.storePart(0, OUT, 0, rest);
    }
  }
}
