package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Taps;
import java.util.List;

/**
 * The loops of a window that treats every channel alone: blocks of sixteen channels outermost, then
 * rows, then pixels. What is done for some neighbouring pixels is the subclass's.
 */
abstract class WindowKernel {
  /** Channels of a block: a register of bytes. */
  static final int BLOCK = 16;

  /** Points to the first tap that lies inside, first channel of the block. */
  static final X PIXELS = X.X3;

  static final X OUT = X.X4;

  /** Points to the block's parameters, where the subclass has any. */
  static final X PARAMETERS = X.X5;

  private static final X COLUMNS = X.X6;
  private static final X ROWS = X.X7;
  private static final X BLOCK_INPUT = X.X8;
  private static final X BLOCKS = X.X9;

  final A64Encoder code;
  final ConvolutionSpec spec;
  final List<Taps> rowRuns;
  final List<Taps> columnRuns;

  WindowKernel(A64Encoder code, ConvolutionSpec spec) {
    this.code = code;
    this.spec = spec;
    this.rowRuns = spec.rowRuns();
    this.columnRuns = spec.columnRuns();
  }

  /**
   * Lays out the parameters of all blocks, {@link #stride} bytes apart, and returns their offset in
   * the constants.
   */
  abstract int prepare();

  /** Bytes from one block's parameters to the next. */
  abstract int stride();

  /** Pixels that {@link #emitPixels} takes at most. */
  abstract int mostPixels(int r, int c);

  /** Computes and stores {@code channels} channels of {@code pixels} pixels. */
  abstract void emitPixels(int channels, int r, int c, int pixels);

  final void emit() {
    int full = spec.outC() / BLOCK;
    int parameters = prepare();
    if (full > 0) {
      emitBlocks(0, full, BLOCK, parameters);
    }
    int rest = spec.outC() % BLOCK;
    if (rest > 0) {
      emitBlocks(full * BLOCK, 1, rest, parameters + full * stride());
    }
  }

  private void emitBlocks(int firstChannel, int count, int channels, int parameters) {
    code.add(PARAMETERS, Registers.CONSTANTS, parameters);
    code.add(
        OUT,
        Registers.ARENA,
        (long) spec.outputOffset()
            + (long) spec.firstRow() * spec.outW() * spec.outC()
            + firstChannel);
    code.add(BLOCK_INPUT, Registers.ARENA, (long) spec.inputOffset() + firstChannel);
    A64Encoder.Label loop = new A64Encoder.Label();
    if (count > 1) {
      code.mov(BLOCKS, count);
      code.bind(loop);
    }
    emitRows(channels);
    if (count > 1) {
      code.add(PARAMETERS, PARAMETERS, stride());
      code.add(OUT, OUT, BLOCK - (long) spec.rows() * spec.outW() * spec.outC());
      code.add(BLOCK_INPUT, BLOCK_INPUT, BLOCK);
      Registers.loop(code, BLOCKS, loop);
    }
  }

  private void emitRows(int channels) {
    var w = spec.window();
    int rowBytes = spec.inW() * spec.inC();
    for (int r = 0; r < rowRuns.size(); r++) {
      Taps rows = rowRuns.get(r);
      int y = rows.first() * w.strideH() - w.padTop() + rows.from() * w.dilationH();
      code.add(PIXELS, BLOCK_INPUT, (long) Math.max(0, y) * rowBytes);
      A64Encoder.Label loop = new A64Encoder.Label();
      if (rows.count() > 1) {
        code.mov(ROWS, rows.count());
        code.bind(loop);
      }
      int read = 0;
      for (int c = 0; c < columnRuns.size(); c++) {
        Taps columns = columnRuns.get(c);
        int start = read;
        if (columns.taps() > 0) {
          int column = columns.first() * w.strideW() - w.padLeft();
          start = (column + columns.from() * w.dilationW()) * spec.inC();
        }
        code.add(PIXELS, PIXELS, start - read);
        emitColumns(channels, r, c);
        read = start + w.strideW() * spec.inC() * columns.count();
      }
      code.add(PIXELS, PIXELS, (long) w.strideH() * rowBytes - read);
      if (rows.count() > 1) {
        Registers.loop(code, ROWS, loop);
      }
    }
  }

  private void emitColumns(int channels, int r, int c) {
    int count = columnRuns.get(c).count();
    int size = Math.min(count, mostPixels(r, c));
    int full = count / size;
    A64Encoder.Label loop = new A64Encoder.Label();
    if (full > 1) {
      code.mov(COLUMNS, full);
      code.bind(loop);
    }
    emitTile(channels, r, c, size);
    if (full > 1) {
      Registers.loop(code, COLUMNS, loop);
    }
    if (count > full * size) {
      emitTile(channels, r, c, count - full * size);
    }
  }

  private void emitTile(int channels, int r, int c, int pixels) {
    emitPixels(channels, r, c, pixels);
    code.add(PIXELS, PIXELS, (long) pixels * spec.window().strideW() * spec.inC());
    code.add(OUT, OUT, (long) pixels * spec.outC());
  }

  /**
   * A tap that lies inside.
   *
   * @param ky its kernel row
   * @param kx its kernel column
   * @param at its distance from {@link #PIXELS}
   */
  record Tap(int ky, int kx, int at) {}

  /** The taps of the runs, row by row. */
  final List<Tap> taps(int r, int c) {
    var w = spec.window();
    Taps rows = rowRuns.get(r);
    Taps columns = columnRuns.get(c);
    List<Tap> taps = new java.util.ArrayList<>();
    for (int y = 0; y < rows.taps(); y++) {
      for (int x = 0; x < columns.taps(); x++) {
        int at = (y * w.dilationH() * spec.inW() + x * w.dilationW()) * spec.inC();
        taps.add(new Tap(rows.from() + y, columns.from() + x, at));
      }
    }
    return taps;
  }
}
