package io.millrace.engine;

import io.millrace.engine.kernel.Kernel;
import io.millrace.engine.memory.ExecutableCode;
import java.lang.foreign.MemorySegment;

/** A lane in machine code: as a rule one call into it, more where portable kernels come between. */
final class MachineLane implements LaneBody {
  private final int lane;
  private final MachineProgress progress;
  private final long arena;
  private final long constants;
  private final long scratch;

  /** At each index either a function or a kernel. */
  private final MemorySegment[] functions;

  private final Kernel[] kernels;
  private final int[] firstRows;
  private final int[] rows;

  /**
   * @param arena address of the block
   * @param constants address of the code's constants
   * @param scratch address of the lane's scratch
   */
  MachineLane(
      int lane, MachineProgress progress, long arena, long constants, long scratch, int steps) {
    this.lane = lane;
    this.progress = progress;
    this.arena = arena;
    this.constants = constants;
    this.scratch = scratch;
    this.functions = new MemorySegment[steps];
    this.kernels = new Kernel[steps];
    this.firstRows = new int[steps];
    this.rows = new int[steps];
  }

  void bind(int step, MemorySegment function) {
    functions[step] = function;
  }

  void bind(int step, Kernel kernel, int firstRow, int rowCount) {
    kernels[step] = kernel;
    firstRows[step] = firstRow;
    rows[step] = rowCount;
  }

  @Override
  public int lane() {
    return lane;
  }

  @Override
  public void run() {
    try {
      for (int i = 0; i < functions.length; i++) {
        if (functions[i] != null) {
          ExecutableCode.call(functions[i], arena, constants, scratch, 0);
        } else {
          kernels[i].run(firstRows[i], rows[i]);
        }
      }
    } catch (Throwable t) { // also errors: another lane must never wait for this one in vain
      progress.failed(t);
    }
  }
}
