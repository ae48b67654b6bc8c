package io.millrace.engine.machine;

import io.millrace.engine.machine.StridedCopies.Axis;
import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.Rows;
import io.millrace.program.Schedule;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pad, Transpose and Concat as strided copies. A band is cut out of them along one axis: the rows
 * of [1, h, w, c], those of a matrix, or the whole.
 */
public final class MoveKernel {
  private final Program program;
  private final ConstantPool pool;
  private final StridedCopies copies;
  private final int turn;

  /**
   * @param turn what is added to INT8 values in the arena
   */
  public MoveKernel(Program program, ConstantPool pool, StridedCopies copies, int turn) {
    this.program = program;
    this.pool = pool;
    this.copies = copies;
    this.turn = turn;
  }

  /** Why operator {@code index}, one of the three, has no kernel; empty if it has one. */
  public static Optional<String> declined(Program program, int index) {
    Operator operator = program.operators().get(index);
    for (int read : operator.reads()) {
      if (!(program.tensor(read).placement() instanceof Placement.InArena)) {
        return Optional.of("constant operand");
      }
    }
    Shape out = program.tensor(operator.output()).shape();
    for (Schedule.Lane lane : program.schedule().lanes()) {
      for (Schedule.Slot slot : lane.slots()) {
        if (slot.operator() == index && rowAxis(out) < 0 && slot.rows() != Rows.of(out)) {
          return Optional.of("bands across several axes");
        }
      }
    }
    return Optional.empty();
  }

  /** The axis along which bands are cut, -1 if they run across several. */
  private static int rowAxis(Shape out) {
    if (out.rank() == 4 && out.dim(0) == 1) {
      return 1;
    }
    return out.rank() == 2 ? 0 : -1;
  }

  /** Elements {@code from} to {@code to - 1} along an axis of the output. */
  private record Range(int from, int to) {
    Range and(int otherFrom, int otherTo) {
      return new Range(Math.max(from, otherFrom), Math.min(to, otherTo));
    }

    int extent() {
      return to - from;
    }
  }

  /** The box of the output that a band is. */
  private static List<Range> box(Shape out, Schedule.Slot slot) {
    List<Range> box = new ArrayList<>();
    for (int axis = 0; axis < out.rank(); axis++) {
      box.add(
          axis == rowAxis(out)
              ? new Range(slot.firstRow(), slot.firstRow() + slot.rows())
              : new Range(0, out.dim(axis)));
    }
    return box;
  }

  public void pad(Operator.Pad o, Schedule.Slot slot) {
    TensorSpec x = program.tensor(o.input());
    TensorSpec y = program.tensor(o.output());
    int row = Math.toIntExact(y.bytes() / Rows.of(y.shape()));
    copies.fill(offset(y) + slot.firstRow() * row, slot.rows() * row, pattern(o.value(), y.type()));
    List<Range> box = box(y.shape(), slot);
    List<Integer> shifts = new ArrayList<>();
    for (int axis = 0; axis < box.size(); axis++) {
      int before = o.before().get(axis);
      shifts.add(before);
      box.set(axis, box.get(axis).and(before, before + x.shape().dim(axis)));
    }
    copy(x, y, box, identity(box.size()), shifts);
  }

  public void transpose(Operator.Transpose o, Schedule.Slot slot) {
    TensorSpec y = program.tensor(o.output());
    List<Range> box = box(y.shape(), slot);
    copy(program.tensor(o.input()), y, box, o.permutation(), zeros(box.size()));
  }

  public void concat(Operator.Concat o, Schedule.Slot slot) {
    TensorSpec y = program.tensor(o.output());
    int at = 0;
    for (int input : o.inputs()) {
      TensorSpec x = program.tensor(input);
      List<Range> box = box(y.shape(), slot);
      List<Integer> shifts = zeros(box.size());
      int end = at + x.shape().dim(o.axis());
      shifts.set(o.axis(), at);
      box.set(o.axis(), box.get(o.axis()).and(at, end));
      copy(x, y, box, identity(box.size()), shifts);
      at = end;
    }
  }

  /**
   * Copies a box of the output.
   *
   * @param axes which axis of the input each axis of the output is
   * @param shifts what to take off an index of the output for that of the input
   */
  private void copy(
      TensorSpec x, TensorSpec y, List<Range> box, List<Integer> axes, List<Integer> shifts) {
    int elementBytes = y.type().bits() / 8;
    int[] read = strides(x.shape(), elementBytes);
    int[] written = strides(y.shape(), elementBytes);
    int from = offset(x);
    int to = offset(y);
    List<Axis> nest = new ArrayList<>();
    for (int axis = 0; axis < box.size(); axis++) {
      Range range = box.get(axis);
      if (range.extent() <= 0) {
        return;
      }
      int stride = read[axes.get(axis)];
      from += (range.from() - shifts.get(axis)) * stride;
      to += range.from() * written[axis];
      nest.add(new Axis(range.extent(), stride, written[axis]));
    }
    copies.copy(from, to, elementBytes, nest);
  }

  private static int[] strides(Shape shape, int elementBytes) {
    int[] strides = new int[shape.rank()];
    int stride = elementBytes;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape.dim(axis);
    }
    return strides;
  }

  private int pattern(int value, ElementType type) {
    if (type.bits() == 8) {
      return pool.bytes(type == ElementType.INT8 ? value + turn : value);
    }
    return pool.ints(value);
  }

  private static int offset(TensorSpec spec) {
    return Math.toIntExact(spec.placement().offset());
  }

  private static List<Integer> identity(int rank) {
    List<Integer> axes = zeros(rank);
    for (int axis = 0; axis < rank; axis++) {
      axes.set(axis, axis);
    }
    return axes;
  }

  private static List<Integer> zeros(int rank) {
    List<Integer> zeros = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      zeros.add(0);
    }
    return zeros;
  }
}
