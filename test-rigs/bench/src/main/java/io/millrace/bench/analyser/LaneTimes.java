package io.millrace.bench.analyser;

import io.millrace.program.Program;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import java.util.ArrayList;
import java.util.List;

/** When the last lane ends, if each slot takes its share of its operator's time. */
final class LaneTimes {
  /** Nanoseconds of a band. */
  interface BandNs {
    /**
     * What a band takes.
     *
     * @param share of the rows of the operator
     */
    double of(int operator, double share);
  }

  private LaneTimes() {}

  /**
   * Nanoseconds from the start of lane 0 to the end of all.
   *
   * @param band what a band of an operator takes on one core
   * @param handoverNs from the end of a slot to a lane that waits for it
   * @param wakeNs from the start until the other lanes run
   */
  static double ns(Program program, BandNs band, double handoverNs, double wakeNs) {
    List<Schedule.Lane> lanes = program.schedule().lanes();
    List<List<Double>> ends = new ArrayList<>();
    int[] next = new int[lanes.size()];
    double[] now = new double[lanes.size()];
    for (int l = 0; l < lanes.size(); l++) {
      ends.add(new ArrayList<>());
      now[l] = l == 0 ? 0 : wakeNs;
    }
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int l = 0; l < lanes.size(); l++) {
        while (next[l] < lanes.get(l).slots().size()) {
          Schedule.Slot slot = lanes.get(l).slots().get(next[l]);
          if (slot.waits().stream().anyMatch(w -> ends.get(w.lane()).size() <= w.slot())) {
            break;
          }
          double start = now[l];
          for (Schedule.Wait w : slot.waits()) {
            start = Math.max(start, ends.get(w.lane()).get(w.slot()) + handoverNs);
          }
          int output = program.operators().get(slot.operator()).output();
          double share = (double) slot.rows() / Rows.of(program.tensor(output).shape());
          now[l] = start + band.of(slot.operator(), share);
          ends.get(l).add(now[l]);
          next[l]++;
          moved = true;
        }
      }
    }
    double last = 0;
    for (double end : now) {
      last = Math.max(last, end);
    }
    return last;
  }
}
