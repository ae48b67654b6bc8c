package io.millrace.cli.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CoreLoadsTest {
  private static double amount(Done done) {
    return done.macs() + done.depthwiseMacs() + done.elements() + done.ramBytes();
  }

  @Test
  void shouldCountTheWorkOfEachKindAndNoOther() throws Exception {
    for (Workload.Kind kind : Workload.Kind.values()) {
      if (kind == Workload.Kind.IDLE || kind == Workload.Kind.SPINNING) {
        continue;
      }
      Loads.Load load = new CoreLoads().start(new Workload(kind, 2));
      try {
        while (amount(load.done()) == 0) {
          Thread.onSpinWait();
        }
      } finally {
        load.close();
      }
      Done done = load.done();
      double own =
          switch (kind) {
            case MATRIX -> done.macs();
            case DEPTHWISE -> done.depthwiseMacs();
            case ELEMENTS -> done.elements();
            default -> done.ramBytes();
          };
      assertTrue(own > 0, kind + " " + done);
      assertEquals(own, amount(done), kind.toString());
      assertEquals(done, load.done(), "it has ended");
    }
  }

  @Test
  void shouldSpinWithoutWork() throws Exception {
    Loads.Load load = new CoreLoads().start(new Workload(Workload.Kind.SPINNING, 1));
    load.close();
    assertEquals(Done.NOTHING, load.done());
  }

  @Test
  void shouldKnowNoWorkloadWithoutCores() {
    assertThrows(IllegalArgumentException.class, () -> new Workload(Workload.Kind.MATRIX, 0));
    assertThrows(IllegalArgumentException.class, () -> new Workload(Workload.Kind.IDLE, 1));
  }
}
