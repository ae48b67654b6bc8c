package io.millrace.engine.machine;

import java.util.List;

/** The weights of a convolution as its kernel reads them. */
public interface ConvolutionWeights {
  /**
   * Where the weights of a column run are.
   *
   * @param offset of its weights from the panel's start
   * @param rowSteps groups of four bytes from one kernel row to the next
   * @param skip groups to skip at the start of a kernel row
   * @param steps groups to read of a kernel row
   */
  record Column(int offset, int rowSteps, int skip, int steps) {}

  /**
   * Equal panels of blocks of channels, one behind the other.
   *
   * @param offset of the first panel from the start of the constants
   * @param stride bytes from a panel to the next
   * @param stepBytes bytes from a group of four bytes of depth to the next, in every block
   * @param blocks where the vector of each block is in the first step
   * @param columns one for each run of columns
   */
  record Panels(
      int offset, int stride, int stepBytes, List<Integer> blocks, List<Column> columns) {}

  /**
   * {@code count} panels of {@code nb} blocks of the target's width, from {@code firstBlock} on.
   */
  Panels panels(int firstBlock, int nb, int count);

  /**
   * Whether a vector holds the INT4 weights of two steps: those of an even step in the low nibbles,
   * those of the odd step behind it in the high ones. Runs then have an even number of steps and
   * skip an even number.
   */
  default boolean inNibbles() {
    return false;
  }

  /** The sum of the weights of output channel {@code o} over some taps and all inputs. */
  int sum(int o, Taps rows, Taps columns);
}
