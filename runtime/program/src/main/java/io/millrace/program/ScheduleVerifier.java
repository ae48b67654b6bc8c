package io.millrace.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Proves that a schedule computes every row once, comes to an end, and gives the answers of the
 * operators run one after the other: wherever two slots touch the same bytes and one of them
 * writes, they run in the order of their operators, by the order of a lane or by waits.
 */
final class ScheduleVerifier {
  /** Bound on the time that the proof itself may take. */
  private static final long STEPS = 50_000_000;

  /** Slot {@code index} of lane {@code lane}; {@code before[l]} slots of lane l end before it. */
  private static final class Placed {
    final int lane;
    final int index;
    final Schedule.Slot slot;
    final int[] before;

    Placed(int lane, int index, Schedule.Slot slot, int[] before) {
      this.lane = lane;
      this.index = index;
      this.slot = slot;
      this.before = before;
    }

    boolean after(int otherLane, int otherIndex) {
      return before[otherLane] > otherIndex;
    }
  }

  /** Bytes with one history: who wrote them last, and the last reader since on each lane. */
  private static final class Stretch {
    final long to;
    final Placed writer;
    final int[] readers;

    Stretch(long to, Placed writer, int[] readers) {
      this.to = to;
      this.writer = writer;
      this.readers = readers;
    }
  }

  /** A class and no lambda: verifying is among the first things that a process does. */
  private static final Comparator<Placed> BY_ROW =
      new Comparator<>() {
        @Override
        public int compare(Placed a, Placed b) {
          return Integer.compare(a.slot.firstRow(), b.slot.firstRow());
        }
      };

  private final Program program;
  private final List<Schedule.Lane> lanes;
  private final List<List<Placed>> byOperator = new ArrayList<>();
  private final TreeMap<Long, Stretch> stretches = new TreeMap<>();
  private long steps;

  private ScheduleVerifier(Program program) {
    this.program = program;
    this.lanes = program.schedule().lanes();
  }

  static void verify(Program program) throws BadProgramException {
    ScheduleVerifier verifier = new ScheduleVerifier(program);
    verifier.bounds();
    verifier.order();
    verifier.coverage();
    verifier.conflicts();
  }

  private void bounds() throws BadProgramException {
    Require.within("number of lanes", lanes.size(), 1, ProgramLimits.LANES);
    long slots = 0;
    long timeNs = 0;
    long energyNanoJ = 0;
    for (int l = 0; l < lanes.size(); l++) {
      slots += lanes.get(l).slots().size();
      Require.within("number of slots", slots, 0, ProgramLimits.SLOTS);
      for (int s = 0; s < lanes.get(l).slots().size(); s++) {
        Schedule.Slot slot = lanes.get(l).slots().get(s);
        String what = "lane " + l + ", slot " + s + ": ";
        Require.within(what + "operator", slot.operator(), 0, program.operators().size() - 1L);
        int rows = Rows.of(output(slot).shape());
        Require.within(what + "first row", slot.firstRow(), 0, rows - 1L);
        Require.within(what + "rows", slot.rows(), 1, (long) rows - slot.firstRow());
        Require.within(
            what + "predicted time in ns", slot.cost().timeNs(), 0, Long.MAX_VALUE - timeNs);
        Require.within(
            what + "predicted energy in nJ",
            slot.cost().energyNanoJ(),
            0,
            Long.MAX_VALUE - energyNanoJ);
        timeNs += slot.cost().timeNs();
        energyNanoJ += slot.cost().energyNanoJ();
        Require.within(what + "number of waits", slot.waits().size(), 0, lanes.size());
        for (Schedule.Wait wait : slot.waits()) {
          Require.within(what + "lane waited for", wait.lane(), 0, lanes.size() - 1L);
          Require.that(wait.lane() != l, "%swaits for its own lane", what);
          Require.within(
              what + "slot waited for", wait.slot(), 0, lanes.get(wait.lane()).slots().size() - 1L);
        }
      }
    }
  }

  private TensorSpec output(Schedule.Slot slot) {
    return program.tensor(program.operators().get(slot.operator()).output());
  }

  /** Lets every lane go as far as it can; what then still stands waits for itself. */
  private void order() throws BadProgramException {
    for (int i = 0; i < program.operators().size(); i++) {
      byOperator.add(new ArrayList<>());
    }
    List<List<Placed>> done = new ArrayList<>();
    for (int l = 0; l < lanes.size(); l++) {
      done.add(new ArrayList<>());
    }
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int l = 0; l < lanes.size(); l++) {
        List<Schedule.Slot> slots = lanes.get(l).slots();
        List<Placed> own = done.get(l);
        while (own.size() < slots.size() && ready(slots.get(own.size()), done)) {
          Placed placed = placed(l, slots.get(own.size()), done);
          own.add(placed);
          byOperator.get(placed.slot.operator()).add(placed);
          moved = true;
        }
      }
    }
    for (int l = 0; l < lanes.size(); l++) {
      Require.that(
          done.get(l).size() == lanes.get(l).slots().size(),
          "lane %d stands at slot %d for ever: the waits form a circle",
          l,
          done.get(l).size());
    }
  }

  private static boolean ready(Schedule.Slot slot, List<List<Placed>> done) {
    for (Schedule.Wait wait : slot.waits()) {
      if (done.get(wait.lane()).size() <= wait.slot()) {
        return false;
      }
    }
    return true;
  }

  private static Placed placed(int lane, Schedule.Slot slot, List<List<Placed>> done) {
    int index = done.get(lane).size();
    int[] before = index == 0 ? new int[done.size()] : done.get(lane).get(index - 1).before.clone();
    before[lane] = index;
    for (Schedule.Wait wait : slot.waits()) {
      int[] other = done.get(wait.lane()).get(wait.slot()).before;
      for (int l = 0; l < before.length; l++) {
        before[l] = Math.max(before[l], other[l]);
      }
      before[wait.lane()] = Math.max(before[wait.lane()], wait.slot() + 1);
    }
    return new Placed(lane, index, slot, before);
  }

  private void coverage() throws BadProgramException {
    for (int i = 0; i < byOperator.size(); i++) {
      List<Placed> bands = new ArrayList<>(byOperator.get(i));
      bands.sort(BY_ROW);
      int next = 0;
      for (Placed band : bands) {
        Require.that(
            band.slot.firstRow() == next,
            "operator %d: row %d is computed %s",
            i,
            Math.min(next, band.slot.firstRow()),
            band.slot.firstRow() > next ? "by no slot" : "twice");
        next += band.slot.rows();
      }
      int rows = Rows.of(program.tensor(program.operators().get(i).output()).shape());
      Require.that(next == rows, "operator %d: row %d of %d is computed by no slot", i, next, rows);
    }
  }

  private void conflicts() throws BadProgramException {
    for (int i = 0; i < byOperator.size(); i++) {
      Operator operator = program.operators().get(i);
      for (Placed band : byOperator.get(i)) {
        for (int read : operator.reads()) {
          if (program.tensor(read).placement() instanceof Placement.InArena place) {
            Schedule.Slot slot = band.slot;
            Footprint f =
                Footprint.read(program.tensors(), operator, read, slot.firstRow(), slot.rows());
            read(band, place.offset() + f.from(), place.offset() + f.to());
          }
        }
      }
      TensorSpec out = program.tensor(operator.output());
      for (Placed band : byOperator.get(i)) {
        Footprint f = Footprint.written(out, band.slot.firstRow(), band.slot.rows());
        write(band, out.placement().offset() + f.from(), out.placement().offset() + f.to());
      }
    }
  }

  private void read(Placed band, long from, long to) throws BadProgramException {
    if (from >= to) {
      return;
    }
    splitAt(from);
    splitAt(to);
    for (long at = from; at < to; ) {
      step();
      Stretch here = stretches.get(at);
      if (here == null) {
        // never written: bytes of an input
        Long next = stretches.higherKey(at);
        here = new Stretch(next == null || next > to ? to : next, null, noReaders());
        stretches.put(at, here);
      }
      if (here.writer != null) {
        before(here.writer.lane, here.writer.index, band, "reads", at);
      }
      here.readers[band.lane] = Math.max(here.readers[band.lane], band.index);
      at = here.to;
    }
  }

  private void write(Placed band, long from, long to) throws BadProgramException {
    splitAt(from);
    splitAt(to);
    for (Map.Entry<Long, Stretch> entry : stretches.subMap(from, to).entrySet()) {
      step();
      Stretch here = entry.getValue();
      if (here.writer != null) {
        before(here.writer.lane, here.writer.index, band, "writes over", entry.getKey());
      }
      for (int l = 0; l < here.readers.length; l++) {
        if (here.readers[l] >= 0 && !(l == band.lane && here.readers[l] == band.index)) {
          before(l, here.readers[l], band, "writes over", entry.getKey());
        }
      }
    }
    stretches.subMap(from, to).clear();
    stretches.put(from, new Stretch(to, band, noReaders()));
  }

  private void before(int lane, int index, Placed band, String does, long at)
      throws BadProgramException {
    Require.that(
        band.after(lane, index),
        "lane %d, slot %d %s byte %d of the arena without being after lane %d, slot %d",
        band.lane,
        band.index,
        does,
        at,
        lane,
        index);
  }

  private int[] noReaders() {
    int[] none = new int[lanes.size()];
    Arrays.fill(none, -1);
    return none;
  }

  private void splitAt(long at) {
    Map.Entry<Long, Stretch> entry = stretches.lowerEntry(at);
    if (entry != null && entry.getValue().to > at) {
      Stretch whole = entry.getValue();
      stretches.put(entry.getKey(), new Stretch(at, whole.writer, whole.readers));
      stretches.put(at, new Stretch(whole.to, whole.writer, whole.readers.clone()));
    }
  }

  private void step() throws BadProgramException {
    Require.within("steps of following the schedule", ++steps, 0, STEPS);
  }
}
