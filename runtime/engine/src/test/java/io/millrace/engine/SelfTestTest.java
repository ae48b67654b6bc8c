package io.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.machine.HostCode;
import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.selftest.CodeEmitted;
import io.millrace.engine.selftest.Emitted;
import io.millrace.engine.selftest.SelfTest;
import io.millrace.program.Operator;
import io.millrace.program.Program;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** What an executor does when machine code answers wrongly. */
class SelfTestTest {
  /** Kernels of which those of max pooling are wrong in one bit. */
  private static Emitted wrong(MachineCode code) {
    Emitted right = new CodeEmitted(code);
    return (operator, inputs) -> {
      byte[] answer = right.answer(operator, inputs);
      if (code.program().operators().get(operator) instanceof Operator.MaxPool2D) {
        answer[0] ^= 4;
      }
      return answer;
    };
  }

  /** The inputs of machine code lie outside its arena. */
  private static boolean isMachineCode(Executor executor) {
    Program program = executor.program();
    long apart =
        program.tensor(program.outputs().getFirst()).placement().offset()
            - program.tensor(program.inputs().getFirst()).placement().offset();
    return executor.output(0).address() - executor.input(0).address() != apart;
  }

  private static byte[] answer(Executor executor) {
    for (long i = 0; i < executor.input(0).byteSize(); i++) {
      executor.input(0).set(ValueLayout.JAVA_BYTE, i, (byte) (31 * i));
    }
    executor.run();
    MemorySegment output = executor.output(0);
    return output.toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void shouldRunWithPortableKernelsWhereMachineCodeIsWrong() throws Exception {
    HostCode.assumed();
    Program program = LaneExecutorTest.everything();
    long before = EngineCounters.selfTestMismatches();
    byte[] expected;
    try (Executor right = Executor.load(program)) {
      assertTrue(isMachineCode(right));
      assertEquals(before, EngineCounters.selfTestMismatches());
      expected = answer(right);
    }
    try (Executor fallen =
        KernelChoice.load(program, ExecutorOptions.DEFAULT, SelfTestTest::wrong)) {
      assertEquals(false, isMachineCode(fallen));
      assertEquals(before + 1, EngineCounters.selfTestMismatches());
      assertArrayEquals(expected, answer(fallen));
    }
    ExecutorOptions untested = ExecutorOptions.DEFAULT.withoutSelfTest();
    try (Executor blind = KernelChoice.load(program, untested, SelfTestTest::wrong)) {
      assertTrue(isMachineCode(blind));
      assertEquals(before + 1, EngineCounters.selfTestMismatches());
    }
  }

  @Test
  void shouldSayWhatDiffers() throws Exception {
    HostCode.assumed();
    Program program = LaneExecutorTest.everything();
    MachineCode code = HostCode.of(program);
    SelfTest.Result result =
        SelfTest.run(program, i -> i == 6, wrong(code), SelfTest.Limits.DEFAULT);
    String what = result.mismatch().orElseThrow();
    assertTrue(what.startsWith("operator 6 (MaxPool2D): row 0, byte 0 is "), what);
  }
}
