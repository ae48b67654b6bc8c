package io.millrace.bench.analyser;

import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;

/**
 * Clocks for bytes that an operator cannot have in the first cache: weights, if those of all
 * operators do not stay there from one inference to the next; inputs and outputs, if the arena does
 * not.
 *
 * @param l1Bytes of the first cache, for data
 * @param l2Bytes of the second
 * @param ramBytesPerClock that one core streams from RAM
 */
record MemoryTraffic(Processor processor, double l1Bytes, double l2Bytes, double ramBytesPerClock) {
  /** For the whole of an operator on one core. */
  double clocks(Program program, Operator operator) {
    return clocks(program, operator, 1);
  }

  /**
   * For a band of an operator.
   *
   * @param share of its rows; weights are read whole for any
   */
  double clocks(Program program, Operator operator, double share) {
    double constants = program.constants().byteSize();
    double arena = program.memory().arenaBytes();
    double clocks = 0;
    for (int read : operator.reads()) {
      TensorSpec tensor = program.tensor(read);
      boolean constant = tensor.placement() instanceof Placement.InConstants;
      clocks +=
          constant
              ? tensor.bytes() / bytesPerClock(constants + arena)
              : share * tensor.bytes() / bytesPerClock(arena);
    }
    return clocks + share * program.tensor(operator.output()).bytes() / bytesPerClock(arena);
  }

  /** From where what is used once an inference among {@code workingSet} bytes comes. */
  private double bytesPerClock(double workingSet) {
    if (workingSet <= l1Bytes) {
      return Double.POSITIVE_INFINITY;
    }
    if (workingSet <= l2Bytes) {
      return processor.l2BytesPerClock();
    }
    return processor.l3BytesPerClock() > 0 ? processor.l3BytesPerClock() : ramBytesPerClock;
  }

  /** Both together: beside each other, or one after the other where misses hold up the core. */
  double with(double computing, double moving) {
    return processor.stallsOnMisses() ? computing + moving : Math.max(computing, moving);
  }
}
