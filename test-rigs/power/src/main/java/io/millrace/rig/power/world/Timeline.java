package io.millrace.rig.power.world;

import java.util.Arrays;
import java.util.Objects;

/**
 * A value that changes at moments and stays between them.
 *
 * @param fromNs when each value begins, ascending, the first at 0
 * @param values what it is from then on
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; asked at every event
public record Timeline(long[] fromNs, double[] values) {
  public Timeline {
    Objects.requireNonNull(fromNs);
    if (fromNs.length == 0 || fromNs.length != values.length || fromNs[0] != 0) {
      throw new IllegalArgumentException("a timeline begins at 0 and has a value for each moment");
    }
    for (int i = 1; i < fromNs.length; i++) {
      if (fromNs[i] <= fromNs[i - 1]) {
        throw new IllegalArgumentException(
            "moments of a timeline must ascend: %d ns after %d ns"
                .formatted(fromNs[i], fromNs[i - 1]));
      }
    }
  }

  /** The same for ever. */
  public static Timeline constant(double value) {
    return new Timeline(new long[] {0}, new double[] {value});
  }

  /** The value at {@code ns}. */
  public double at(long ns) {
    return values[index(ns)];
  }

  /** When it changes next; {@link Long#MAX_VALUE} for never. */
  public long nextChangeNs(long ns) {
    int next = index(ns) + 1;
    return next < fromNs.length ? fromNs[next] : Long.MAX_VALUE;
  }

  private int index(long ns) {
    int found = Arrays.binarySearch(fromNs, ns);
    return Math.max(0, found >= 0 ? found : -found - 2);
  }
}
