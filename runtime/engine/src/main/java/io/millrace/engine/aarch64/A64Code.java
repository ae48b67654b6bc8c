package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.LaneWriter;
import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.machine.OperatorKernels;
import io.millrace.program.Program;

/** Lanes as AArch64 machine code. */
public final class A64Code implements LaneWriter {
  private static final X ADDRESS = X.X3;
  private static final X VALUE = X.X4;
  private static final X WANTED = X.X5;

  private final A64Encoder code;
  private final A64Kernels kernels;

  private A64Code(Program program, Target target, ConstantPool pool) {
    this.code = new A64Encoder();
    this.kernels = new A64Kernels(target, program, code, pool);
  }

  /**
   * The code of a verified program; see {@link MachineCode}.
   *
   * @param target instructions that the processor has
   * @throws ArithmeticException if its arena or its constants are beyond 2 GiB
   */
  public static MachineCode of(Program program, Target target) {
    return of(program, target, false);
  }

  /** As {@link #of}, with the time noted between slots; see {@link MachineCode#stampsOffset}. */
  public static MachineCode timed(Program program, Target target) {
    return of(program, target, true);
  }

  private static MachineCode of(Program program, Target target, boolean timed) {
    ConstantPool pool = new ConstantPool(program.constants().byteSize());
    return new MachineCode(program, pool, new A64Code(program, target, pool), timed);
  }

  @Override
  public OperatorKernels kernels() {
    return kernels;
  }

  @Override
  public int size() {
    return code.size();
  }

  @Override
  public byte[] toByteArray() {
    return code.toByteArray();
  }

  @Override
  public void align() {
    code.align(64);
  }

  @Override
  public void begin() {
    Registers.begin(code);
  }

  @Override
  public void end() {
    Registers.end(code);
  }

  @Override
  public byte[] opening() {
    A64Encoder alone = new A64Encoder();
    Registers.begin(alone);
    return alone.toByteArray();
  }

  @Override
  public byte[] closing() {
    A64Encoder alone = new A64Encoder();
    Registers.end(alone);
    return alone.toByteArray();
  }

  @Override
  public void await(int counter, int count) {
    A64Encoder.Label loop = new A64Encoder.Label();
    A64Encoder.Label there = new A64Encoder.Label();
    code.add(ADDRESS, Registers.ARENA, counter);
    code.mov(WANTED, count);
    code.bind(loop);
    code.loadAcquire32(VALUE, ADDRESS);
    code.cmp32(VALUE, WANTED);
    code.jump(A64Encoder.Condition.ABOVE_OR_EQUAL, there);
    code.spinHint();
    code.jump(loop);
    code.bind(there);
  }

  @Override
  public void count(int counter, int count) {
    code.add(ADDRESS, Registers.ARENA, counter);
    code.mov(VALUE, count);
    code.storeRelease32(VALUE, ADDRESS);
  }

  /** The barrier keeps the counter from being read before what precedes it (DDI 0487, D12.2.2). */
  @Override
  public void stamp(int at) {
    code.add(ADDRESS, Registers.ARENA, at);
    code.isb();
    code.counter(VALUE);
    code.store64(VALUE, ADDRESS);
  }

  @Override
  public int turn() {
    return 0;
  }

  @Override
  public void turn(int from, int to, int bytes) {
    copy(from, to, bytes);
  }

  @Override
  public void copy(int from, int to, int bytes) {
    kernels.copy(from, to, bytes);
  }

  @Override
  public int scratchBytes() {
    return 0;
  }
}
