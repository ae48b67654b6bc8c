package io.millrace.engine.x86;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.LaneWriter;
import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.machine.OperatorKernels;
import io.millrace.program.Program;

/** Lanes as x86-64 machine code. */
public final class X86Code implements LaneWriter {
  /** In the arena INT8 values lie with this added. */
  static final int TURN = 128;

  private final X86Encoder code;
  private final X86Kernels kernels;

  private X86Code(Program program, Target target, ConstantPool pool) {
    this.code = new X86Encoder(target.isEvex() || CpuFeatures.host().dotProductInEvex());
    this.kernels = new X86Kernels(target, program, code, pool);
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
    return new MachineCode(program, pool, new X86Code(program, target, pool), timed);
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
    X86Encoder alone = new X86Encoder();
    Registers.begin(alone);
    return alone.toByteArray();
  }

  @Override
  public byte[] closing() {
    X86Encoder alone = new X86Encoder();
    Registers.end(alone);
    return alone.toByteArray();
  }

  @Override
  public void await(int counter, int count) {
    X86Encoder.Label loop = new X86Encoder.Label();
    X86Encoder.Label there = new X86Encoder.Label();
    code.bind(loop);
    code.load32(Gpr.RAX, Mem.at(Registers.ARENA, counter));
    code.cmp(Gpr.RAX, count);
    code.jump(X86Encoder.Condition.ABOVE_OR_EQUAL, there);
    code.pause();
    code.jump(loop);
    code.bind(there);
  }

  /**
   * Stores are seen by other cores in their order (SDM volume 3, section 8.2.2), so this one is a
   * release.
   */
  @Override
  public void count(int counter, int count) {
    code.mov(Gpr.RAX, count);
    code.store32(Mem.at(Registers.ARENA, counter), Gpr.RAX);
  }

  /** Notes the time: SDM volume 2, RDTSC, on ordering it with LFENCE. */
  @Override
  public void stamp(int at) {
    code.push(Gpr.RDX);
    code.lfence();
    code.rdtsc();
    code.store32(Mem.at(Registers.ARENA, at), Gpr.RAX);
    code.store32(Mem.at(Registers.ARENA, at + Integer.BYTES), Gpr.RDX);
    code.pop(Gpr.RDX);
  }

  @Override
  public int turn() {
    return TURN;
  }

  @Override
  public void turn(int from, int to, int bytes) {
    kernels.elementwise().flip(from, to, bytes);
  }

  @Override
  public void copy(int from, int to, int bytes) {
    kernels.elementwise().copy(from, to, bytes);
  }

  @Override
  public int scratchBytes() {
    return Target.TAIL_BYTES;
  }
}
