package io.millrace.engine.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.memory.ExecutableCode;
import io.millrace.engine.portable.PortableKernels;
import io.millrace.program.Operator;
import io.millrace.program.Program;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/** Machine code of a program of one operator against the portable kernel, byte for byte. */
public final class CodeCheck {
  private CodeCheck() {}

  /**
   * Runs both.
   *
   * @param machine whether there is a kernel for the operator
   */
  public static void check(Program program, MachineCode code, int seed, boolean machine)
      throws Exception {
    Operator op = program.operators().getFirst();
    assertEquals(machine, code.declined().isEmpty(), () -> code.declined() + " " + op);
    byte[][] inputs = inputs(program, seed);
    byte[] expected = portable(program, inputs);
    byte[] actual = machine(program, code, inputs);
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

  private static byte[] machine(Program program, MachineCode code, byte[][] inputs)
      throws Exception {
    try (Arena scope = Arena.ofConfined()) {
      ExecutableCode pages = ExecutableCode.of(scope, code.bytes());
      MemorySegment block = scope.allocate(code.blockBytes() + 256L, 64);
      MemorySegment constants = scope.allocate(code.constantsBytes() + 64L, 64);
      code.copyConstants(constants);
      long end = program.memory().arenaBytes();
      block.asSlice(end, MachineCode.OVERREAD).fill((byte) 0x5a);
      for (int i = 0; i < inputs.length; i++) {
        MemorySegment.copy(
            inputs[i], 0, block, ValueLayout.JAVA_BYTE, code.inputOffset(i), inputs[i].length);
      }
      for (MachineCode.Step step : code.steps(0)) {
        switch (step) {
          case MachineCode.Step.Machine m -> {
            MemorySegment run = pages.function(m.entry());
            ExecutableCode.call(
                run,
                block.address(),
                constants.address(),
                block.address() + code.scratchOffset(0),
                0L);
          }
          case MachineCode.Step.Portable p ->
              PortableKernels.bind(program, p.slot().operator(), block)
                  .run(p.slot().firstRow(), p.slot().rows());
        }
      }
      for (long i = end; i < end + MachineCode.OVERREAD; i++) {
        assertEquals(0x5a, block.get(ValueLayout.JAVA_BYTE, i), "written behind the arena");
      }
      return output(program, block);
    }
  }

  private static byte[] output(Program program, MemorySegment arena) {
    TensorSpec out = program.tensor(program.outputs().getFirst());
    return arena.asSlice(out.placement().offset(), out.bytes()).toArray(ValueLayout.JAVA_BYTE);
  }
}
