package io.millrace.rig.power.world;

import java.util.Arrays;

/**
 * The power of the board over all of a run: constant from one moment to the next. Power in
 * milliwatts, energy in nanojoules, time in nanoseconds.
 */
public final class EnergyLog {
  private long[] fromNs = new long[1024];
  private double[] milliW = new double[1024];
  private double[] beforeNanoJ = new double[1024];
  private int count;
  private long endNs;

  /** From {@code startNs} until {@code endNs}, where the last stretch ended, the power was so. */
  public void append(long startNs, long endNs, double power) {
    if (endNs <= startNs) {
      return;
    }
    if (count > 0 && startNs != this.endNs) {
      throw new IllegalArgumentException(
          "a stretch from " + startNs + " ns does not follow one until " + this.endNs);
    }
    if (count == 0 || milliW[count - 1] != power) {
      if (count == fromNs.length) {
        fromNs = Arrays.copyOf(fromNs, 2 * count);
        milliW = Arrays.copyOf(milliW, 2 * count);
        beforeNanoJ = Arrays.copyOf(beforeNanoJ, 2 * count);
      }
      beforeNanoJ[count] = count == 0 ? 0 : energyUntil(startNs);
      fromNs[count] = startNs;
      milliW[count] = power;
      count++;
    }
    this.endNs = endNs;
  }

  /** How many stretches there are. */
  public int size() {
    return count;
  }

  /** When stretch {@code i} begins. */
  public long fromNs(int i) {
    return fromNs[i];
  }

  /** Its power. */
  public double milliW(int i) {
    return milliW[i];
  }

  /** When the log begins. */
  public long startNs() {
    return count == 0 ? 0 : fromNs[0];
  }

  /** When it ends. */
  public long endNs() {
    return endNs;
  }

  /** Energy from the start of the log until {@code ns}, nanojoules. */
  public double energyUntil(long ns) {
    if (count == 0 || ns <= fromNs[0]) {
      return 0;
    }
    int found = Arrays.binarySearch(fromNs, 0, count, Math.min(ns, endNs));
    return energyUntil(Math.min(ns, endNs), found >= 0 ? found : -found - 2);
  }

  /** The same where the stretch that holds {@code ns} is known. */
  public double energyUntil(long ns, int stretch) {
    return beforeNanoJ[stretch] + milliW[stretch] / 1e3 * (ns - fromNs[stretch]);
  }
}
