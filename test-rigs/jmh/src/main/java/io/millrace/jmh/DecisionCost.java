package io.millrace.jmh;

import io.millrace.bench.MeteredDecisions;
import io.millrace.node.admission.Decision;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One window's decision with all budgets on: taken, taken again if the window waited, and settled;
 * in every tenth the meter's reading is entered too.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionCost {
  /** Windows before anything is measured: an hour of them, so that the ledgers are full. */
  private static final int BEFORE = 36_000;

  /** How things stand. */
  @Param({"PLENTY", "TIGHT", "CLOUD_GONE"})
  public MeteredDecisions.Situation situation;

  private MeteredDecisions decisions;

  @Setup
  public void fill() {
    decisions = new MeteredDecisions(situation);
    for (int i = 0; i < BEFORE; i++) {
      decisions.next();
    }
  }

  @Benchmark
  public Decision next() {
    return decisions.next();
  }
}
