package io.millrace.engine.x86;

import static io.millrace.engine.encode.x86.X86Encoder.Condition.NOT_EQUAL;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.StridedCopies;
import io.millrace.engine.machine.StridedCopies.Axis;
import java.util.List;

/**
 * Copies a box of elements from one strided place of the arena to another: a nest of loops around a
 * stretch that is contiguous on both sides.
 */
final class StridedCopyKernel implements StridedCopies {
  private static final Gpr FROM = Gpr.RCX;
  private static final Gpr TO = Gpr.RBX;
  private static final Gpr CHUNKS = Gpr.R14;
  private static final List<Gpr> COUNTERS =
      List.of(Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R11, Gpr.R12, Gpr.R13);

  /** Vectors moved at a time. */
  private static final int UNROLL = 4;

  private final Target target;
  private final X86Encoder code;

  StridedCopyKernel(Target target, X86Encoder code) {
    this.target = target;
    this.code = code;
  }

  @Override
  public void copy(int from, int to, int elementBytes, List<Axis> axes) {
    List<Axis> loops = Axis.loops(axes, elementBytes);
    int run = Axis.stretch(axes, elementBytes);
    code.lea(FROM, Mem.at(Registers.ARENA, from));
    code.lea(TO, Mem.at(Registers.ARENA, to));
    nest(loops, 0, run);
  }

  private void nest(List<Axis> loops, int level, int run) {
    if (level == loops.size()) {
      stretch(run);
      return;
    }
    Axis axis = loops.get(level);
    X86Encoder.Label loop = new X86Encoder.Label();
    code.mov(COUNTERS.get(level), axis.extent());
    code.bind(loop);
    nest(loops, level + 1, run);
    code.add(FROM, axis.from());
    code.add(TO, axis.to());
    code.sub(COUNTERS.get(level), 1);
    code.jump(NOT_EQUAL, loop);
    if (level > 0) {
      code.add(FROM, -axis.extent() * axis.from());
      code.add(TO, -axis.extent() * axis.to());
    }
  }

  /** {@code bytes} bytes; leaves the pointers as they were. */
  private void stretch(int bytes) {
    int vector = target.width().bytes();
    int chunk = UNROLL * vector;
    int chunks = bytes / chunk;
    if (chunks > 1) {
      X86Encoder.Label loop = new X86Encoder.Label();
      code.mov(CHUNKS, chunks);
      code.bind(loop);
      vectors(UNROLL, 0);
      code.add(FROM, chunk);
      code.add(TO, chunk);
      code.sub(CHUNKS, 1);
      code.jump(NOT_EQUAL, loop);
      rest(bytes - chunks * chunk);
      code.add(FROM, -chunks * chunk);
      code.add(TO, -chunks * chunk);
    } else {
      rest(bytes);
    }
  }

  private void rest(int bytes) {
    int vector = target.width().bytes();
    int at = bytes / vector * vector;
    vectors(bytes / vector, 0);
    for (Width width : List.of(Width.Y, Width.X)) {
      while (bytes - at >= width.bytes()) {
        code.simd(Simd.VMOVDQU_LOAD, width, Vec.of(0), Mem.at(FROM, at));
        code.simd(Simd.VMOVDQU_STORE, width, Vec.of(0), Mem.at(TO, at));
        at += width.bytes();
      }
    }
    Target.copyBytes(code, Mem.at(FROM, at), Mem.at(TO, at), bytes - at);
  }

  private void vectors(int count, int start) {
    int vector = target.width().bytes();
    for (int i = 0; i < count; i++) {
      int at = start + i * vector;
      code.simd(target.load(), target.width(), Vec.of(i), Mem.at(FROM, at));
    }
    for (int i = 0; i < count; i++) {
      int at = start + i * vector;
      code.simd(target.store(), target.width(), Vec.of(i), Mem.at(TO, at));
    }
  }

  @Override
  public void fill(int to, int bytes, int pattern) {
    int vector = target.width().bytes();
    code.lea(TO, Mem.at(Registers.ARENA, to));
    code.simd(target.load(), target.width(), Vec.of(0), Mem.at(Registers.CONSTANTS, pattern));
    int vectors = bytes / vector;
    if (vectors > 0) {
      X86Encoder.Label loop = new X86Encoder.Label();
      code.mov(CHUNKS, vectors);
      code.bind(loop);
      code.simd(target.store(), target.width(), Vec.of(0), Mem.at(TO, 0));
      code.add(TO, vector);
      code.sub(CHUNKS, 1);
      code.jump(NOT_EQUAL, loop);
    }
    Target.copyBytes(
        code, Mem.at(Registers.CONSTANTS, pattern), Mem.at(TO, 0), bytes - vectors * vector);
  }
}
