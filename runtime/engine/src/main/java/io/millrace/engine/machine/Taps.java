package io.millrace.engine.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * A run of neighbouring output positions along one axis that read the same taps of the kernel: all
 * of them inside, fewer near a border.
 *
 * @param first first output position
 * @param count how many positions
 * @param from first tap that lies inside the input
 * @param to behind the last tap that lies inside; at least {@code from}
 */
public record Taps(int first, int count, int from, int to) {
  public int taps() {
    return to - from;
  }

  /** The runs of output positions {@code first} to {@code first + count - 1}, in order. */
  public static List<Taps> along(
      int first, int count, int input, int kernel, int stride, int dilation, int padBefore) {
    List<Taps> runs = new ArrayList<>();
    for (int position = first; position < first + count; position++) {
      int start = position * stride - padBefore;
      int from = 0;
      while (from < kernel && start + from * dilation < 0) {
        from++;
      }
      int to = kernel;
      while (to > from && start + (to - 1) * dilation >= input) {
        to--;
      }
      Taps last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && last.from == from && last.to == to) {
        runs.set(runs.size() - 1, new Taps(last.first, last.count + 1, from, to));
      } else {
        runs.add(new Taps(position, 1, from, to));
      }
    }
    return runs;
  }
}
