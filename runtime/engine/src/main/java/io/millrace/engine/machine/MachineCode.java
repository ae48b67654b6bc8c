package io.millrace.engine.machine;

import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A program's lanes as machine code: stretches of slots without a return to Java, and between them
 * the slots that only the portable kernels can do.
 *
 * <p>An instruction set may want INT8 tensors in the arena with something added while machine code
 * runs, {@link LaneWriter#turn}. Inputs are turned from where the caller writes them into the
 * arena, outputs are turned back in place at the end, and what a portable slot touches is turned
 * before and after it.
 */
public final class MachineCode {
  /** Bytes behind the arena that kernels may read, never write, past a tensor's end. */
  public static final int OVERREAD = 128;

  /** Counters this far apart share no cache line. */
  private static final int PROGRESS_STRIDE = 128;

  /** One step of a lane. */
  public sealed interface Step {
    /** Machine code from {@code entry} on. */
    record Machine(int entry) implements Step {}

    /** A slot for the portable kernel. */
    record Portable(Schedule.Slot slot) implements Step {}
  }

  private final Program program;
  private final boolean timed;
  private final LaneWriter code;
  private final ConstantPool pool;
  private final OperatorKernels kernels;
  private final List<List<Step>> lanes = new ArrayList<>();
  private List<Step> steps = new ArrayList<>();
  private final Map<Integer, String> declined = new LinkedHashMap<>();
  private final List<Integer> inputOffsets = new ArrayList<>();
  private final int progressOffset;
  private final int scratchOffset;
  private final int scratchBytes;
  private final int stampsOffset;
  private final int blockBytes;
  private final byte[] bytes;
  private final Map<Integer, List<Stretch>> kernelsOf = new HashMap<>();
  private boolean open;

  /** Bytes of the code. */
  private record Stretch(int from, int to) {}

  /**
   * The code of a verified program. Where it has several lanes and {@link #declined} is not empty
   * it must not be run: turning a tensor for a portable kernel would disturb other lanes.
   *
   * @param pool of the kernels, behind the program's constants
   * @param code writes into an empty place
   * @param timed whether the time is noted between slots; see {@link #stampsOffset}
   * @throws ArithmeticException if its arena or its constants are beyond 2 GiB
   */
  public MachineCode(Program program, ConstantPool pool, LaneWriter code, boolean timed) {
    this.program = program;
    this.timed = timed;
    this.code = code;
    this.pool = pool;
    this.kernels = code.kernels();
    int at = align(Math.toIntExact(program.memory().arenaBytes()) + OVERREAD);
    for (int input : program.inputs()) {
      inputOffsets.add(at);
      at = align(at + Math.toIntExact(program.tensor(input).bytes()) + OVERREAD);
    }
    this.progressOffset = at;
    this.scratchOffset = at + program.schedule().lanes().size() * PROGRESS_STRIDE;
    int scratch = code.scratchBytes();
    for (int i = 0; i < program.operators().size(); i++) {
      Optional<String> reason = kernels.declined(i);
      if (reason.isPresent()) {
        declined.put(i, reason.get());
      } else {
        scratch = Math.max(scratch, kernels.scratchBytes(i));
      }
    }
    this.scratchBytes = align(scratch);
    int count = program.schedule().lanes().size();
    this.stampsOffset = scratchOffset + scratchBytes * count;
    this.blockBytes = timed ? stampsOffset(count) : stampsOffset;
    for (int lane = 0; lane < count; lane++) {
      steps = new ArrayList<>();
      emitLane(lane);
      lanes.add(List.copyOf(steps));
    }
    this.bytes = code.toByteArray();
  }

  private static int align(int size) {
    return Math.ceilDiv(size, 64) * 64;
  }

  /** What is added to INT8 values in the arena. */
  public int turn() {
    return code.turn();
  }

  /** What lane {@code lane} does, in order. */
  public List<Step> steps(int lane) {
    return lanes.get(lane);
  }

  /** Operators that have no kernel here, with the reason. */
  public Map<Integer, String> declined() {
    return Map.copyOf(declined);
  }

  /** The program that this is the code of. */
  public Program program() {
    return program;
  }

  /**
   * All slots of operator {@code operator}, and nothing else, as a function: copies of the bytes
   * that the lanes run. They may be moved, because they jump within themselves only and address
   * memory through registers.
   */
  public byte[] alone(int operator) {
    ByteArrayOutputStream function = new ByteArrayOutputStream();
    function.writeBytes(code.opening());
    for (Stretch kernel : kernelsOf.getOrDefault(operator, List.of())) {
      function.write(bytes, kernel.from(), kernel.to() - kernel.from());
    }
    function.writeBytes(code.closing());
    return function.toByteArray();
  }

  /** Bytes of the code of all slots of operator {@code operator}; 0 where there is none. */
  public int codeBytes(int operator) {
    int bytes = 0;
    for (Stretch kernel : kernelsOf.getOrDefault(operator, List.of())) {
      bytes += kernel.to() - kernel.from();
    }
    return bytes;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  /** Bytes of all constants that the code reads; see {@link #copyConstants}. */
  public int constantsBytes() {
    return pool.end();
  }

  /**
   * Writes the constants that the code reads: those of the program as they are, from offset 0, and
   * behind them biases, multipliers and what else the kernels keep.
   *
   * @param to at least {@link #constantsBytes}, zeroed, at a multiple of 64
   */
  public void copyConstants(MemorySegment to) {
    MemorySegment own = program.constants();
    MemorySegment.copy(own, 0, to, 0, own.byteSize());
    pool.copyTo(to);
  }

  /** Where input {@code index} is written by the caller, from the arena's start. */
  public int inputOffset(int index) {
    return inputOffsets.get(index);
  }

  /**
   * Where lane {@code lane} counts, from the arena's start: an INT32, 0 before a run, 1 when the
   * inputs are in place (lane 0), one more with every slot that ends.
   */
  public int progressOffset(int lane) {
    return progressOffset + lane * PROGRESS_STRIDE;
  }

  /** Where the scratch of lane {@code lane} begins, from the arena's start. */
  public int scratchOffset(int lane) {
    return scratchOffset + lane * scratchBytes;
  }

  /**
   * Where a timed lane {@code lane} notes the processor's clock, from the arena's start: an INT64
   * when it starts, one when the inputs are in place, one at the end of each slot and one when the
   * outputs are in place. Each is read once all before it has ended.
   */
  public int stampsOffset(int lane) {
    int at = stampsOffset;
    for (int l = 0; l < lane; l++) {
      at = align(at + (program.schedule().lanes().get(l).slots().size() + 3) * Long.BYTES);
    }
    return at;
  }

  /** Bytes of the whole block: arena, inputs, scratch, stamps if it is timed. */
  public int blockBytes() {
    return blockBytes;
  }

  private void emitLane(int lane) {
    List<Schedule.Slot> slots = program.schedule().lanes().get(lane).slots();
    begin();
    stamp(lane, 0);
    if (lane == 0) {
      for (int i = 0; i < program.inputs().size(); i++) {
        int tensor = program.inputs().get(i);
        move(inputOffsets.get(i), offset(tensor), program.tensor(tensor));
      }
    } else {
      await(0, 1);
    }
    count(lane, 1);
    stamp(lane, 1);
    for (int i = 0; i < slots.size(); i++) {
      Schedule.Slot slot = slots.get(i);
      begin();
      slot.waits().forEach(w -> await(w.lane(), w.slot() + 2));
      if (declined.containsKey(slot.operator())) {
        emitPortable(slot);
      } else {
        int from = code.size();
        kernels.emit(slot);
        kernelsOf
            .computeIfAbsent(slot.operator(), _ -> new ArrayList<>())
            .add(new Stretch(from, code.size()));
      }
      count(lane, i + 2);
      stamp(lane, i + 2);
    }
    if (lane == 0) {
      for (int other = 1; other < program.schedule().lanes().size(); other++) {
        await(other, program.schedule().lanes().get(other).slots().size() + 1);
      }
      turn(new LinkedHashSet<>(program.outputs()));
    }
    stamp(lane, slots.size() + 2);
    end();
  }

  private void emitPortable(Schedule.Slot slot) {
    Operator op = program.operators().get(slot.operator());
    Set<Integer> touched = new LinkedHashSet<>(op.reads());
    // a band leaves other rows of the output as they are, so the whole of it is turned both ways
    touched.add(op.output());
    turn(touched);
    end();
    steps.add(new Step.Portable(slot));
    begin();
    turn(touched);
  }

  /** Spins until lane {@code lane} has counted to {@code count}. */
  private void await(int lane, int count) {
    if (program.schedule().lanes().size() == 1) {
      return;
    }
    code.await(progressOffset(lane), count);
  }

  private void count(int lane, int count) {
    if (program.schedule().lanes().size() > 1) {
      code.count(progressOffset(lane), count);
    }
  }

  private void stamp(int lane, int index) {
    if (timed) {
      code.stamp(stampsOffset(lane) + index * Long.BYTES);
    }
  }

  private void move(int from, int to, TensorSpec spec) {
    int size = Math.toIntExact(spec.bytes());
    if (spec.type() == ElementType.INT8) {
      code.turn(from, to, size);
    } else {
      code.copy(from, to, size);
    }
  }

  /** Turns INT8 tensors of the arena in place, bytes that several share once. */
  private void turn(Set<Integer> tensors) {
    if (code.turn() == 0) {
      return;
    }
    Set<Long> done = new LinkedHashSet<>();
    for (int t : tensors) {
      TensorSpec spec = program.tensor(t);
      if (spec.type() == ElementType.INT8
          && spec.placement() instanceof Placement.InArena at
          && done.add(at.offset())) {
        int size = Math.toIntExact(spec.bytes());
        code.turn(offset(t), offset(t), size);
      }
    }
  }

  private int offset(int tensor) {
    return Math.toIntExact(program.tensor(tensor).placement().offset());
  }

  private void begin() {
    if (!open) {
      code.align();
      steps.add(new Step.Machine(code.size()));
      code.begin();
      open = true;
    }
  }

  private void end() {
    if (open) {
      code.end();
      open = false;
    }
  }
}
