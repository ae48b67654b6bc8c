package io.millrace.bench;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.memory.ExecutableCode;
import io.millrace.engine.x86.CpuFeatures;
import io.millrace.engine.x86.Target;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;

/**
 * How many multiply-accumulates of bytes this core does in a second at most: a loop of nothing but
 * dot-product instructions on registers, more sums than their latency times their throughput, so
 * that none waits for another.
 */
public final class DotProductPeak implements AutoCloseable {
  private static final int TRIES = 5;
  private static final long TRY_NS = 2_000_000;

  private final Arena scope;
  private final MemorySegment loop;
  private final long macsPerIteration;
  private final String instruction;

  private DotProductPeak(Arena scope, Width width, int sums, boolean evex) {
    this.scope = scope;
    this.loop = ExecutableCode.of(scope, emit(width, sums, evex)).function(0);
    this.macsPerIteration = (long) sums * width.bytes();
    this.instruction = "VPDPBUSD of " + 8 * width.bytes() + " bits";
  }

  /** For the widest dot product of bytes that this processor has; empty if it has none. */
  @SuppressWarnings("MustBeClosedChecker") // closed with the peak
  public static Optional<DotProductPeak> load() {
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    CpuFeatures cpu = CpuFeatures.host();
    if (!architecture.equals("amd64") || !System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    if (cpu.has(Target.AVX512_VNNI)) {
      return Optional.of(new DotProductPeak(Arena.ofShared(), Width.Z, 24, true));
    }
    return cpu.has(Target.AVX_VNNI)
        ? Optional.of(new DotProductPeak(Arena.ofShared(), Width.Y, 12, false))
        : Optional.empty();
  }

  private static byte[] emit(Width width, int sums, boolean evex) {
    X86Encoder code = new X86Encoder(evex);
    Simd xor = evex ? Simd.VPXORD : Simd.VPXOR;
    Vec a = Vec.of(sums);
    Vec b = Vec.of(sums + 1);
    for (int i = 0; i < sums + 2; i++) {
      code.simd(xor, width, Vec.of(i), Vec.of(i), Vec.of(i));
    }
    X86Encoder.Label again = new X86Encoder.Label();
    code.align(64);
    code.bind(again);
    for (int i = 0; i < sums; i++) {
      code.simd(Simd.VPDPBUSD, width, Vec.of(i), a, b);
    }
    code.sub(Gpr.RDI, 1);
    code.jump(X86Encoder.Condition.NOT_EQUAL, again);
    code.vzeroupper();
    code.ret();
    return code.toByteArray();
  }

  /** The instruction that it is made of, and its width. */
  public String instruction() {
    return instruction;
  }

  /** Multiply-accumulates that {@link #run} does. */
  public long macs(long iterations) {
    return iterations * macsPerIteration;
  }

  /** The loop, {@code iterations} (at least 1) times. */
  public void run(long iterations) {
    if (iterations < 1) {
      throw new IllegalArgumentException(iterations + " iterations, at least 1");
    }
    ExecutableCode.call(loop, iterations, 0, 0, 0);
  }

  /**
   * Multiply-accumulates a second of the calling thread's core, the best of a few tries of 2 ms.
   */
  public double macsPerSecond() {
    long iterations = 1000;
    double best = 0;
    for (int i = 0; i < TRIES; ) {
      long start = System.nanoTime();
      run(iterations);
      long ns = System.nanoTime() - start;
      if (ns < TRY_NS / 2) {
        iterations *= 2;
        continue;
      }
      best = Math.max(best, macs(iterations) * 1e9 / ns);
      i++;
    }
    return best;
  }

  @Override
  public void close() {
    scope.close();
  }
}
