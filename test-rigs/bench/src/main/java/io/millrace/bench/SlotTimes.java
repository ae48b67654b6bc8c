package io.millrace.bench;

import io.millrace.cli.InputException;
import io.millrace.engine.Instructions;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What each operator of a program with one lane takes here.
 *
 * @param us by operator, the least of some p50: microseconds
 * @param clockHz the core's clock while it was measured
 * @param noteUs what noting the time adds to each slot: what runs with and without differ by
 */
public record SlotTimes(List<Double> us, double clockHz, double noteUs) {
  private static final int TRIES = 3;

  public SlotTimes {
    us = List.copyOf(us);
  }

  /**
   * Measures, for some seconds.
   *
   * @throws InputException if the program runs without machine code here
   */
  public static SlotTimes measure(String title, Program program)
      throws BadProgramException, InputException {
    List<Double> us =
        new ArrayList<>(Collections.nCopies(program.operators().size(), Double.MAX_VALUE));
    double clockHz = 0;
    double noteUs = Double.MAX_VALUE;
    CoreClock clock = CoreClock.load();
    for (int i = 0; i < TRIES; i++) {
      SlotProfile profile =
          SlotProfile.measure(title, program, Instructions.BEST, "", Effort.of(0, 1), _ -> {});
      clockHz = Math.max(clockHz, clock.hz());
      double more = profile.timed().atPermilleUs(500) - profile.plain().atPermilleUs(500);
      noteUs = Math.min(noteUs, Math.max(0, more) / (profile.slots().size() + 3));
      for (SlotProfile.SlotTime slot : profile.slots()) {
        int operator = slot.slot().operator();
        us.set(operator, Math.min(us.get(operator), slot.measuredUs()));
      }
    }
    return new SlotTimes(us, clockHz, noteUs);
  }
}
