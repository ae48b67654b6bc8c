package io.millrace.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;

/** The counters that lanes in machine code wait for, and what went wrong. */
final class MachineProgress implements RunState {
  /** Linked when several lanes first need it. */
  private static final class Lazy {
    static final VarHandle COUNTER = ValueLayout.JAVA_INT.varHandle();
  }

  private final MemorySegment[] counters;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * @param counters one INT32 for each lane
   */
  MachineProgress(MemorySegment[] counters) {
    // one lane waits for nobody and does not count
    this.counters = counters.length == 1 ? new MemorySegment[0] : counters.clone();
  }

  @Override
  public void clear() {
    failure.setPlain(null);
    for (MemorySegment counter : counters) {
      Lazy.COUNTER.setRelease(counter, 0L, 0);
    }
  }

  /**
   * Keeps the first cause and lets every lane that waits go on; its answers are never given out.
   */
  void failed(Throwable cause) {
    failure.compareAndSet(null, cause);
    for (MemorySegment counter : counters) {
      Lazy.COUNTER.setRelease(counter, 0L, Integer.MAX_VALUE);
    }
  }

  @Override
  public Throwable failure() {
    return failure.getAcquire();
  }
}
