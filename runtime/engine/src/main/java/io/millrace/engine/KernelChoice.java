package io.millrace.engine;

import io.millrace.engine.aarch64.A64Code;
import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.memory.ExecutableCode;
import io.millrace.engine.portable.PortableKernels;
import io.millrace.engine.selftest.CodeEmitted;
import io.millrace.engine.selftest.Emitted;
import io.millrace.engine.selftest.SelfTest;
import io.millrace.engine.x86.X86Code;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.ProgramVerifier;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Chooses the kernels of an executor, and says so where it is not the fastest. */
final class KernelChoice {
  private KernelChoice() {}

  static Executor load(Program program, ExecutorOptions options) throws BadProgramException {
    return load(program, options, CodeEmitted::new);
  }

  /**
   * As {@link #load(Program, ExecutorOptions)}.
   *
   * @param emitted what the self-test asks for the answers of machine code
   */
  static Executor load(
      Program verified, ExecutorOptions options, Function<MachineCode, Emitted> emitted)
      throws BadProgramException {
    Instructions wanted = options.instructions();
    ProgramVerifier.verify(verified);
    Program program = options.allLanes() ? verified : fitting(verified);
    if (wanted == Instructions.PORTABLE) {
      return portable(program);
    }
    Optional<String> missing = missing(wanted);
    if (missing.isPresent()) {
      log().log(Level.INFO, "{0} runs with portable kernels: {1}", program.name(), missing.get());
      return portable(program);
    }
    MachineCode code = writer(wanted).orElseThrow().write(program, false);
    if (!code.declined().isEmpty()) {
      String reasons = String.join(", ", new TreeSet<>(code.declined().values()));
      boolean all = program.schedule().lanes().size() > 1;
      log()
          .log(
              Level.INFO,
              "{0} runs {1} with portable kernels: no machine code for {2}",
              program.name(),
              all
                  ? "wholly"
                  : code.declined().size() + " of " + program.operators().size() + " operators",
              reasons);
      if (all) {
        return portable(program);
      }
    }
    if (options.selfTest() && !sound(program, code, emitted.apply(code))) {
      return portable(program);
    }
    return MachineExecutor.load(program, code);
  }

  /** Machine code that notes the time; empty where the whole program has none. */
  static Optional<TimedExecutor> timed(Program program, Instructions wanted)
      throws BadProgramException {
    ProgramVerifier.verify(program);
    if (wanted == Instructions.PORTABLE || missing(wanted).isPresent()) {
      return Optional.empty();
    }
    MachineCode code = writer(wanted).orElseThrow().write(program, true);
    boolean several = program.schedule().lanes().size() > 1;
    return several && !code.declined().isEmpty()
        ? Optional.empty()
        : Optional.of(MachineExecutor.timed(program, code));
  }

  /** {@code program} on one lane if there is not a processor for each of its lanes. */
  private static Program fitting(Program program) {
    int lanes = program.schedule().lanes().size();
    int processors = Runtime.getRuntime().availableProcessors();
    if (lanes <= processors) {
      return program;
    }
    log()
        .log(
            Level.INFO,
            "{0} runs on one lane, not on {1}: this process has {2} processors",
            program.name(),
            lanes,
            processors);
    return OneLane.of(program);
  }

  /** Whether the code answers as the portable kernels do, as far as the self-test asks. */
  private static boolean sound(Program program, MachineCode code, Emitted emitted)
      throws BadProgramException {
    SelfTest.Result result =
        SelfTest.run(
            program, i -> !code.declined().containsKey(i), emitted, SelfTest.Limits.DEFAULT);
    if (result.mismatch().isPresent()) {
      EngineCounters.countSelfTestMismatch();
      log()
          .log(
              Level.ERROR,
              "{0} runs wholly with portable kernels: machine code failed its self-test, {1}",
              program.name(),
              result.mismatch().get());
      return false;
    }
    return true;
  }

  /** Not a field: a process that has nothing to say need not start its logging. */
  private static System.Logger log() {
    return System.getLogger(Executor.class.getPackageName());
  }

  private static Executor portable(Program program) throws BadProgramException {
    return LaneExecutor.load(program, PortableKernels::bind);
  }

  /** Why machine code cannot be used here; empty if it can. */
  private static Optional<String> missing(Instructions wanted) {
    String architecture = architecture();
    if (!X86.contains(architecture) && !architecture.equals(ARM)) {
      return Optional.of("no machine code for " + architecture);
    }
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of("machine code needs Linux");
    }
    if (!Executor.class.getModule().isNativeAccessEnabled()) {
      return Optional.of("native access is not enabled (--enable-native-access)");
    }
    if (writer(wanted).isEmpty()) {
      String least = architecture.equals(ARM) ? "NEON" : "AVX2";
      return Optional.of(
          "the processor has no " + (wanted == Instructions.BEST ? least : wanted.name()));
    }
    return ExecutableCode.unavailable();
  }

  private static final Set<String> X86 = Set.of("amd64", "x86_64");
  private static final String ARM = "aarch64";

  private static String architecture() {
    return System.getProperty("os.arch").toLowerCase(Locale.ROOT);
  }

  /** Writes machine code for one set of instructions. */
  private interface Writer {
    MachineCode write(Program program, boolean timed);
  }

  /** The writer for instructions that this processor has. */
  private static Optional<Writer> writer(Instructions wanted) {
    return architecture().equals(ARM) ? onArm(wanted) : onX86(wanted);
  }

  private static Optional<Writer> onX86(Instructions wanted) {
    var cpu = io.millrace.engine.x86.CpuFeatures.host();
    Optional<io.millrace.engine.x86.Target> target =
        switch (wanted) {
          case BEST -> cpu.best();
          case AVX512_VNNI -> Optional.of(io.millrace.engine.x86.Target.AVX512_VNNI);
          case AVX_VNNI -> Optional.of(io.millrace.engine.x86.Target.AVX_VNNI);
          case AVX2 -> Optional.of(io.millrace.engine.x86.Target.AVX2);
          case PORTABLE, I8MM, DOTPROD, NEON -> Optional.empty();
        };
    return target
        .filter(cpu::has)
        .map(t -> (p, timed) -> timed ? X86Code.timed(p, t) : X86Code.of(p, t));
  }

  private static Optional<Writer> onArm(Instructions wanted) {
    var cpu = io.millrace.engine.aarch64.CpuFeatures.host();
    Optional<io.millrace.engine.aarch64.Target> target =
        switch (wanted) {
          case BEST -> cpu.best();
          case I8MM -> Optional.of(io.millrace.engine.aarch64.Target.I8MM);
          case DOTPROD -> Optional.of(io.millrace.engine.aarch64.Target.DOTPROD);
          case NEON -> Optional.of(io.millrace.engine.aarch64.Target.NEON);
          case PORTABLE, AVX512_VNNI, AVX_VNNI, AVX2 -> Optional.empty();
        };
    return target
        .filter(cpu::has)
        .map(t -> (p, timed) -> timed ? A64Code.timed(p, t) : A64Code.of(p, t));
  }
}
