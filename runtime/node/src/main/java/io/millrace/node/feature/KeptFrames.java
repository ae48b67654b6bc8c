package io.millrace.node.feature;

import io.millrace.node.window.Window;

/**
 * What was worked out of the frames of the last window, so that a frame that two windows share is
 * worked out once. A window that begins elsewhere than on the grid of the one before, or behind its
 * end, shares nothing with it. Allocates nothing after it is made.
 *
 * <pre>
 *   window before   |0 1 2 3 4 5|         kept by number of the frame since the stream began
 *   this window         |2 3 4 5 6 7|     known are 2 to 5, to be worked out 6 and 7
 * </pre>
 */
final class KeptFrames {
  private static final long NO_GRID = -1;

  private final int hop;
  private final double[][] rows;
  private long grid = NO_GRID;
  private long first;
  private int known;

  /**
   * @param hop samples from the start of one frame to that of the next
   * @param frames in a window
   * @param values of a frame
   */
  KeptFrames(int hop, int frames, int values) {
    this.hop = hop;
    rows = new double[frames][values];
  }

  /** How many frames a window has. */
  int count() {
    return rows.length;
  }

  /** Now of a window that begins at sample {@code position} of the stream. */
  void begin(long position) {
    if (position == Window.UNKNOWN) {
      grid = NO_GRID;
      first = 0;
      known = 0;
      return;
    }
    long steps = position / hop - first;
    boolean goesOn = position % hop == grid && steps >= 0 && steps < known;
    known = goesOn ? (int) (known - steps) : 0;
    grid = position % hop;
    first = position / hop;
  }

  /** Whether frame {@code f} of this window was worked out already. */
  boolean isKnown(int f) {
    return f < known;
  }

  /**
   * The values of frame {@code f} of this window, to be read, or written before {@link #worked}.
   */
  double[] row(int f) {
    return rows[(int) ((first + f) % rows.length)];
  }

  /** Frame {@code f} is worked out now, those before it are too. */
  void worked(int f) {
    known = Math.max(known, f + 1);
  }
}
