package io.millrace.engine.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.memory.ExecutableCode;
import io.millrace.engine.portable.PortableKernels;
import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Program;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kernel in machine code against the portable one, byte for byte, over odd shapes and bands.
 */
class X86CodeTest {
  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldConvolve(Target target) throws Throwable {
    check(target, 300, RandomPrograms::convolution, true);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldConvolveDepthwise(Target target) throws Throwable {
    check(target, 300, RandomPrograms::depthwise, true);
    check(target, 60, RandomPrograms::depthwiseOfOneChannel, true);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldMultiplyMatrices(Target target) throws Throwable {
    check(target, 150, RandomPrograms::fullyConnected, true);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldAddAndMultiply(Target target) throws Throwable {
    check(target, 200, RandomPrograms::add, true);
    check(target, 200, RandomPrograms::mul, true);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldPool(Target target) throws Throwable {
    check(target, 150, RandomPrograms::averagePool, true);
    check(target, 100, RandomPrograms::mean, true);
    check(target, 150, RandomPrograms::maxPool, true);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldTakeSoftmaxAndLookUp(Target target) throws Throwable {
    check(target, 150, RandomPrograms::softmax, true);
    check(target, 100, RandomPrograms::lookup, true);
    check(target, 50, RandomPrograms::copy, true);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldMove(Target target) throws Throwable {
    checkMoves(target, RandomPrograms::transpose);
    checkMoves(target, RandomPrograms::pad);
    checkMoves(target, RandomPrograms::concat);
  }

  /** Bands of ranks whose rows run across several axes are left to the portable kernels. */
  private static void checkMoves(Target target, Function<RandomPrograms, Program> make)
      throws Throwable {
    int emitted = 0;
    for (int seed = 0; seed < 300; seed++) {
      Program program = make.apply(new RandomPrograms(seed));
      boolean machine = MoveKernel.declined(program, 0).isEmpty();
      check(target, program, seed, machine);
      emitted += machine ? 1 : 0;
    }
    assertTrue(emitted > 120, emitted + " of 300 in machine code");
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldLeaveToPortableKernelsWhatItCannotDo(Target target) throws Throwable {
    check(target, 30, RandomPrograms::quantize, false);
  }

  private static void check(
      Target target, int cases, Function<RandomPrograms, Program> make, boolean machine)
      throws Throwable {
    for (int seed = 0; seed < cases; seed++) {
      check(target, make.apply(new RandomPrograms(seed)), seed, machine);
    }
  }

  private static void check(Target target, Program program, int seed, boolean machine)
      throws Throwable {
    Assumptions.assumeTrue(CpuFeatures.host().has(target), "needs a processor with " + target);
    Operator op = program.operators().getFirst();
    X86Code x86 = X86Code.of(program, target);
    assertEquals(machine, x86.declined().isEmpty(), () -> x86.declined() + " " + op);
    byte[][] inputs = inputs(program, seed);
    byte[] expected = portable(program, inputs);
    byte[] actual = machine(program, x86, inputs);
    int at = Arrays.mismatch(expected, actual);
    assertTrue(
        at < 0,
        () ->
            "seed %d, byte %d: %d, not %d, %s, %s"
                .formatted(
                    seed,
                    at,
                    actual[at],
                    expected[at],
                    op,
                    op.reads().stream().map(t -> program.tensor(t).shape()).toList()));
  }

  private static byte[][] inputs(Program program, int seed) {
    Random random = new Random(seed);
    byte[][] inputs = new byte[program.inputs().size()][];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = new byte[(int) program.tensor(program.inputs().get(i)).bytes()];
      random.nextBytes(inputs[i]);
      if (seed % 5 == 0) {
        Arrays.fill(inputs[i], (byte) (seed % 2 == 0 ? -128 : 127));
      }
    }
    return inputs;
  }

  private static byte[] portable(Program program, byte[][] inputs) throws Exception {
    try (Arena scope = Arena.ofConfined()) {
      MemorySegment arena = scope.allocate(program.memory().arenaBytes() + 64, 64);
      for (int i = 0; i < inputs.length; i++) {
        long at = program.tensor(program.inputs().get(i)).placement().offset();
        MemorySegment.copy(inputs[i], 0, arena, ValueLayout.JAVA_BYTE, at, inputs[i].length);
      }
      for (Schedule.Slot slot : program.schedule().lanes().getFirst().slots()) {
        PortableKernels.bind(program, slot.operator(), arena).run(slot.firstRow(), slot.rows());
      }
      return output(program, arena);
    }
  }

  private static byte[] machine(Program program, X86Code x86, byte[][] inputs) throws Throwable {
    try (Arena scope = Arena.ofConfined()) {
      ExecutableCode code = ExecutableCode.of(scope, x86.bytes());
      MemorySegment block = scope.allocate(x86.blockBytes() + 256L, 64);
      MemorySegment constants = scope.allocate(x86.constantsBytes() + 64L, 64);
      x86.copyConstants(constants);
      long end = program.memory().arenaBytes();
      block.asSlice(end, X86Code.OVERREAD).fill((byte) 0x5a);
      for (int i = 0; i < inputs.length; i++) {
        MemorySegment.copy(
            inputs[i], 0, block, ValueLayout.JAVA_BYTE, x86.inputOffset(i), inputs[i].length);
      }
      for (X86Code.Step step : x86.steps(0)) {
        switch (step) {
          case X86Code.Step.Machine m -> {
            MemorySegment run = code.function(m.entry());
            ExecutableCode.call(
                run,
                block.address(),
                constants.address(),
                block.address() + x86.scratchOffset(0),
                0L);
          }
          case X86Code.Step.Portable p ->
              PortableKernels.bind(program, p.slot().operator(), block)
                  .run(p.slot().firstRow(), p.slot().rows());
        }
      }
      for (long i = end; i < end + X86Code.OVERREAD; i++) {
        assertEquals(0x5a, block.get(ValueLayout.JAVA_BYTE, i), "written behind the arena");
      }
      return output(program, block);
    }
  }

  private static byte[] output(Program program, MemorySegment arena) {
    TensorSpec out = program.tensor(program.outputs().getFirst());
    return arena.asSlice(out.placement().offset(), out.bytes()).toArray(ValueLayout.JAVA_BYTE);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldReadInt4WeightsTwoAByte(Target target) throws Throwable {
    Assumptions.assumeTrue(CpuFeatures.host().has(target), "needs a processor with " + target);
    int seen = 0;
    for (int seed = 0; seed < 400; seed++) {
      Program program = new RandomPrograms(seed).fullyConnected();
      TensorSpec weights = program.tensor(program.operators().getFirst().reads().get(1));
      boolean blocked = weights.layout() == WeightLayout.BLOCKED_16X4;
      if (weights.type() == ElementType.INT4 && blocked) {
        X86Code code = X86Code.of(program, target);
        long widened = 2 * weights.bytes();
        long channels = weights.shape().dim(0);
        // what a kernel keeps: a bias and a multiplier for each channel, filled up, and patterns
        long beside = code.constantsBytes() - program.constants().byteSize();
        // some have biases so large that they must be widened
        seen += beside <= 8 * (channels + 128) + 1024 && widened > beside ? 1 : 0;
        check(target, program, seed, true);
      }
    }
    assertTrue(seen > 3, seen + " programs whose weights were not widened");
  }
}
