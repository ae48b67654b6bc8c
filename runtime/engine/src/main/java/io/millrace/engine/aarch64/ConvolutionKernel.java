package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.BlockedWeights;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.ConvolutionWeights;
import io.millrace.engine.machine.InPlaceWeights;
import io.millrace.engine.machine.PanelPacking;
import io.millrace.engine.machine.Parameters;
import io.millrace.engine.machine.Scaling;
import io.millrace.engine.machine.Taps;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Convolution and matrix product: for each panel of up to sixteen output channels, tiles of
 * neighbouring pixels whose sums stay in registers.
 *
 * <p>A pixel's taps within one kernel row are neighbours in memory, so a tile reads them straight
 * from the arena, sixteen bytes of each pixel at a time: four steps of four bytes of depth. How a
 * step is multiplied is for {@link StepKernel} to say.
 */
final class ConvolutionKernel {
  /** Channels of a register of sums. */
  static final int LANES = 4;

  private static final int PANEL_BLOCKS = 4;
  private static final int VECTOR = 16;
  private static final int UNROLL = 4;

  private static final X PIXELS = X.X3;
  private static final X OUT = X.X4;
  private static final X WEIGHTS = X.X5;
  private static final X STEPS = X.X6;
  private static final X TILES = X.X7;
  private static final X ROWS = X.X8;
  private static final X KERNEL_ROWS = X.X9;
  private static final X PANELS = X.X10;
  private static final X WEIGHT_READ = X.X11;
  private static final X PARAMETERS = X.X12;

  /** One pointer for each pixel of a tile. */
  private static final List<X> READ = List.of(X.X13, X.X14, X.X15, X.X19, X.X20, X.X21);

  /** The multipliers of a panel while sums are narrowed. */
  private static final int MULTIPLIERS = 24;

  private final A64Encoder code;
  private final ConstantPool pool;
  private final ConvolutionSpec spec;
  private final Scaling scaling;
  private final List<Taps> rowRuns;
  private final List<Taps> columnRuns;
  private final ConvolutionWeights weights;
  private final StepKernel steps;
  private final Narrowing narrowing;

  /** A kernel whose weights are packed into the pool. */
  static ConvolutionKernel packing(
      Target target,
      A64Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Parameters parameters) {
    boolean least = holdLeast(spec, parameters);
    return new ConvolutionKernel(
        code,
        pool,
        spec,
        parameters,
        (s, runs) -> new PanelPacking(LANES, pool, s, parameters, runs),
        StepKernel.of(target, code, !least, false, WEIGHT_READ));
  }

  /** A kernel that reads weights where they are. */
  static ConvolutionKernel inPlace(
      Target target,
      A64Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Scaling scaling,
      BlockedWeights weights) {
    return new ConvolutionKernel(
        code,
        pool,
        spec,
        scaling,
        (s, runs) -> new InPlaceWeights(LANES, weights, s.window(), runs),
        StepKernel.of(
            target,
            code,
            target != Target.NEON || !weights.holdLeast(),
            weights.inNibbles(),
            WEIGHT_READ));
  }

  /** Whether any weight is -128. */
  private static boolean holdLeast(ConvolutionSpec s, Parameters p) {
    for (int o = 0; o < s.outC(); o++) {
      for (int ky = 0; ky < s.window().kernelH(); ky++) {
        for (int kx = 0; kx < s.window().kernelW(); kx++) {
          for (int c = 0; c < s.inC(); c++) {
            if (p.weight(o, ky, kx, c) == Byte.MIN_VALUE) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  private ConvolutionKernel(
      A64Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Scaling scaling,
      BiFunction<ConvolutionSpec, List<Taps>, ConvolutionWeights> weights,
      StepKernel steps) {
    this.code = code;
    this.pool = pool;
    this.spec = spec.flattened();
    this.scaling = scaling;
    this.rowRuns = this.spec.rowRuns();
    this.columnRuns = this.spec.columnRuns();
    this.weights = weights.apply(this.spec, columnRuns);
    this.steps = steps;
    this.narrowing = new Narrowing(code, spec.outputZeroPoint(), spec.clampMin(), spec.clampMax());
  }

  void emit() {
    int blocks = Math.ceilDiv(spec.outC(), LANES);
    int panelBlocks = Math.min(blocks, PANEL_BLOCKS);
    int fullPanels = spec.outC() / (panelBlocks * LANES);
    int done = fullPanels * panelBlocks;
    if (fullPanels > 0) {
      emitPanels(0, panelBlocks, fullPanels);
    }
    if (done * LANES < spec.outC()) {
      emitPanels(done, blocks - done, 1);
    }
  }

  /** {@code count} panels of {@code nb} blocks, from block {@code firstBlock} on. */
  private void emitPanels(int firstBlock, int nb, int count) {
    Packed packed = new Packed(firstBlock, nb, count);
    code.add(WEIGHTS, Registers.CONSTANTS, packed.panels.offset());
    code.add(PARAMETERS, Registers.CONSTANTS, packed.offset);
    int base =
        spec.outputOffset() + spec.firstRow() * spec.outW() * spec.outC() + firstBlock * LANES;
    code.add(OUT, Registers.ARENA, base);
    int channels = Math.min(nb * LANES, spec.outC() - (firstBlock + nb * (count - 1)) * LANES);
    A64Encoder.Label loop = new A64Encoder.Label();
    if (count > 1) {
      code.mov(PANELS, count);
      code.bind(loop);
    }
    emitRows(packed, channels);
    if (count > 1) {
      code.add(WEIGHTS, WEIGHTS, packed.panels.stride());
      code.add(PARAMETERS, PARAMETERS, packed.stride);
      code.add(OUT, OUT, (long) nb * LANES - (long) spec.outW() * spec.outC() * spec.rows());
      Registers.loop(code, PANELS, loop);
    }
  }

  /** All pixels of the band for one panel. */
  private void emitRows(Packed packed, int channels) {
    var w = spec.window();
    for (int r = 0; r < rowRuns.size(); r++) {
      Taps rows = rowRuns.get(r);
      int y = rows.first() * w.strideH() - w.padTop() + rows.from() * w.dilationH();
      int row = spec.inputOffset() + Math.max(y, 0) * spec.inW() * spec.inC();
      code.add(PIXELS, Registers.ARENA, row);
      A64Encoder.Label loop = new A64Encoder.Label();
      if (rows.count() > 1) {
        code.mov(ROWS, rows.count());
        code.bind(loop);
      }
      long read = 0;
      for (int c = 0; c < columnRuns.size(); c++) {
        read = emitColumns(packed, channels, r, c, read);
      }
      code.add(PIXELS, PIXELS, (long) w.strideH() * spec.inW() * spec.inC() - read);
      if (rows.count() > 1) {
        Registers.loop(code, ROWS, loop);
      }
    }
  }

  /** The pixels of one column run; {@code read} says where {@link #PIXELS} stands in the row. */
  private long emitColumns(Packed packed, int channels, int r, int c, long read) {
    Taps columns = columnRuns.get(c);
    var w = spec.window();
    long start = 0;
    if (columns.taps() > 0) {
      start =
          ((long) columns.first() * w.strideW()
                  - w.padLeft()
                  + (long) columns.from() * w.dilationW())
              * spec.inC();
    }
    code.add(PIXELS, PIXELS, start - read);
    int most = Math.min(columns.count(), Math.min(READ.size(), steps.mostPixels(packed.blocks)));
    int tiles = Math.ceilDiv(columns.count(), most);
    int size = Math.ceilDiv(columns.count(), tiles);
    int full = columns.count() / size;
    A64Encoder.Label loop = new A64Encoder.Label();
    if (full > 1) {
      code.mov(TILES, full);
      code.bind(loop);
    }
    emitTile(packed, channels, r, c, size);
    if (full > 1) {
      Registers.loop(code, TILES, loop);
    }
    int rest = columns.count() - full * size;
    if (rest > 0) {
      emitTile(packed, channels, r, c, rest);
    }
    return start + (long) columns.count() * w.strideW() * spec.inC();
  }

  private void emitTile(Packed packed, int channels, int r, int c, int pixels) {
    int nb = packed.blocks;
    boolean biased = steps.begin(nb, pixels, PARAMETERS, packed.biasOffset(r, c));
    emitSums(packed, r, c, pixels);
    steps.end(nb, pixels);
    narrowing.load(PARAMETERS, 0);
    for (int j = 0; j < nb; j++) {
      if (!biased) {
        // its place is needed for the multipliers next
        code.loadQ(MULTIPLIERS, PARAMETERS, packed.biasOffset(r, c) + j * VECTOR);
        for (int m = 0; m < pixels; m++) {
          code.neon(
              io.millrace.engine.encode.aarch64.Neon.ADD_4S, m * nb + j, m * nb + j, MULTIPLIERS);
        }
      }
    }
    for (int j = 0; j < nb; j++) {
      code.loadQ(MULTIPLIERS + j, PARAMETERS, Narrowing.BYTES + j * VECTOR);
    }
    for (int m = 0; m < pixels; m++) {
      for (int j = 0; j < nb; j++) {
        narrowing.scale(m * nb + j, MULTIPLIERS + j);
      }
      narrowing.narrow(m * nb, nb);
      code.storePart(m * nb, OUT, m * spec.outC(), channels);
    }
    code.add(PIXELS, PIXELS, (long) pixels * spec.window().strideW() * spec.inC());
    code.add(OUT, OUT, (long) pixels * spec.outC());
  }

  /** Adds all taps of the runs {@code r}, {@code c} to the sums. */
  private void emitSums(Packed packed, int r, int c, int pixels) {
    Taps rows = rowRuns.get(r);
    Taps columns = columnRuns.get(c);
    if (rows.taps() == 0 || columns.taps() == 0) {
      return;
    }
    var w = spec.window();
    ConvolutionWeights.Panels panels = packed.panels;
    ConvolutionWeights.Column layout = panels.columns().get(c);
    int stepBytes = panels.stepBytes();
    code.add(
        WEIGHT_READ,
        WEIGHTS,
        layout.offset()
            + (long) rows.from() * layout.rowSteps() * stepBytes
            + (long) layout.skip() * stepBytes);
    int pixelStride = w.strideW() * spec.inC();
    List<X> read = READ.subList(0, steps.pointers(pixels));
    for (int m = 0; m < read.size(); m++) {
      // a pointer beyond the last pixel reads that one again
      code.add(read.get(m), PIXELS, (long) Math.min(m, pixels - 1) * pixelStride);
    }
    A64Encoder.Label loop = new A64Encoder.Label();
    if (rows.taps() > 1) {
      code.mov(KERNEL_ROWS, rows.taps());
      code.bind(loop);
    }
    int segments = w.dilationW() == 1 ? 1 : columns.taps();
    int perSegment = layout.steps() / segments;
    int consumed = 0;
    for (int s = 0; s < segments; s++) {
      emitSteps(panels, pixels, read, perSegment);
      consumed += perSegment * 4;
      if (s + 1 < segments) {
        int skip = w.dilationW() * spec.inC() - perSegment * 4;
        read.forEach(x -> code.add(x, x, skip));
        consumed += skip;
      }
    }
    if (rows.taps() > 1) {
      long skip = (long) w.dilationH() * spec.inW() * spec.inC() - consumed;
      read.forEach(x -> code.add(x, x, skip));
      code.add(WEIGHT_READ, WEIGHT_READ, (long) (layout.rowSteps() - layout.steps()) * stepBytes);
      Registers.loop(code, KERNEL_ROWS, loop);
    }
  }

  /** {@code count} groups of four bytes; moves the pointers behind them. */
  private void emitSteps(ConvolutionWeights.Panels panels, int pixels, List<X> read, int count) {
    int unroll = Math.min(UNROLL, count);
    int loops = count / unroll;
    A64Encoder.Label loop = new A64Encoder.Label();
    if (loops > 1) {
      code.mov(STEPS, loops);
      code.bind(loop);
    }
    steps.emit(panels, pixels, read, unroll);
    code.add(WEIGHT_READ, WEIGHT_READ, (long) unroll * panels.stepBytes());
    if (loops > 1) {
      Registers.loop(code, STEPS, loop);
    }
    int rest = count - loops * unroll;
    if (rest > 0) {
      steps.emit(panels, pixels, read, rest);
      code.add(WEIGHT_READ, WEIGHT_READ, (long) rest * panels.stepBytes());
    }
  }

  /** Panels with the constants of narrowing, then multipliers and biases of their channels. */
  private final class Packed {
    final ConvolutionWeights.Panels panels;
    final int blocks;
    final int offset;
    final int stride;

    Packed(int firstBlock, int nb, int count) {
      this.panels = weights.panels(firstBlock, nb, count);
      this.blocks = nb;
      this.stride = Narrowing.BYTES + (1 + rowRuns.size() * columnRuns.size()) * nb * VECTOR;
      this.offset = pool.reserve(Math.multiplyExact(stride, count));
      for (int panel = 0; panel < count; panel++) {
        int at = offset + panel * stride;
        narrowing.put(pool, at);
        int firstChannel = (firstBlock + panel * nb) * LANES;
        int channels = Math.min(nb * LANES, spec.outC() - firstChannel);
        for (int lane = 0; lane < channels; lane++) {
          pool.putFloat(at + Narrowing.BYTES + lane * 4, scaling.multiplier(firstChannel + lane));
        }
        for (int r = 0; r < rowRuns.size(); r++) {
          for (int c = 0; c < columnRuns.size(); c++) {
            for (int lane = 0; lane < channels; lane++) {
              int o = firstChannel + lane;
              int excess =
                  spec.inputZeroPoint() * weights.sum(o, rowRuns.get(r), columnRuns.get(c));
              pool.putInt(at + biasOffset(r, c) + lane * 4, scaling.bias(o) - excess);
            }
          }
        }
      }
    }

    int biasOffset(int r, int c) {
      return Narrowing.BYTES + (1 + r * columnRuns.size() + c) * blocks * VECTOR;
    }
  }
}
