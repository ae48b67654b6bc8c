package io.millrace.engine.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Executor;
import io.millrace.engine.Instructions;
import io.millrace.engine.TimedExecutor;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimedExecutorTest {
  @Test
  void shouldAnswerAsWithoutTimes() throws BadProgramException {
    for (int seed = 0; seed < 20; seed++) {
      Program program = new RandomPrograms(seed).convolution();
      try (TimedExecutor timed = load(program);
          Executor portable = Executor.load(program, Instructions.PORTABLE)) {
        assertArrayEquals(answer(portable, seed), answer(timed.executor(), seed));
      }
    }
  }

  @Test
  void shouldNoteTimesThatNeverGoBack() throws BadProgramException {
    Program program = new RandomPrograms(3).depthwise();
    int slots = program.schedule().lanes().getFirst().slots().size();
    try (TimedExecutor timed = load(program)) {
      long before = 1;
      long first = 0;
      for (int run = 0; run < 5; run++) {
        timed.executor().run();
        assertTrue(timed.startTicks(0) >= before, "start of run " + run);
        before = timed.startTicks(0);
        assertTrue(timed.inputTicks(0) >= before, "inputs of run " + run);
        before = timed.inputTicks(0);
        for (int slot = 0; slot < slots; slot++) {
          assertTrue(timed.slotTicks(0, slot) >= before, "slot " + slot + " of run " + run);
          before = timed.slotTicks(0, slot);
        }
        assertTrue(timed.endTicks(0) >= before, "end of run " + run);
        before = timed.endTicks(0);
        first = run == 0 ? timed.startTicks(0) : first;
      }
      // the counter of AArch64 is slower than a small kernel: it stands still between some stamps
      assertTrue(before > first, "from the first start to the last end");
    }
  }

  private static TimedExecutor load(Program program) throws BadProgramException {
    HostCode.assumed();
    return TimedExecutor.load(program, Instructions.BEST).orElseThrow();
  }

  private static byte[] answer(Executor executor, int seed) {
    byte[] input = new byte[Math.toIntExact(executor.input(0).byteSize())];
    new Random(seed).nextBytes(input);
    executor.input(0).copyFrom(java.lang.foreign.MemorySegment.ofArray(input));
    executor.run();
    return executor.output(0).toArray(ValueLayout.JAVA_BYTE);
  }
}
