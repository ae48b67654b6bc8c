package io.millrace.suites.allocation;

import com.sun.management.ThreadMXBean;
import io.millrace.bench.MeteredDecisions;
import io.millrace.bench.MeteredDecisions.Situation;
import java.lang.management.ManagementFactory;

/** Prints each decision that took bytes on the heap; nothing if none did. */
final class EachDecision {
  private static final int DECISIONS = 80_000;

  private EachDecision() {}

  /** Takes them, in each situation, beyond a change of day. */
  public static void main(String[] arguments) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Situation situation : Situation.values()) {
      MeteredDecisions decisions = new MeteredDecisions(situation);
      long day = decisions.epochDay();
      for (int i = 0; i < DECISIONS; i++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        decisions.next();
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        if (bytes > 0) {
          System.out.println(situation + ", decision " + i + ": " + bytes + " bytes");
        }
      }
      if (decisions.epochDay() == day) {
        System.out.println(situation + ": no day began");
      }
    }
  }
}
