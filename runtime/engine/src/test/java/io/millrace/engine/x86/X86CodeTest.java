package io.millrace.engine.x86;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.machine.CodeCheck;
import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.machine.MoveKernel;
import io.millrace.engine.machine.RandomPrograms;
import io.millrace.program.ElementType;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightLayout;
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
    CodeCheck.check(program, X86Code.of(program, target), seed, machine);
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
        MachineCode code = X86Code.of(program, target);
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
