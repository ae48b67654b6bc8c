package io.millrace.compiler.schedule;

import io.millrace.program.Operator;
import io.millrace.program.Schedule;
import io.millrace.program.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Lanes that are given bands, one operator after the other, and how far the clock of each is
 * predicted to be then. Finds the waits of a band: the fewest that bring it behind everything it
 * must come after, given what its lane has waited for already.
 */
final class LaneClocks {
  /** Rows of an operator's output on a lane. */
  record Band(int lane, int firstRow, int rows) {}

  /** A slot, when it ends, and how many slots of each lane have ended then for sure. */
  private static final class Ended {
    final Schedule.Slot slot;
    final long atNs;
    final int[] known;

    Ended(Schedule.Slot slot, long atNs, int[] known) {
      this.slot = slot;
      this.atNs = atNs;
      this.known = known;
    }
  }

  private final List<TensorSpec> tensors;
  private final List<Operator> operators;
  private final CostModel costs;
  private final ArenaHistory history;
  private final List<List<Ended>> lanes = new ArrayList<>();
  private final long wakeNs;

  /**
   * @param wakeNs from the start until lanes other than the first run
   */
  LaneClocks(
      List<TensorSpec> tensors,
      List<Operator> operators,
      CostModel costs,
      int laneCount,
      long wakeNs) {
    this.tensors = tensors;
    this.operators = operators;
    this.costs = costs;
    this.history = new ArenaHistory(tensors, laneCount);
    this.wakeNs = wakeNs;
    for (int l = 0; l < laneCount; l++) {
      lanes.add(new ArrayList<>());
    }
  }

  /** When all of {@code bands}, which are {@code operator}, would have ended. */
  long endNs(int operator, List<Band> bands) {
    long end = 0;
    for (Band band : bands) {
      end = Math.max(end, next(operator, band).atNs);
    }
    return end;
  }

  /** Gives the lanes {@code bands}, which are {@code operator}. */
  void put(int operator, List<Band> bands) {
    Operator op = operators.get(operator);
    List<Ended> added = bands.stream().map(b -> next(operator, b)).toList();
    for (int i = 0; i < added.size(); i++) {
      lanes.get(bands.get(i).lane()).add(added.get(i));
    }
    for (Band b : bands) {
      history.read(op, b.firstRow(), b.rows(), b.lane(), lanes.get(b.lane()).size() - 1);
    }
    for (Band b : bands) {
      history.write(op, b.firstRow(), b.rows(), b.lane(), lanes.get(b.lane()).size() - 1);
    }
  }

  Schedule schedule() {
    return new Schedule(
        lanes.stream().map(l -> new Schedule.Lane(l.stream().map(e -> e.slot).toList())).toList());
  }

  private Ended next(int operator, Band band) {
    Operator op = operators.get(operator);
    int lane = band.lane();
    List<Ended> own = lanes.get(lane);
    int[] known = own.isEmpty() ? new int[lanes.size()] : own.getLast().known.clone();
    List<Schedule.Wait> waits =
        waits(lane, known, history.before(op, band.firstRow(), band.rows()));
    // what a reader of the schedule takes as its start: its lane is free, its waits are over
    long free = own.isEmpty() ? 0 : own.getLast().atNs;
    long start = free;
    for (Schedule.Wait wait : waits) {
      Ended other = lanes.get(wait.lane()).get(wait.slot());
      start = Math.max(start, other.atNs);
      for (int l = 0; l < known.length; l++) {
        known[l] = Math.max(known[l], other.known[l]);
      }
    }
    known[lane] = own.size() + 1;
    long late = own.isEmpty() ? Math.max(0, awakeNs(lane) - start) : 0;
    Schedule.Cost work = costs.cost(op, tensors, band.rows());
    long handedOver = Math.multiplyExact(costs.handoverNs(), waits.size());
    long timeNs = Math.addExact(Math.addExact(late, handedOver), work.timeNs());
    // a lane spins while it waits, but it sleeps until its first slot is due
    long spun = own.isEmpty() ? Math.max(0, start - Math.max(free, awakeNs(lane))) : start - free;
    long energyNanoJ =
        Math.addExact(work.energyNanoJ(), costs.spinningNanoJ((double) spun + handedOver));
    return new Ended(
        new Schedule.Slot(
            operator, band.firstRow(), band.rows(), waits, new Schedule.Cost(timeNs, energyNanoJ)),
        Math.addExact(start, timeNs),
        known);
  }

  private long awakeNs(int lane) {
    return lane == 0
        ? Math.multiplyExact(lanes.size() - 1L, Math.min(wakeNs, costs.wakeCallNs()))
        : wakeNs;
  }

  /** The slots to wait for, leaving out what the lane knows and what one wait says of another. */
  private List<Schedule.Wait> waits(int lane, int[] known, int[] before) {
    List<Schedule.Wait> waits = new ArrayList<>();
    for (int l = 0; l < before.length; l++) {
      if (l != lane && before[l] >= known[l]) {
        waits.add(new Schedule.Wait(l, before[l]));
      }
    }
    return waits.stream()
        .filter(w -> waits.stream().noneMatch(other -> other.lane() != w.lane() && says(other, w)))
        .toList();
  }

  private boolean says(Schedule.Wait one, Schedule.Wait other) {
    return lanes.get(one.lane()).get(one.slot()).known[other.lane()] > other.slot();
  }
}
