package io.millrace.engine.x86;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.machine.RandomPrograms;
import io.millrace.engine.memory.ExecutableCode;
import io.millrace.engine.portable.PortableKernels;
import io.millrace.program.Footprint;
import io.millrace.program.Operator;
import io.millrace.program.Program;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bands keep to what schedules are proven with: a band's rows depend on nothing outside the bytes
 * that it is said to read, and nothing but its rows is written. On several lanes anything else
 * would be a race, seen once in a thousand runs.
 */
class BandFootprintTest {
  private static final List<Function<RandomPrograms, Program>> KINDS =
      List.of(
          RandomPrograms::convolution,
          RandomPrograms::depthwise,
          RandomPrograms::depthwiseOfOneChannel,
          RandomPrograms::fullyConnected,
          RandomPrograms::add,
          RandomPrograms::mul,
          RandomPrograms::averagePool,
          RandomPrograms::mean,
          RandomPrograms::maxPool,
          RandomPrograms::softmax,
          RandomPrograms::lookup,
          RandomPrograms::copy,
          RandomPrograms::transpose,
          RandomPrograms::pad,
          RandomPrograms::concat);

  private interface Run {
    /** The output's bytes after the band was run over an output of {@code before}. */
    byte[] of(Program band, List<byte[]> inputs, byte before) throws Throwable;
  }

  @Test
  void shouldHoldForPortableKernels() throws Throwable {
    check(BandFootprintTest::portable, (_, _) -> false);
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void shouldHoldForMachineCode(Target target) throws Throwable {
    Assumptions.assumeTrue(CpuFeatures.host().has(target), "needs a processor with " + target);
    check(
        (band, inputs, before) -> machine(target, band, inputs, before),
        (program, _) -> !X86Code.of(program, target).declined().isEmpty());
  }

  private static void check(Run run, java.util.function.BiPredicate<Program, Operator> without)
      throws Throwable {
    for (int seed = 0; seed < 25; seed++) {
      for (Function<RandomPrograms, Program> kind : KINDS) {
        Program program = kind.apply(new RandomPrograms(seed));
        Operator op = program.operators().getFirst();
        Random random = new Random(seed);
        int all = Rows.of(program.tensor(op.output()).shape());
        int first = random.nextInt(all);
        int rows = 1 + random.nextInt(all - first);
        Program band = band(program, first, rows);
        if (without.test(band, op)) {
          continue;
        }
        List<byte[]> one = inputs(program, op, first, rows, seed, 1);
        List<byte[]> other = inputs(program, op, first, rows, seed, 2);
        byte[] a = run.of(band, one, (byte) 0x35);
        byte[] b = run.of(band, other, (byte) 0x36);
        Footprint written = Footprint.written(program.tensor(op.output()), first, rows);
        for (int i = 0; i < a.length; i++) {
          boolean inside = written.from() <= i && i < written.to();
          int at = i;
          if (inside) {
            assertEquals(a[i], b[i], () -> "byte " + at + " depends on other rows: " + op);
          } else {
            assertTrue(
                a[i] == 0x35 && b[i] == 0x36, () -> "byte " + at + " is no row of it: " + op);
          }
        }
      }
    }
  }

  private static Program band(Program p, int first, int rows) {
    Schedule.Slot slot = new Schedule.Slot(0, first, rows, List.of(), Schedule.Cost.ZERO);
    return new Program(
        p.name(),
        p.device(),
        p.costProvenance(),
        p.tensors(),
        p.operators(),
        p.inputs(),
        p.outputs(),
        new Schedule(List.of(new Schedule.Lane(List.of(slot)))),
        p.memory(),
        p.constants());
  }

  /** Inputs that are alike for equal seeds where the band reads, and elsewhere for equal others. */
  private static List<byte[]> inputs(
      Program p, Operator op, int first, int rows, int seed, int elsewhere) {
    Random inside = new Random(seed);
    Random outside = new Random(elsewhere);
    return p.inputs().stream()
        .map(t -> {
          Footprint f = Footprint.read(p.tensors(), op, t, first, rows);
          byte[] bytes = new byte[(int) p.tensor(t).bytes()];
          byte[] others = new byte[bytes.length];
          inside.nextBytes(bytes);
          outside.nextBytes(others);
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = f.from() <= i && i < f.to() ? bytes[i] : others[i];
          }
          return bytes;
        })
        .toList();
  }

  private static byte[] portable(Program p, List<byte[]> inputs, byte before) throws Exception {
    try (Arena scope = Arena.ofConfined()) {
      MemorySegment arena = scope.allocate(p.memory().arenaBytes() + 64, 64);
      for (int i = 0; i < inputs.size(); i++) {
        long at = p.tensor(p.inputs().get(i)).placement().offset();
        MemorySegment.copy(
            inputs.get(i), 0, arena, ValueLayout.JAVA_BYTE, at, inputs.get(i).length);
      }
      output(p, arena).fill(before);
      Schedule.Slot slot = p.schedule().lanes().getFirst().slots().getFirst();
      PortableKernels.bind(p, 0, arena).run(slot.firstRow(), slot.rows());
      return output(p, arena).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static byte[] machine(Target target, Program p, List<byte[]> inputs, byte before)
      throws Throwable {
    MachineCode code = X86Code.of(p, target);
    try (Arena scope = Arena.ofConfined()) {
      MemorySegment block = scope.allocate(code.blockBytes(), 64);
      MemorySegment constants = scope.allocate(code.constantsBytes() + 64L, 64);
      code.copyConstants(constants);
      for (int i = 0; i < inputs.size(); i++) {
        byte[] in = inputs.get(i);
        MemorySegment.copy(in, 0, block, ValueLayout.JAVA_BYTE, code.inputOffset(i), in.length);
      }
      boolean turned =
          p.tensor(p.outputs().getFirst()).type() == io.millrace.program.ElementType.INT8;
      output(p, block).fill((byte) (turned ? before ^ 0x80 : before));
      MemorySegment run =
          ExecutableCode.of(scope, code.bytes())
              .function(((MachineCode.Step.Machine) code.steps(0).getFirst()).entry());
      ExecutableCode.call(
          run, block.address(), constants.address(), block.address() + code.scratchOffset(0), 0L);
      return output(p, block).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static MemorySegment output(Program p, MemorySegment arena) {
    TensorSpec out = p.tensor(p.outputs().getFirst());
    return arena.asSlice(out.placement().offset(), out.bytes());
  }
}
