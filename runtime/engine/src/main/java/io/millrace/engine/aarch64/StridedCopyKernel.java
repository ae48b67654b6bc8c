package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.StridedCopies;
import java.util.List;

/**
 * Copies a box of elements from one strided place of the arena to another: a nest of loops around a
 * stretch that is contiguous on both sides.
 */
final class StridedCopyKernel implements StridedCopies {
  private static final X FROM = X.X3;
  private static final X TO = X.X4;
  private static final X CHUNKS = X.X5;
  private static final X READ = X.X6;
  private static final X WRITE = X.X7;
  private static final List<X> COUNTERS = List.of(X.X8, X.X9, X.X10, X.X11, X.X12, X.X13);

  private static final int VECTOR = 16;

  /** Bytes moved in a turn of the innermost loop. */
  private static final int CHUNK = 4 * VECTOR;

  private final A64Encoder code;

  StridedCopyKernel(A64Encoder code) {
    this.code = code;
  }

  @Override
  public void copy(int from, int to, int elementBytes, List<Axis> axes) {
    code.add(FROM, Registers.ARENA, from);
    code.add(TO, Registers.ARENA, to);
    nest(Axis.loops(axes, elementBytes), 0, Axis.stretch(axes, elementBytes));
  }

  /** Copies bytes that lie together. */
  void copy(int from, int to, int bytes) {
    copy(from, to, 1, List.of(new Axis(bytes, 1, 1)));
  }

  private void nest(List<Axis> loops, int level, int stretch) {
    if (level == loops.size()) {
      stretch(stretch);
      return;
    }
    Axis axis = loops.get(level);
    A64Encoder.Label loop = new A64Encoder.Label();
    code.mov(COUNTERS.get(level), axis.extent());
    code.bind(loop);
    nest(loops, level + 1, stretch);
    code.add(FROM, FROM, axis.from());
    code.add(TO, TO, axis.to());
    Registers.loop(code, COUNTERS.get(level), loop);
    if (level > 0) {
      code.add(FROM, FROM, -(long) axis.extent() * axis.from());
      code.add(TO, TO, -(long) axis.extent() * axis.to());
    }
  }

  /** {@code bytes} bytes; leaves the pointers as they were. */
  private void stretch(int bytes) {
    X from = FROM;
    X to = TO;
    int chunks = bytes / CHUNK;
    if (chunks > 0) {
      from = READ;
      to = WRITE;
      code.mov(READ, FROM);
      code.mov(WRITE, TO);
      code.mov(CHUNKS, chunks);
      A64Encoder.Label loop = new A64Encoder.Label();
      code.bind(loop);
      for (int i = 0; i < CHUNK / VECTOR; i++) {
        code.loadQThenAdd(i, READ, VECTOR);
      }
      for (int i = 0; i < CHUNK / VECTOR; i++) {
        code.storeQ(i, WRITE, i * VECTOR);
      }
      code.add(WRITE, WRITE, CHUNK);
      Registers.loop(code, CHUNKS, loop);
    }
    int rest = bytes % CHUNK;
    for (int at = 0; at < rest; at += VECTOR) {
      // reads past the end, which the arena allows, and writes only what belongs there
      code.loadQ(0, from, at);
      code.storePart(0, to, at, Math.min(VECTOR, rest - at));
    }
  }

  @Override
  public void fill(int to, int bytes, int pattern) {
    code.add(TO, Registers.ARENA, to);
    code.loadQ(0, Registers.CONSTANTS, pattern);
    int vectors = bytes / VECTOR;
    if (vectors > 0) {
      A64Encoder.Label loop = new A64Encoder.Label();
      code.mov(CHUNKS, vectors);
      code.bind(loop);
      code.storeQ(0, TO, 0);
      code.add(TO, TO, VECTOR);
      Registers.loop(code, CHUNKS, loop);
    }
    if (bytes % VECTOR > 0) {
      code.storePart(0, TO, 0, bytes % VECTOR);
    }
  }
}
