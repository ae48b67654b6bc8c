package io.millrace.engine.x86;

import static io.millrace.engine.encode.x86.X86Encoder.Condition.NOT_EQUAL;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
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
 * Convolution and matrix product: for each panel of output channels, tiles of neighbouring pixels
 * whose sums stay in registers.
 *
 * <p>A pixel's taps within one kernel row are neighbours in memory, so a tile reads {@code [row +
 * pixel * stride + k]} straight from the arena: no copy, no table. Four bytes of a pixel are
 * broadcast and multiplied with four bytes of a vector of channels at a time.
 *
 * <p>Weights lie in the order of reading, four bytes of depth of a vector of channels at a time;
 * where the vectors of a panel's blocks are is for {@link ConvolutionWeights} to say.
 *
 * <p>INT4 weights come two a byte and are parted in registers: the wanted nibble is left where it
 * is, or shifted, to the upper half of its byte and the other one is masked out. That is the signed
 * weight times 16, and so are the sums; biases are stored times 16 and multipliers divided by 16,
 * which no rounding notices. Sums must stay within 2^27 for it: {@link #takesNibbles}.
 */
final class ConvolutionKernel {

  private static final Gpr PIXELS = Gpr.R8;
  private static final Gpr OUT = Gpr.R9;
  private static final Gpr WEIGHTS = Gpr.R10;
  private static final Gpr STEPS = Gpr.R11;
  private static final Gpr TILES = Gpr.R12;
  private static final Gpr ROWS = Gpr.R13;
  private static final Gpr KERNEL_ROWS = Gpr.R14;
  private static final Gpr PANELS = Gpr.R15;
  private static final Gpr READ = Gpr.RAX;
  private static final Gpr WEIGHT_READ = Gpr.RCX;
  private static final Gpr PARAMETERS = Gpr.RBX;

  private final Target target;
  private final int lanes;
  private final X86Encoder code;
  private final ConstantPool pool;
  private final ConvolutionSpec spec;
  private final Requantizer requantizer;
  private final List<Taps> rowRuns;
  private final List<Taps> columnRuns;

  /** By so much the sums of INT4 weights are too large. */
  private static final int NIBBLE_SCALE = 16;

  private final Scaling scaling;
  private final ConvolutionWeights weights;
  private final int nibbleMask;

  /** A kernel whose weights are packed into the pool. */
  static ConvolutionKernel packing(
      Target target,
      X86Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Parameters parameters) {
    return new ConvolutionKernel(
        target,
        code,
        pool,
        spec,
        parameters,
        (s, runs) -> new PanelPacking(target.lanes(), pool, s, parameters, runs));
  }

  /** A kernel that reads weights where they are. */
  static ConvolutionKernel inPlace(
      Target target,
      X86Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Scaling scaling,
      BlockedWeights weights) {
    return new ConvolutionKernel(
        target,
        code,
        pool,
        spec,
        scaling,
        (s, runs) -> new InPlaceWeights(target.lanes(), weights, s.window(), runs));
  }

  private ConvolutionKernel(
      Target target,
      X86Encoder code,
      ConstantPool pool,
      ConvolutionSpec spec,
      Scaling scaling,
      BiFunction<ConvolutionSpec, List<Taps>, ConvolutionWeights> weights) {
    this.target = target;
    this.lanes = target.lanes();
    this.code = code;
    this.pool = pool;
    this.spec = spec.flattened();
    this.scaling = scaling;
    this.requantizer = new Requantizer(target, code, pool, this.spec, scaling);
    this.rowRuns = this.spec.rowRuns();
    this.columnRuns = this.spec.columnRuns();
    this.weights = weights.apply(this.spec, columnRuns);
    this.nibbleMask = this.weights.inNibbles() ? pool.bytes(0xF0) : -1;
  }

  /**
   * Whether INT4 weights can be read two a byte.
   *
   * @param groupsPerTap groups of four inputs of a tap
   * @param products multiply-accumulates of one output
   * @param channels output channels
   */
  static boolean takesNibbles(int groupsPerTap, long products, int channels, Scaling scaling) {
    long sum = 255L * 8 * products;
    boolean fits = groupsPerTap % 2 == 0;
    for (int o = 0; fits && o < channels; o++) {
      fits =
          Math.abs((long) scaling.bias(o)) + sum < 1 << 27
              && scaling.multiplier(o) >= Float.MIN_NORMAL * NIBBLE_SCALE;
    }
    return fits;
  }

  void emit() {
    int blocks = Math.ceilDiv(spec.outC(), lanes);
    int panelBlocks = panelBlocks(blocks);
    int fullPanels = spec.outC() / (panelBlocks * lanes);
    int done = fullPanels * panelBlocks;
    if (fullPanels > 0) {
      emitPanels(0, panelBlocks, fullPanels);
    }
    if (done * lanes < spec.outC()) {
      emitPanels(done, blocks - done, 1);
    }
  }

  private int widestRun() {
    int most = 1;
    for (Taps t : columnRuns) {
      most = Math.max(most, t.count());
    }
    return most;
  }

  /** Blocks of channels in a panel: more where there are few pixels to share weights among. */
  private int panelBlocks(int blocks) {
    int pixels = widestRun();
    if (pixels == 1) {
      int most = target == Target.AVX2 ? 4 : 8;
      // weights that are parted take registers: six of fifteen beside as many sums
      return Math.min(blocks, weights.inNibbles() && target == Target.AVX_VNNI ? 6 : most);
    }
    int depth = spec.window().kernelH() * spec.window().kernelW() * spec.inC();
    boolean wide = target.isEvex() && (pixels <= 8 || depth * 64 <= 24 << 10);
    return Math.min(blocks, wide ? 4 : 2);
  }

  /** Sums that fit the registers beside weights and pixels. */
  private int maxSums() {
    return switch (target) {
      case AVX512_VNNI -> 28;
      case AVX_VNNI -> 12;
      case AVX2 -> 4;
    };
  }

  private int mostPixels(int nb) {
    int sums = maxSums();
    if (target != Target.AVX2) {
      // room for the weights of a step: read once for all pixels, not once for each
      sums = Math.min(sums, target.last().number() - nb);
    }
    return Math.max(1, sums / nb);
  }

  /** {@code count} panels of {@code nb} blocks, from block {@code firstBlock} on. */
  private void emitPanels(int firstBlock, int nb, int count) {
    Packed packed = new Packed(firstBlock, nb, count);
    code.mov(WEIGHTS, Registers.CONSTANTS);
    code.add(WEIGHTS, packed.panels.offset());
    code.mov(PARAMETERS, Registers.CONSTANTS);
    code.add(PARAMETERS, packed.parametersOffset);
    int base =
        spec.outputOffset() + spec.firstRow() * spec.outW() * spec.outC() + firstBlock * lanes;
    code.lea(OUT, Mem.at(Registers.ARENA, base));
    int tail = spec.outC() - (firstBlock + nb * count) * lanes;
    int lastLanes = tail < 0 ? lanes + tail : lanes;
    X86Encoder.Label loop = new X86Encoder.Label();
    if (count > 1) {
      code.mov(PANELS, count);
      code.bind(loop);
    }
    long out = emitRows(packed, nb, lastLanes);
    if (count > 1) {
      code.add(WEIGHTS, packed.panels.stride());
      code.add(PARAMETERS, packed.parametersStride);
      code.add(OUT, nb * lanes - Math.toIntExact(out));
      code.sub(PANELS, 1);
      code.jump(NOT_EQUAL, loop);
    }
  }

  /** All pixels of the band for one panel; returns by how much {@link #OUT} has moved. */
  private long emitRows(Packed packed, int nb, int lastLanes) {
    var w = spec.window();
    long outRow = (long) spec.outW() * spec.outC();
    for (int r = 0; r < rowRuns.size(); r++) {
      Taps rows = rowRuns.get(r);
      int y = rows.first() * w.strideH() - w.padTop() + rows.from() * w.dilationH();
      int row = spec.inputOffset() + Math.max(y, 0) * spec.inW() * spec.inC();
      code.lea(PIXELS, Mem.at(Registers.ARENA, row));
      X86Encoder.Label loop = new X86Encoder.Label();
      if (rows.count() > 1) {
        code.mov(ROWS, rows.count());
        code.bind(loop);
      }
      long read = 0;
      for (int c = 0; c < columnRuns.size(); c++) {
        read = emitColumns(packed, nb, lastLanes, r, c, read);
      }
      code.add(PIXELS, Math.toIntExact((long) w.strideH() * spec.inW() * spec.inC() - read));
      if (rows.count() > 1) {
        code.sub(ROWS, 1);
        code.jump(NOT_EQUAL, loop);
      }
    }
    return outRow * spec.rows();
  }

  /** The pixels of one column run; {@code read} says where {@link #PIXELS} stands in the row. */
  private long emitColumns(Packed packed, int nb, int lastLanes, int r, int c, long read) {
    Taps columns = columnRuns.get(c);
    var w = spec.window();
    long start =
        ((long) columns.first() * w.strideW() - w.padLeft() + (long) columns.from() * w.dilationW())
            * spec.inC();
    if (columns.taps() == 0) {
      start = 0;
    }
    if (start != read) {
      code.add(PIXELS, Math.toIntExact(start - read));
    }
    int most = Math.min(columns.count(), mostPixels(nb));
    int tiles = Math.ceilDiv(columns.count(), most);
    int size = Math.ceilDiv(columns.count(), tiles);
    int full = columns.count() / size;
    int pixelStride = w.strideW() * spec.inC();
    X86Encoder.Label loop = new X86Encoder.Label();
    if (full > 1) {
      code.mov(TILES, full);
      code.bind(loop);
    }
    emitTile(packed, nb, lastLanes, r, c, size);
    code.add(PIXELS, size * pixelStride);
    code.add(OUT, size * spec.outC());
    if (full > 1) {
      code.sub(TILES, 1);
      code.jump(NOT_EQUAL, loop);
    }
    int rest = columns.count() - full * size;
    if (rest > 0) {
      emitTile(packed, nb, lastLanes, r, c, rest);
      code.add(PIXELS, rest * pixelStride);
      code.add(OUT, rest * spec.outC());
    }
    return start + (long) columns.count() * pixelStride;
  }

  /** Bytes of one vector: a block's bias, or four bytes of depth of its weights. */
  private int vector() {
    return target.width().bytes();
  }

  private void emitTile(Packed packed, int nb, int lastLanes, int r, int c, int pixels) {
    int bias = packed.biasOffset(r, c);
    int sums = nb * pixels;
    if (target == Target.AVX2) {
      for (int i = 0; i < 2 * sums; i++) {
        code.simd(Simd.VPXOR, Width.Y, Vec.of(i), Vec.of(i), Vec.of(i));
      }
      emitSums(packed, r, c, pixels);
      addHalves(sums, nb, bias);
    } else {
      for (int i = 0; i < sums; i++) {
        Mem at = Mem.at(PARAMETERS, bias + i % nb * vector());
        code.simd(target.load(), target.width(), Vec.of(i), at);
      }
      emitSums(packed, r, c, pixels);
    }
    requantizer.emit(nb, pixels, lastLanes, OUT, PARAMETERS);
  }

  /**
   * AVX2: registers 2i and 2i + 1 hold two partial sums for each of four channels; leaves the sums
   * of eight channels, with bias, in register i.
   */
  private void addHalves(int sums, int nb, int bias) {
    for (int i = 0; i < sums; i++) {
      Vec sum = Vec.of(i);
      code.simd(Simd.VPHADDD, Width.Y, sum, Vec.of(2 * i), Vec.of(2 * i + 1));
      code.simd(Simd.VPERMQ_IMM, Width.Y, sum, sum, 0xD8);
      code.simd(Simd.VPADDD, Width.Y, sum, sum, Mem.at(PARAMETERS, bias + i % nb * vector()));
    }
  }

  /** Adds all taps of the runs {@code r}, {@code c} to the accumulators. */
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
    code.lea(
        WEIGHT_READ,
        Mem.at(
            WEIGHTS,
            layout.offset()
                + rows.from() * layout.rowSteps() * stepBytes
                + layout.skip() * stepBytes));
    code.mov(READ, PIXELS);
    X86Encoder.Label loop = new X86Encoder.Label();
    if (rows.taps() > 1) {
      code.mov(KERNEL_ROWS, rows.taps());
      code.bind(loop);
    }
    int segments = w.dilationW() == 1 ? 1 : columns.taps();
    int steps = layout.steps() / segments;
    int consumed = 0;
    for (int s = 0; s < segments; s++) {
      emitSteps(panels, pixels, steps);
      consumed += steps * 4;
      if (s + 1 < segments) {
        code.add(READ, w.dilationW() * spec.inC() - steps * 4);
        consumed += w.dilationW() * spec.inC() - steps * 4;
      }
    }
    if (rows.taps() > 1) {
      code.add(READ, w.dilationH() * spec.inW() * spec.inC() - consumed);
      if (layout.rowSteps() != layout.steps()) {
        code.add(WEIGHT_READ, (layout.rowSteps() - layout.steps()) * stepBytes);
      }
      code.sub(KERNEL_ROWS, 1);
      code.jump(NOT_EQUAL, loop);
    }
  }

  /**
   * {@code steps} groups of four bytes; moves {@link #READ} and {@link #WEIGHT_READ} behind them.
   */
  private void emitSteps(ConvolutionWeights.Panels panels, int pixels, int steps) {
    int unroll = steps <= 8 ? steps : 4;
    int loops = steps / unroll;
    X86Encoder.Label loop = new X86Encoder.Label();
    if (loops > 1) {
      code.mov(STEPS, loops);
      code.bind(loop);
    }
    for (int u = 0; u < unroll; u++) {
      emitStep(panels, pixels, u);
    }
    code.add(READ, unroll * 4);
    code.add(WEIGHT_READ, unroll * panels.stepBytes());
    if (loops > 1) {
      code.sub(STEPS, 1);
      code.jump(NOT_EQUAL, loop);
    }
    int rest = steps - loops * unroll;
    for (int u = 0; u < rest; u++) {
      emitStep(panels, pixels, u);
    }
    if (rest > 0) {
      code.add(READ, rest * 4);
      code.add(WEIGHT_READ, rest * panels.stepBytes());
    }
  }

  private void emitStep(ConvolutionWeights.Panels panels, int pixels, int step) {
    if (target == Target.AVX2) {
      emitWideningStep(panels, pixels, step);
      return;
    }
    int nb = panels.blocks().size();
    int stride = spec.window().strideW() * spec.inC();
    int sums = nb * pixels;
    Vec pixel = target.last();
    boolean weightsInRegisters = weights.inNibbles() || (pixels > 2 && sums + nb <= pixel.number());
    if (weightsInRegisters) {
      for (int j = 0; j < nb; j++) {
        load(target.width(), Vec.of(sums + j), weights(panels, step, j), step);
      }
    }
    for (int m = 0; m < pixels; m++) {
      code.simd(Simd.VPBROADCASTD, target.width(), pixel, Mem.at(READ, m * stride + step * 4));
      for (int j = 0; j < nb; j++) {
        Vec sum = Vec.of(m * nb + j);
        if (weightsInRegisters) {
          code.simd(Simd.VPDPBUSD, target.width(), sum, pixel, Vec.of(sums + j));
        } else {
          code.simd(Simd.VPDPBUSD, target.width(), sum, pixel, weights(panels, step, j));
        }
      }
    }
  }

  private Mem weights(ConvolutionWeights.Panels panels, int step, int j) {
    int from = weights.inNibbles() ? step & ~1 : step;
    return Mem.at(WEIGHT_READ, Math.addExact(from * panels.stepBytes(), panels.blocks().get(j)));
  }

  /** Loads weights of step {@code step}; of nibbles those that it means, each times 16. */
  private void load(Width width, Vec to, Mem from, int step) {
    code.simd(target.load(), width, to, from);
    if (weights.inNibbles()) {
      if (step % 2 == 0) {
        code.simd(Simd.VPSLLW_IMM, width, to, to, 4);
      }
      Simd and = target.isEvex() ? Simd.VPANDD : Simd.VPAND;
      code.simd(and, width, to, to, Mem.at(Registers.CONSTANTS, nibbleMask));
    }
  }

  /** Half a vector of weights as 16 bits each. */
  private void loadWidened(Vec to, Mem from, int step) {
    if (weights.inNibbles()) {
      load(Width.X, to, from, step);
      code.simd(Simd.VPMOVSXBW, Width.Y, to, to);
    } else {
      code.simd(Simd.VPMOVSXBW, Width.Y, to, from);
    }
  }

  /** AVX2: four bytes of a pixel as 16 bits, times those of four channels at a time. */
  private void emitWideningStep(ConvolutionWeights.Panels panels, int pixels, int step) {
    int nb = panels.blocks().size();
    int stride = spec.window().strideW() * spec.inC();
    int sums = 2 * nb * pixels;
    Vec pixel = Vec.of(15);
    Vec product = Vec.of(14);
    boolean weightsInRegisters = pixels > 1 && sums + 2 * nb <= 14;
    for (int j = 0; weightsInRegisters && j < 2 * nb; j++) {
      Mem half = weights(panels, step, j / 2).plus(j % 2 * 16);
      loadWidened(Vec.of(sums + j), half, step);
    }
    for (int m = 0; m < pixels; m++) {
      code.simd(Simd.VPBROADCASTD, Width.X, pixel, Mem.at(READ, m * stride + step * 4));
      code.simd(Simd.VPMOVZXBW, Width.Y, pixel, pixel);
      for (int j = 0; j < 2 * nb; j++) {
        Vec sum = Vec.of(2 * m * nb + j);
        if (weightsInRegisters) {
          code.simd(Simd.VPMADDWD, Width.Y, product, pixel, Vec.of(sums + j));
        } else {
          loadWidened(product, weights(panels, step, j / 2).plus(j % 2 * 16), step);
          code.simd(Simd.VPMADDWD, Width.Y, product, pixel, product);
        }
        code.simd(Simd.VPADDD, Width.Y, sum, sum, product);
      }
    }
  }

  /** Panels with the multipliers and biases of their channels. */
  private final class Packed {
    final ConvolutionWeights.Panels panels;
    final int blocks;
    final int parametersOffset;
    final int parametersStride;

    Packed(int firstBlock, int nb, int count) {
      this.panels = weights.panels(firstBlock, nb, count);
      this.blocks = nb;
      this.parametersStride = (1 + rowRuns.size() * columnRuns.size()) * nb * vector();
      this.parametersOffset = pool.reserve(Math.multiplyExact(parametersStride, count));
      for (int panel = 0; panel < count; panel++) {
        int at = parametersOffset + panel * parametersStride;
        int firstChannel = (firstBlock + panel * nb) * lanes;
        int channels = Math.min(nb * lanes, spec.outC() - firstChannel);
        for (int lane = 0; lane < channels; lane++) {
          pool.putFloat(at + lane * 4, scaling.multiplier(firstChannel + lane) / scale());
        }
        for (int r = 0; r < rowRuns.size(); r++) {
          for (int c = 0; c < columnRuns.size(); c++) {
            biases(
                at + biasOffset(r, c), firstChannel, channels, rowRuns.get(r), columnRuns.get(c));
          }
        }
      }
    }

    private int scale() {
      return weights.inNibbles() ? NIBBLE_SCALE : 1;
    }

    /** Behind the multipliers, one bias for each pair of runs. */
    int biasOffset(int r, int c) {
      return (1 + r * columnRuns.size() + c) * blocks * vector();
    }

    /** Values in the arena are stored plus 128, so that much of each weight is taken off. */
    private void biases(int at, int firstChannel, int channels, Taps rows, Taps columns) {
      for (int lane = 0; lane < channels; lane++) {
        int o = firstChannel + lane;
        int excess = (128 + spec.inputZeroPoint()) * weights.sum(o, rows, columns);
        pool.putInt(at + lane * 4, (scaling.bias(o) - excess) * scale());
      }
    }
  }
}
