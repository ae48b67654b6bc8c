package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.admission.AdmissionSettings;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MS = 1_000_000;

  @Test
  void shouldTakeTheStatedGapUntilWindowsShowAnother() {
    Pace pace = new Pace(1, 8, 100 * MS);
    assertEquals(1, pace.gapNs());
    pace.came(5_000 * MS);
    assertEquals(1, pace.gapNs());
    pace.came(5_050 * MS);
    assertEquals(50 * MS, pace.gapNs());
  }

  @Test
  void shouldBelieveAFasterPaceAtOnceAndASlowerOneSlowly() {
    Pace pace = new Pace(50 * MS, 8, 100 * MS);
    pace.came(0);
    pace.came(50 * MS);
    pace.came(70 * MS);
    assertEquals(20 * MS, pace.gapNs());
    pace.came(170 * MS);
    assertEquals(30 * MS, pace.gapNs(), "an eighth of the way to 100");
    pace.came(170 * MS);
    assertEquals(1, pace.gapNs());
  }

  @Test
  void shouldKnowWhenTheNextWindowIsDue() {
    Pace pace = new Pace(50 * MS, 8, 100 * MS);
    pace.came(200 * MS);
    assertFalse(pace.nextIsDue(249 * MS));
    assertTrue(pace.nextIsDue(250 * MS));
  }

  @Test
  void shouldLetTheNextWindowBeInTime() {
    Pace pace = new Pace(50 * MS, 1_000, 100 * MS);
    // the next is whole at 1050 and due at 1150; its answer takes 7
    assertEquals(1_143 * MS, pace.untilNs(1_000 * MS, 0, 7 * MS));
  }

  @Test
  void shouldLeaveAPlaceForEachWindowThatComesMeanwhile() {
    Pace pace = new Pace(50 * MS, 8, AdmissionSettings.NO_DEADLINE);
    assertEquals(1_350 * MS, pace.untilNs(1_000 * MS, 0, 7 * MS));
    assertEquals(1_150 * MS, pace.untilNs(1_000 * MS, 4, 7 * MS));
  }

  @Test
  void shouldReckonWithTheSlowestSensors() {
    Pace pace = new Pace(Long.MAX_VALUE, 100_004, AdmissionSettings.NO_DEADLINE);
    pace.came(0);
    pace.came(Long.MAX_VALUE / 2);
    assertTrue(pace.untilNs(Long.MAX_VALUE / 4, 0, 0) > Long.MAX_VALUE / 4);
  }
}
