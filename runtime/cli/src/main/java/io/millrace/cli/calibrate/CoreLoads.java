package io.millrace.cli.calibrate;

import io.millrace.engine.Executor;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.Work;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * This machine's cores, kept busy by threads that run the engine's own kernels. Their programs fit
 * into caches, so that bytes from RAM are moved by the copying alone.
 */
final class CoreLoads implements Loads {
  /** More than any cache of a board, less than any board has. */
  static final long COPIED_BYTES = 64L << 20;

  /** What one core repeats, and how much each time does. */
  private interface Step extends AutoCloseable {
    void run();

    @Override
    void close();
  }

  private record Repeated(Step step, double amount) {}

  @Override
  public Load start(Workload workload) throws BadProgramException, InterruptedException {
    List<Repeated> steps = new ArrayList<>();
    for (int i = 0; i < workload.cores(); i++) {
      steps.add(step(workload.kind()));
    }
    return new Running(workload.kind(), steps);
  }

  private static Repeated step(Workload.Kind kind) throws BadProgramException {
    return switch (kind) {
      case IDLE -> throw new IllegalArgumentException("nothing to do is no step");
      case SPINNING -> new Repeated(kernel(Thread::onSpinWait, () -> {}), 0);
      case MATRIX -> repeated(OneOperator.pointwise(28, 28, 128, 128));
      case DEPTHWISE -> repeated(OneOperator.depthwise(25, 5, 64, 1));
      case ELEMENTS -> repeated(OneOperator.add(32, 32, 16));
      case MEMORY -> {
        Arena arena = Arena.ofAuto();
        MemorySegment from = arena.allocate(COPIED_BYTES, 64).fill((byte) 1);
        MemorySegment to = arena.allocate(COPIED_BYTES, 64).fill((byte) 2);
        yield new Repeated(kernel(() -> to.copyFrom(from), () -> {}), COPIED_BYTES);
      }
    };
  }

  private static Repeated repeated(Program program) throws BadProgramException {
    Executor executor = Executor.load(program);
    return new Repeated(
        kernel(executor::run, executor::close),
        Work.of(program.operators().getFirst(), program::tensor));
  }

  private static Step kernel(Runnable run, Runnable close) {
    return new Step() {
      @Override
      public void run() {
        run.run();
      }

      @Override
      public void close() {
        close.run();
      }
    };
  }

  private static final class Running implements Load {
    private final Workload.Kind kind;
    private final List<Repeated> steps;
    private final List<AtomicLong> runs = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Running(Workload.Kind kind, List<Repeated> steps) throws InterruptedException {
      this.kind = kind;
      this.steps = steps;
      CountDownLatch started = new CountDownLatch(steps.size());
      for (Repeated repeated : steps) {
        AtomicLong count = new AtomicLong();
        runs.add(count);
        threads.add(
            Thread.ofPlatform()
                .daemon()
                .name("millrace-busy")
                .start(() -> {
                  started.countDown();
                  while (!stopped) {
                    repeated.step().run();
                    count.setOpaque(count.getPlain() + 1);
                  }
                }));
      }
      started.await();
    }

    @Override
    public Done done() {
      double amount = 0;
      for (int i = 0; i < steps.size(); i++) {
        amount += runs.get(i).getOpaque() * steps.get(i).amount();
      }
      return Done.of(kind, amount);
    }

    @Override
    public void close() {
      stopped = true;
      boolean interrupted = false;
      for (Thread thread : threads) {
        while (thread.isAlive()) {
          try {
            thread.join();
          } catch (InterruptedException e) {
            // a step ends by itself soon, and its memory may be freed only then
            interrupted = true;
          }
        }
      }
      steps.forEach(s -> s.step().close());
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
