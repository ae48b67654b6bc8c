package io.millrace.engine.machine;

import io.millrace.engine.aarch64.A64Code;
import io.millrace.engine.x86.X86Code;
import io.millrace.program.Program;
import org.junit.jupiter.api.Assumptions;

/** Machine code for the processor that the tests run on, whatever it is. */
public final class HostCode {
  private static final io.millrace.engine.x86.CpuFeatures X86 =
      io.millrace.engine.x86.CpuFeatures.host();
  private static final io.millrace.engine.aarch64.CpuFeatures ARM =
      io.millrace.engine.aarch64.CpuFeatures.host();

  private HostCode() {}

  /** Skips the calling test where there is no machine code for the processor. */
  public static void assumed() {
    Assumptions.assumeTrue(
        X86.best().isPresent() || ARM.best().isPresent(), "needs AVX2 or AArch64");
  }

  /** The code of a program, with the best instructions that the processor has. */
  public static MachineCode of(Program program) {
    return ARM.best().isPresent()
        ? A64Code.of(program, ARM.best().get())
        : X86Code.of(program, X86.best().orElseThrow());
  }
}
