package io.millrace.bench;

import io.millrace.cli.InputException;
import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.memory.ExecutableCode;
import io.millrace.engine.x86.CpuFeatures;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The clock of the calling thread's core, read off a chain of additions of registers, each of which
 * waits for the one before it and takes one clock on every x86-64 core of the last twenty years
 * (AMD's and Intel's optimization guides, latency tables).
 */
final class CoreClock {
  private static final int CHAIN = 1_000;
  private static final int TRIES = 5;
  private static final long TRY_NS = 2_000_000;

  private final MemorySegment loop;

  private CoreClock(MemorySegment loop) {
    this.loop = loop;
  }

  /**
   * Writes the chain.
   *
   * @throws InputException if this is no x86-64 processor with AVX2
   */
  static CoreClock load() throws InputException {
    if (CpuFeatures.host().best().isEmpty()) {
      throw new InputException("this is no x86-64 processor with AVX2");
    }
    X86Encoder code = new X86Encoder(false);
    X86Encoder.Label again = new X86Encoder.Label();
    code.align(64);
    code.bind(again);
    for (int i = 0; i < CHAIN; i++) {
      code.add(Gpr.RAX, Gpr.RSI);
    }
    // beside the chain, in the same clocks
    code.sub(Gpr.RDI, 1);
    code.jump(X86Encoder.Condition.NOT_EQUAL, again);
    code.ret();
    return new CoreClock(ExecutableCode.of(Arena.ofAuto(), code.toByteArray()).function(0));
  }

  /** Clocks a second, the best of a few tries of 2 ms. */
  double hz() {
    long iterations = 100;
    double best = 0;
    for (int i = 0; i < TRIES; ) {
      long start = System.nanoTime();
      ExecutableCode.call(loop, iterations, 0, 0, 0);
      long ns = System.nanoTime() - start;
      if (ns < TRY_NS / 2) {
        iterations *= 2;
        continue;
      }
      best = Math.max(best, iterations * CHAIN * 1e9 / ns);
      i++;
    }
    return best;
  }
}
