package io.millrace.engine.machine;

import java.util.ArrayList;
import java.util.List;

/** Copies of boxes of elements from one strided place of the arena to another. */
public interface StridedCopies {
  /**
   * One axis of the box.
   *
   * @param extent elements along it
   * @param from bytes from one element to the next where they are read
   * @param to the same where they are written
   */
  record Axis(int extent, int from, int to) {
    /**
     * The loops around {@link #stretch}, outermost first: axes that lie without gaps on both sides
     * become one, and the innermost is left out where it is part of the stretch.
     */
    public static List<Axis> loops(List<Axis> axes, int elementBytes) {
      List<Axis> loops = merged(axes);
      if (endsInStretch(loops, elementBytes)) {
        loops.removeLast();
      }
      return loops;
    }

    /** Bytes that lie together on both sides. */
    public static int stretch(List<Axis> axes, int elementBytes) {
      List<Axis> loops = merged(axes);
      return endsInStretch(loops, elementBytes)
          ? elementBytes * loops.getLast().extent()
          : elementBytes;
    }

    private static boolean endsInStretch(List<Axis> loops, int elementBytes) {
      return !loops.isEmpty()
          && loops.getLast().from() == elementBytes
          && loops.getLast().to() == elementBytes;
    }

    private static List<Axis> merged(List<Axis> axes) {
      List<Axis> merged = new ArrayList<>();
      for (Axis axis : axes) {
        if (axis.extent() == 1) {
          continue;
        }
        Axis outer = merged.isEmpty() ? null : merged.getLast();
        if (outer != null
            && outer.from() == axis.extent() * axis.from()
            && outer.to() == axis.extent() * axis.to()) {
          merged.removeLast();
          merged.add(new Axis(outer.extent() * axis.extent(), axis.from(), axis.to()));
        } else {
          merged.add(axis);
        }
      }
      return merged;
    }
  }

  /**
   * Copies the box with its first element at {@code from} to {@code to}, both from the arena's
   * start.
   *
   * @param axes outermost first, at most six
   */
  void copy(int from, int to, int elementBytes, List<Axis> axes);

  /**
   * Writes {@code bytes} bytes from {@code to} on, from the arena's start.
   *
   * @param pattern 64 bytes in the constants, the same every four
   */
  void fill(int to, int bytes, int pattern);
}
