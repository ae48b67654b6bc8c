package io.millrace.suites.endurance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.bench.SampleInput;
import io.millrace.cli.calibrate.OneOperator;
import io.millrace.engine.Executor;
import io.millrace.engine.Instructions;
import io.millrace.program.Program;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnduranceTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What a processor lacks runs with portable kernels, which must not allocate either. */
  @ParameterizedTest
  @EnumSource(Instructions.class)
  void shouldAllocateNothingInARun(Instructions instructions) throws Exception {
    for (Program program :
        List.of(
            OneOperator.pointwise(8, 8, 32, 32),
            OneOperator.depthwise(9, 9, 32, 2),
            OneOperator.fullyConnected(64, 10),
            TwoLanes.of(OneOperator.pointwise(8, 8, 32, 32)))) {
      // lanes wait for each other, long where other processes want the cores too
      int runs = program.schedule().lanes().size() > 1 ? 30 : 300;
      try (Executor executor = Executor.load(program, instructions)) {
        SampleInput.fill(executor);
        long least = Long.MAX_VALUE;
        // while the JVM compiles, it links once what it had interpreted
        for (int stretch = 0; stretch < 8; stretch++) {
          least = Math.min(least, allocated(executor, runs));
        }
        assertEquals(0, least, "bytes in " + runs + " runs of " + program.name());
      }
    }
  }

  private static long allocated(Executor executor, int runs) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      executor.run();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** A mapping or a thread left behind by each load would be a thousand of them. */
  @Test
  @Timeout(180)
  void shouldLeaveNothingBehindAfterAThousandLoads() throws Exception {
    Map<String, Long> grown = EnduranceChild.start("loads", 1000);
    assertTrue(grown.get("mappings") < 30, () -> "more mappings: " + grown);
    assertTrue(grown.get("threads") < 5, () -> "more threads: " + grown);
    assertTrue(grown.get("residentKiB") < 8192, () -> "more memory: " + grown);
  }

  /** Four bytes lost in each run would be 4 MiB. */
  @Test
  @Timeout(180)
  void shouldStayAsSmallInAMillionRuns() throws Exception {
    Map<String, Long> grown = EnduranceChild.start("runs", 1_000_000);
    assertTrue(grown.get("mappings") < 30, () -> "more mappings: " + grown);
    assertTrue(grown.get("threads") < 5, () -> "more threads: " + grown);
    assertTrue(grown.get("residentKiB") < 3072, () -> "more memory: " + grown);
  }

  /** The figures are no constant zeros. */
  @Test
  @Timeout(180)
  void shouldSeeALeak() throws Exception {
    Map<String, Long> grown = EnduranceChild.start("leaks", 100);
    assertTrue(grown.get("mappings") >= 100, () -> "mappings unseen: " + grown);
    assertTrue(grown.get("threads") >= 100, () -> "threads unseen: " + grown);
    assertTrue(grown.get("residentKiB") >= 100 * 64, () -> "memory unseen: " + grown);
  }
}
