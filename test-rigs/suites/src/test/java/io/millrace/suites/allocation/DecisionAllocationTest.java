package io.millrace.suites.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.bench.MeteredDecisions;
import io.millrace.bench.MeteredDecisions.Situation;
import io.millrace.node.admission.DecisionCounts.Kind;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes on the Java heap that decisions take, with all accounts on, an hour of windows and more.
 */
class DecisionAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @EnumSource
  void shouldAllocateNothing(Situation situation) {
    MeteredDecisions decisions = new MeteredDecisions(situation);
    // beyond midnight: a day begins in the warm-up, not where bytes are counted
    allocated(decisions, 80_000);
    assertEquals(0, allocated(decisions, 40_000), "bytes in 40000 decisions");
    long local = decisions.counts().of(Kind.RUN_LOCAL);
    assertTrue(local > 0, "some are taken");
    if (situation != Situation.PLENTY) {
      assertTrue(local < 120_000, "some are not: the budgets are felt");
    }
  }

  private static long allocated(MeteredDecisions decisions, int windows) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < windows; i++) {
      decisions.next();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
