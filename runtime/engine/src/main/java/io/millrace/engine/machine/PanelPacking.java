package io.millrace.engine.machine;

import io.millrace.program.WeightLayout;
import io.millrace.program.Window2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights packed at load, for those that the program does not have in blocks: the few of a first
 * layer of one or three channels. In the order of reading: panel, kernel row, groups of four bytes
 * along columns and channels, vector of channels, channel, byte.
 */
public final class PanelPacking implements ConvolutionWeights {
  private final int lanes;
  private final int vector;
  private final ConstantPool pool;
  private final ConvolutionSpec spec;
  private final Parameters parameters;
  private final List<Taps> columnRuns;

  public PanelPacking(
      int lanes,
      ConstantPool pool,
      ConvolutionSpec spec,
      Parameters parameters,
      List<Taps> columnRuns) {
    this.lanes = lanes;
    this.vector = lanes * WeightLayout.DEPTH;
    this.pool = pool;
    this.spec = spec;
    this.parameters = parameters;
    this.columnRuns = columnRuns;
  }

  @Override
  public Panels panels(int firstBlock, int nb, int count) {
    Window2D w = spec.window();
    int c = spec.inC();
    // where a tap is a whole number of groups, all column runs read parts of the same weights
    boolean shared = c % 4 == 0;
    int groupsPerTap = Math.ceilDiv(c, 4);
    int stepBytes = nb * vector;
    List<Column> columns = new ArrayList<>();
    List<int[]> layouts = new ArrayList<>();
    int bytes = 0;
    if (shared) {
      int rowSteps = w.kernelW() * groupsPerTap;
      for (Taps t : columnRuns) {
        columns.add(new Column(0, rowSteps, t.from() * groupsPerTap, t.taps() * groupsPerTap));
      }
      layouts.add(new int[] {0, 0, w.kernelW()});
      bytes = w.kernelH() * rowSteps * stepBytes;
    } else {
      for (Taps t : columnRuns) {
        int steps = w.dilationW() == 1 ? Math.ceilDiv(t.taps() * c, 4) : t.taps() * groupsPerTap;
        columns.add(new Column(bytes, steps, 0, steps));
        layouts.add(new int[] {bytes, t.from(), t.to()});
        bytes += w.kernelH() * steps * stepBytes;
      }
    }
    int offset = pool.reserve(Math.multiplyExact(bytes, count));
    for (int panel = 0; panel < count; panel++) {
      int firstChannel = (firstBlock + panel * nb) * lanes;
      for (int[] l : layouts) {
        pack(offset + panel * bytes + l[0], firstChannel, nb, l[1], l[2]);
      }
    }
    List<Integer> blocks = new ArrayList<>();
    for (int j = 0; j < nb; j++) {
      blocks.add(j * vector);
    }
    return new Panels(offset, bytes, stepBytes, blocks, columns);
  }

  private void pack(int start, int firstChannel, int nb, int fromX, int toX) {
    Window2D w = spec.window();
    int c = spec.inC();
    int run = w.dilationW() == 1 ? (toX - fromX) * c : c;
    int segments = w.dilationW() == 1 ? 1 : toX - fromX;
    int channels = Math.min(nb * lanes, spec.outC() - firstChannel);
    int at = start;
    for (int ky = 0; ky < w.kernelH(); ky++) {
      for (int s = 0; s < segments; s++) {
        for (int k = 0; k < run; k++) {
          int kx = fromX + s + k / c;
          for (int lane = 0; lane < channels; lane++) {
            int address = at + (k / 4 * nb + lane / lanes) * vector + lane % lanes * 4 + k % 4;
            pool.putByte(address, parameters.weight(firstChannel + lane, ky, kx, k % c));
          }
        }
        at += Math.ceilDiv(run, 4) * nb * vector;
      }
    }
  }

  @Override
  public int sum(int o, Taps rows, Taps columns) {
    int sum = 0;
    for (int ky = rows.from(); ky < rows.to(); ky++) {
      for (int kx = columns.from(); kx < columns.to(); kx++) {
        for (int i = 0; i < spec.inC(); i++) {
          sum += parameters.weight(o, ky, kx, i);
        }
      }
    }
    return sum;
  }
}
