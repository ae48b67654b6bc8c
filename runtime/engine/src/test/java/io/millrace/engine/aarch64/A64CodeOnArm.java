package io.millrace.engine.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.machine.CodeCheck;
import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.machine.RandomPrograms;
import io.millrace.program.ElementType;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightLayout;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kernel in machine code against the portable one, byte for byte, over odd shapes and bands.
 * Its name keeps it out of runs on other processors; the suites run it on emulated cores.
 */
class A64CodeOnArm {
  /** How many of the cases to run, in percent: an emulated processor is slow. */
  private static final int SHARE = Integer.getInteger("millrace.test.share", 100);

  private static int cases(int all) {
    return Math.max(1, all * SHARE / 100);
  }

  /** What the processor has, so that no case is skipped; {@link #shouldFindWhatTheCoreHas}. */
  private static List<Target> targets() {
    return Stream.of(Target.values()).filter(CpuFeatures.host()::has).toList();
  }

  @Test
  void shouldFindWhatTheCoreHas() {
    String expected = System.getProperty("millrace.test.targets");
    assertEquals(
        expected,
        targets().stream().map(Target::name).collect(Collectors.joining(",")),
        "property millrace.test.targets says what the core has");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldConvolve(Target target) throws Throwable {
    check(target, cases(300), RandomPrograms::convolution, true);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldConvolveDepthwise(Target target) throws Throwable {
    check(target, cases(300), RandomPrograms::depthwise, true);
    check(target, cases(60), RandomPrograms::depthwiseOfOneChannel, true);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldMultiplyMatrices(Target target) throws Throwable {
    check(target, cases(150), RandomPrograms::fullyConnected, true);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldAddAndMultiply(Target target) throws Throwable {
    check(target, cases(200), RandomPrograms::add, true);
    check(target, cases(200), RandomPrograms::mul, true);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldPool(Target target) throws Throwable {
    check(target, cases(150), RandomPrograms::averagePool, true);
    check(target, cases(100), RandomPrograms::mean, true);
    check(target, cases(150), RandomPrograms::maxPool, true);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldTakeSoftmaxAndLookUp(Target target) throws Throwable {
    check(target, cases(150), RandomPrograms::softmax, true);
    check(target, cases(100), RandomPrograms::lookup, true);
    check(target, cases(50), RandomPrograms::copy, true);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldMove(Target target) throws Throwable {
    checkMoves(target, RandomPrograms::transpose);
    checkMoves(target, RandomPrograms::pad);
    checkMoves(target, RandomPrograms::concat);
  }

  /** Bands of ranks whose rows run across several axes are left to the portable kernels. */
  private static void checkMoves(Target target, Function<RandomPrograms, Program> make)
      throws Throwable {
    int emitted = 0;
    for (int seed = 0; seed < cases(300); seed++) {
      Program program = make.apply(new RandomPrograms(seed));
      boolean machine = A64Code.of(program, target).declined().isEmpty();
      check(target, program, seed, machine);
      emitted += machine ? 1 : 0;
    }
    assertTrue(
        SHARE < 100 || emitted > 0.4 * cases(300),
        emitted + " of " + cases(300) + " in machine code");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldLeaveToPortableKernelsWhatItCannotDo(Target target) throws Throwable {
    check(target, cases(30), RandomPrograms::quantize, false);
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
    CodeCheck.check(program, A64Code.of(program, target), seed, machine);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldReadInt4WeightsTwoAByte(Target target) throws Throwable {
    int seen = 0;
    for (int seed = 0; seed < cases(400); seed++) {
      Program program = new RandomPrograms(seed).fullyConnected();
      TensorSpec weights = program.tensor(program.operators().getFirst().reads().get(1));
      boolean blocked = weights.layout() == WeightLayout.BLOCKED_16X4;
      if (weights.type() == ElementType.INT4 && blocked) {
        MachineCode code = A64Code.of(program, target);
        long widened = 2 * weights.bytes();
        long channels = weights.shape().dim(0);
        // what a kernel keeps: a bias and a multiplier for each channel, filled up, and patterns
        long beside = code.constantsBytes() - program.constants().byteSize();
        // some have biases so large that they must be widened
        seen +=
            beside <= 8 * (channels + 128) + 3 * 16 * (channels / 16 + 2) + 1024 && widened > beside
                ? 1
                : 0;
        check(target, program, seed, true);
      }
    }
    assertTrue(SHARE < 100 || seen > 0, seen + " programs whose weights were not widened");
  }
}
