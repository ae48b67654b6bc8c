package io.millrace.engine;

import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.memory.ArenaMemory;
import io.millrace.engine.memory.ExecutableCode;
import io.millrace.engine.portable.PortableKernels;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Makes an executor whose lanes are machine code. */
final class MachineExecutor {
  private MachineExecutor() {}

  /**
   * Puts {@code code} into executable pages and binds it to memory of its own.
   *
   * @param code made from {@code program}; if it declines operators the program has one lane
   * @throws BadProgramException if there is no memory for the arena
   */
  static Executor load(Program program, MachineCode code) throws BadProgramException {
    return bind(program, code).executor();
  }

  /** As {@link #load}, of code that is timed. */
  static TimedExecutor timed(Program program, MachineCode code) throws BadProgramException {
    Bound bound = bind(program, code);
    MemorySegment[] stamps = new MemorySegment[program.schedule().lanes().size()];
    for (int lane = 0; lane < stamps.length; lane++) {
      stamps[lane] = bound.block().asSlice(code.stampsOffset(lane));
    }
    return new TimedExecutor(bound.executor(), stamps);
  }

  /**
   * @param block the memory that the code works in, alive as long as the executor
   */
  private record Bound(Executor executor, MemorySegment block) {}

  @SuppressWarnings("MustBeClosedChecker") // the executor closes it, or this method if it fails
  private static Bound bind(Program given, MachineCode code) throws BadProgramException {
    Arena scope = Arena.ofShared();
    boolean loaded = false;
    try {
      MemorySegment block = ArenaMemory.allocate(scope, code.blockBytes());
      MemorySegment constants = ArenaMemory.allocate(scope, Math.max(1, code.constantsBytes()));
      code.copyConstants(constants);
      ArenaMemory.protect(constants);
      Program program = onCopy(given, constants);
      ExecutableCode pages = ExecutableCode.of(scope, code.bytes());
      List<Schedule.Lane> lanes = program.schedule().lanes();
      MemorySegment[] counters = new MemorySegment[lanes.size()];
      for (int lane = 0; lane < counters.length; lane++) {
        counters[lane] = block.asSlice(code.progressOffset(lane), Integer.BYTES);
      }
      MachineProgress progress = new MachineProgress(counters);
      List<MachineLane> bodies = new ArrayList<>();
      for (int lane = 0; lane < counters.length; lane++) {
        bodies.add(lane(program, code, lane, progress, block, constants, pages));
      }
      MemorySegment[] inputs = new MemorySegment[program.inputs().size()];
      for (int i = 0; i < inputs.length; i++) {
        TensorSpec input = program.tensor(program.inputs().get(i));
        inputs[i] = block.asSlice(code.inputOffset(i), input.bytes());
      }
      MemorySegment[] outputs = LaneExecutor.segments(program, program.outputs(), block);
      Executor executor = new LaneExecutor(program, scope, inputs, outputs, progress, bodies);
      loaded = true;
      return new Bound(executor, block);
    } catch (OutOfMemoryError e) {
      throw new BadProgramException(
          "no memory for an arena of %d bytes and constants of %d; compile with a memory budget"
              .formatted(code.blockBytes(), code.constantsBytes()),
          e);
    } finally {
      if (!loaded) {
        scope.close();
      }
    }
  }

  /**
   * The program with its constants in our own memory. Machine code must not read a mapped file: if
   * somebody cuts the file, the read ends the process with a signal, where Java's own accesses
   * throw. The copy takes a fraction of a millisecond for each megabyte, and its pages are locked.
   */
  private static Program onCopy(Program p, MemorySegment constants) {
    return new Program(
        p.name(),
        p.device(),
        p.costProvenance(),
        p.tensors(),
        p.operators(),
        p.inputs(),
        p.outputs(),
        p.schedule(),
        p.memory(),
        constants.asSlice(0, p.constants().byteSize()));
  }

  private static MachineLane lane(
      Program program,
      MachineCode code,
      int lane,
      MachineProgress progress,
      MemorySegment block,
      MemorySegment constants,
      ExecutableCode pages)
      throws BadProgramException {
    List<MachineCode.Step> steps = code.steps(lane);
    MachineLane body =
        new MachineLane(
            lane,
            progress,
            block.address(),
            constants.address(),
            block.address() + code.scratchOffset(lane),
            steps.size());
    for (int i = 0; i < steps.size(); i++) {
      MachineCode.Step step = steps.get(i);
      if (step instanceof MachineCode.Step.Machine m) {
        body.bind(i, pages.function(m.entry()));
      } else if (step instanceof MachineCode.Step.Portable p) {
        body.bind(
            i,
            PortableKernels.bind(program, p.slot().operator(), block),
            p.slot().firstRow(),
            p.slot().rows());
      } else {
        throw new AssertionError(step);
      }
    }
    return body;
  }
}
