package io.millrace.engine;

import io.millrace.engine.kernel.KernelSource;
import io.millrace.program.BadProgramException;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.ProgramLimits;
import io.millrace.program.ProgramVerifier;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs lane 0 on the caller's thread and each further lane on a thread of its own. */
final class LaneExecutor implements Executor {
  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int CLOSED = 2;

  private final Program program;
  private final Arena arena;
  private final MemorySegment[] inputs;
  private final MemorySegment[] outputs;
  private final RunState progress;
  private final LaneBody first;
  private final List<LaneThread> others;
  private final AtomicInteger state = new AtomicInteger(IDLE);

  /**
   * Takes over {@code arena} and starts the threads.
   *
   * @param inputs where the caller writes, in the program's order
   * @param outputs where the caller reads, in the program's order
   * @param bodies the lanes; the first runs on the caller's thread
   */
  LaneExecutor(
      Program program,
      Arena arena,
      MemorySegment[] inputs,
      MemorySegment[] outputs,
      RunState progress,
      List<? extends LaneBody> bodies) {
    this.program = program;
    this.arena = arena;
    this.inputs = inputs.clone();
    this.outputs = outputs.clone();
    this.progress = progress;
    this.first = bodies.getFirst();
    this.others = bodies.stream().skip(1).map(LaneThread::new).toList();
    others.forEach(LaneThread::start);
  }

  @SuppressWarnings("MustBeClosedChecker") // the executor closes it, or this method if it fails
  static LaneExecutor load(Program program, KernelSource kernels) throws BadProgramException {
    ProgramVerifier.verify(program);
    Arena arena = Arena.ofShared();
    boolean loaded = false;
    try {
      MemorySegment memory = allocate(arena, program.memory().arenaBytes());
      List<Schedule.Lane> lanes = program.schedule().lanes();
      Progress progress = new Progress(lanes.size());
      List<LaneRunner> runners = new ArrayList<>();
      for (int lane = 0; lane < lanes.size(); lane++) {
        if (lane == 0 || !lanes.get(lane).slots().isEmpty()) {
          runners.add(LaneRunner.bind(program, lane, kernels, memory, progress));
        }
      }
      LaneExecutor executor =
          new LaneExecutor(
              program,
              arena,
              segments(program, program.inputs(), memory),
              segments(program, program.outputs(), memory),
              progress,
              runners);
      loaded = true;
      return executor;
    } finally {
      if (!loaded) {
        arena.close();
      }
    }
  }

  private static MemorySegment allocate(Arena arena, long bytes) throws BadProgramException {
    try {
      return arena.allocate(Math.max(bytes, 1), ProgramLimits.ALIGNMENT);
    } catch (OutOfMemoryError e) {
      throw new BadProgramException(
          "no memory for an arena of %d bytes; compile with a memory budget".formatted(bytes), e);
    }
  }

  /** Where tensors lie, constants in the program, others in {@code memory}. */
  static MemorySegment[] segments(Program program, List<Integer> tensors, MemorySegment memory) {
    MemorySegment[] segments = new MemorySegment[tensors.size()];
    for (int i = 0; i < segments.length; i++) {
      TensorSpec tensor = program.tensor(tensors.get(i));
      segments[i] =
          (tensor.placement() instanceof Placement.InArena ? memory : program.constants())
              .asSlice(tensor.placement().offset(), tensor.bytes());
    }
    return segments;
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public MemorySegment input(int index) {
    return inputs[index];
  }

  @Override
  public MemorySegment output(int index) {
    return outputs[index];
  }

  @Override
  public void run() {
    take(RUNNING);
    try {
      progress.clear();
      for (int i = 0; i < others.size(); i++) {
        others.get(i).wake();
      }
      first.run();
      for (int i = 0; i < others.size(); i++) {
        others.get(i).await();
      }
    } finally {
      state.setRelease(IDLE);
    }
    Throwable failure = progress.failure();
    if (failure != null) {
      throw new IllegalStateException("a kernel failed: " + failure, failure);
    }
  }

  @Override
  public void close() {
    if (state.get() == CLOSED) {
      return;
    }
    take(CLOSED);
    others.forEach(LaneThread::end);
    arena.close();
  }

  private void take(int next) {
    int now = state.compareAndExchange(IDLE, next);
    if (now != IDLE) {
      throw new IllegalStateException(
          now == CLOSED
              ? "this executor of " + program.name() + " is closed"
              : "this executor of "
                  + program.name()
                  + " is running on another thread; load one for each thread");
    }
  }
}
