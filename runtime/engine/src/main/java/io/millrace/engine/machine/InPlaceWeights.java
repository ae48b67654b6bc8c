package io.millrace.engine.machine;

import io.millrace.program.WeightLayout;
import io.millrace.program.Window2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights read where the program has them: each block of sixteen channels is a stream of its own,
 * and a target of eight lanes reads it as two.
 */
public final class InPlaceWeights implements ConvolutionWeights {
  private final BlockedWeights weights;
  private final int perBlock;
  private final List<Column> columns = new ArrayList<>();

  /**
   * @param lanes channels in a vector, 16 or a part of it
   * @param window of the kernel that reads them
   * @param columnRuns the runs of columns that it works on
   */
  public InPlaceWeights(int lanes, BlockedWeights weights, Window2D window, List<Taps> columnRuns) {
    this.weights = weights;
    this.perBlock = WeightLayout.CHANNELS / lanes;
    int perTap = weights.groupsPerTap();
    for (Taps t : columnRuns) {
      columns.add(new Column(0, window.kernelW() * perTap, t.from() * perTap, t.taps() * perTap));
    }
  }

  @Override
  public Panels panels(int firstBlock, int nb, int count) {
    if (firstBlock % perBlock != 0 || (count > 1 && nb % perBlock != 0)) {
      throw new IllegalArgumentException(
          "panels of %d from %d do not begin at blocks of sixteen".formatted(nb, firstBlock));
    }
    int bytes = weights.blockBytes();
    int vector = WeightLayout.GROUP_BYTES / perBlock;
    List<Integer> blocks = new ArrayList<>();
    for (int j = 0; j < nb; j++) {
      blocks.add(Math.addExact(Math.multiplyExact(j / perBlock, bytes), j % perBlock * vector));
    }
    return new Panels(
        Math.addExact(weights.offset(), Math.multiplyExact(firstBlock / perBlock, bytes)),
        Math.multiplyExact(nb / perBlock, bytes),
        WeightLayout.GROUP_BYTES / (weights.inNibbles() ? 2 : 1),
        blocks,
        columns);
  }

  @Override
  public boolean inNibbles() {
    return weights.inNibbles();
  }

  @Override
  public int sum(int o, Taps rows, Taps columns) {
    int sum = 0;
    for (int ky = rows.from(); ky < rows.to(); ky++) {
      for (int kx = columns.from(); kx < columns.to(); kx++) {
        sum += weights.sum(o, ky, kx);
      }
    }
    return sum;
  }
}
