package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.Neon;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.program.Operator.SoftmaxArithmetic;

/**
 * Softmax over the last axis. The sum is taken element by element, as the definition's order of
 * single precision additions demands; scaling and rounding are a vector wide. The exponentials of a
 * row wait in scratch.
 */
final class SoftmaxKernel {
  private static final X IN = X.X3;
  private static final X OUT = X.X4;
  private static final X TABLE = X.X5;
  private static final X J = X.X6;
  private static final X VALUE = X.X7;
  private static final X MAX = X.X8;
  private static final X ROWS = X.X9;
  private static final X LAST = X.X10;
  private static final X READ = X.X11;
  private static final X WRITE = X.X12;

  private static final int SUM = 0;
  private static final int E = 1;
  private static final int FACTOR = 16;
  private static final int LEVELS = 17;

  private final A64Encoder code;
  private final ConstantPool pool;

  SoftmaxKernel(A64Encoder code, ConstantPool pool) {
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
    Narrowing narrowing = new Narrowing(code, zy, -128, 127);
    narrowing.load(Registers.CONSTANTS, narrowing.put(pool));
    code.loadQ(LEVELS, Registers.CONSTANTS, pool.floats((float) Math.floor(1 / yScale)));
    code.add(IN, Registers.ARENA, input);
    code.add(OUT, Registers.ARENA, output);
    code.mov(LAST, last);
    code.mov(ROWS, rows);
    A64Encoder.Label loop = new A64Encoder.Label();
    code.bind(loop);
    emitMax();
    emitSum(tableAt);
    emitScale(last, rule, yScale, narrowing);
    code.add(IN, IN, LAST);
    code.add(OUT, OUT, LAST);
    Registers.loop(code, ROWS, loop);
  }

  private void emitMax() {
    A64Encoder.Label loop = new A64Encoder.Label();
    code.mov(MAX, -128);
    code.mov(J, 0L);
    code.bind(loop);
    code.loadSigned8(VALUE, IN, J);
    code.cmp(MAX, VALUE);
    code.selectLess(MAX, VALUE, MAX);
    next(loop);
  }

  private void next(A64Encoder.Label loop) {
    code.add(J, J, 1);
    code.cmp(J, LAST);
    code.jump(A64Encoder.Condition.NOT_EQUAL, loop);
  }

  /** The table's entry of the largest value is its last. */
  private void emitSum(int tableAt) {
    code.mov(TABLE, 255L);
    code.sub(TABLE, TABLE, MAX);
    code.add(TABLE, Registers.CONSTANTS, TABLE, 2);
    code.add(TABLE, TABLE, tableAt);
    code.zero(SUM);
    A64Encoder.Label loop = new A64Encoder.Label();
    code.mov(J, 0L);
    code.bind(loop);
    code.loadSigned8(VALUE, IN, J);
    code.loadS(E, TABLE, VALUE);
    code.storeS(E, Registers.SCRATCH, J);
    code.neon(Neon.FADD_S, SUM, SUM, E);
    next(loop);
  }

  private void emitScale(int last, SoftmaxArithmetic rule, float yScale, Narrowing narrowing) {
    boolean reciprocal = rule == SoftmaxArithmetic.RECIPROCAL_HALF_AWAY;
    if (reciprocal) {
      code.loadS(E, Registers.CONSTANTS, pool.floats(yScale));
      code.neon(Neon.FMUL_S, SUM, SUM, E);
      code.loadS(E, Registers.CONSTANTS, pool.floats(1));
      code.neon(Neon.FDIV_S, SUM, E, SUM);
    }
    code.dup(FACTOR, SUM, 0);
    code.mov(READ, Registers.SCRATCH);
    code.mov(WRITE, OUT);
    int turns = last / 16;
    if (turns > 0) {
      A64Encoder.Label loop = new A64Encoder.Label();
      code.mov(J, turns);
      code.bind(loop);
      emitVector(reciprocal, narrowing);
      code.storeQ(0, WRITE, 0);
      code.add(WRITE, WRITE, 16);
      Registers.loop(code, J, loop);
    }
    if (last % 16 > 0) {
      emitVector(reciprocal, narrowing);
      code.storePart(0, WRITE, 0, last % 16);
    }
  }

  /** Sixteen exponentials into bytes in register 0. */
  private void emitVector(boolean reciprocal, Narrowing narrowing) {
    for (int i = 0; i < 4; i++) {
      code.loadQThenAdd(i, READ, 16);
      if (reciprocal) {
        code.neon(Neon.FMUL_4S, i, i, FACTOR);
        code.neon(Neon.FCVTAS_4S, i, i);
      } else {
        code.neon(Neon.FMUL_4S, i, i, LEVELS);
        code.neon(Neon.FDIV_4S, i, i, FACTOR);
        code.neon(Neon.FCVTNS_4S, i, i);
      }
    }
    narrowing.narrow(0, 4);
  }
}
