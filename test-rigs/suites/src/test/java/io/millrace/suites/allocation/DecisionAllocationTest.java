package io.millrace.suites.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.bench.MeteredDecisions;
import io.millrace.bench.MeteredDecisions.Situation;
import io.millrace.node.admission.DecisionCounts.Kind;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes on the Java heap that decisions take, with all accounts on, an hour of windows and more, a
 * change of day among them.
 */
@Timeout(120)
class DecisionAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int DECISIONS = 40_000;

  @ParameterizedTest
  @EnumSource
  void shouldAllocateNothing(Situation situation) {
    MeteredDecisions decisions = new MeteredDecisions(situation);
    allocated(decisions);
    long day = decisions.epochDay();
    assertEquals(0, allocated(decisions), "bytes in " + DECISIONS + " decisions");
    assertEquals(day + 1, decisions.epochDay(), "a day begins where bytes are counted");
    long local = decisions.counts().of(Kind.RUN_LOCAL);
    assertTrue(local > 0, "some are taken");
    if (situation != Situation.PLENTY) {
      assertTrue(local < 2 * DECISIONS, "some are not: the budgets are felt");
    }
  }

  private static long allocated(MeteredDecisions decisions) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < DECISIONS; i++) {
      decisions.next();
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /**
   * Each decision by itself, the very first one too, in a JVM that compiles nothing: there, nothing
   * is optimized away, and the JVM itself takes nothing for its compilers.
   */
  @Test
  void shouldAllocateNothingInAnyDecisionWhereNothingIsOptimized() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xint",
                "-cp",
                System.getProperty("java.class.path"),
                EachDecision.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), printed);
    assertEquals("", printed);
  }
}
