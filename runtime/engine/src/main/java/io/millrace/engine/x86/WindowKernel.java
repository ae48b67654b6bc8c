package io.millrace.engine.x86;

import static io.millrace.engine.encode.x86.X86Encoder.Condition.NOT_EQUAL;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Taps;
import java.util.List;

/**
 * The loops of a window that treats every channel alone: blocks of channels outermost, then rows,
 * then pixels. What is done for one pixel is the subclass's.
 */
abstract class WindowKernel {
  /** Points to the first tap that lies inside, first channel of the block. */
  static final Gpr PIXELS = Gpr.R8;

  static final Gpr OUT = Gpr.R9;

  /** Points to the block's parameters, where the subclass has any. */
  static final Gpr PARAMETERS = Gpr.RBX;

  static final Gpr COLUMNS = Gpr.R12;
  private static final Gpr ROWS = Gpr.R13;
  private static final Gpr BLOCK_INPUT = Gpr.R14;
  private static final Gpr BLOCKS = Gpr.R15;

  final Target target;
  final X86Encoder code;
  final ConvolutionSpec spec;
  final List<Taps> rowRuns;
  final List<Taps> columnRuns;

  WindowKernel(Target target, X86Encoder code, ConvolutionSpec spec) {
    this.target = target;
    this.code = code;
    this.spec = spec;
    this.rowRuns = spec.rowRuns();
    this.columnRuns = spec.columnRuns();
  }

  /**
   * Lays out the parameters of {@code count} blocks that are {@link #stride} bytes apart and
   * returns their offset in the constants.
   */
  abstract int prepare(int firstChannel, int count, Width width);

  /** Bytes from one block's parameters to the next. */
  abstract int stride();

  /**
   * Computes and stores one pixel at {@link #OUT}; opmask 1 holds the lanes where they are not all.
   */
  abstract void emitPixel(Width width, int lanes, int r, int c);

  /** Whether {@link #emitSliding} does the runs {@code r}, {@code c}. */
  boolean slides(int r, int c) {
    return false;
  }

  /** All pixels of the runs at once; moves {@link #PIXELS} and {@link #OUT} behind them. */
  void emitSliding(Width width, int lanes, int r, int c) {
    throw new UnsupportedOperationException();
  }

  final void emit() {
    int block = target.width().bytes();
    int full = spec.outC() / block;
    if (full > 0) {
      emitBlocks(0, full, target.width(), block);
    }
    int rest = spec.outC() % block;
    if (rest > 0) {
      Width width = rest > 32 ? Width.Z : rest > 16 ? Width.Y : Width.X;
      emitBlocks(full * block, 1, width, rest);
    }
  }

  /** {@code count} blocks of the channels that fit {@code width}, {@code lanes} of them stored. */
  private void emitBlocks(int firstChannel, int count, Width width, int lanes) {
    int parameters = prepare(firstChannel, count, width);
    code.lea(PARAMETERS, Mem.at(Registers.CONSTANTS, parameters));
    code.lea(
        OUT,
        Mem.at(
            Registers.ARENA,
            spec.outputOffset() + spec.firstRow() * spec.outW() * spec.outC() + firstChannel));
    target.preparePart(code, lanes, width);
    X86Encoder.Label loop = new X86Encoder.Label();
    code.lea(BLOCK_INPUT, Mem.at(Registers.ARENA, spec.inputOffset() + firstChannel));
    if (count > 1) {
      code.mov(BLOCKS, count);
      code.bind(loop);
    }
    emitRows(width, lanes);
    if (count > 1) {
      code.add(PARAMETERS, stride());
      code.add(OUT, width.bytes() - spec.rows() * spec.outW() * spec.outC());
      code.add(BLOCK_INPUT, width.bytes());
      code.sub(BLOCKS, 1);
      code.jump(NOT_EQUAL, loop);
    }
  }

  private void emitRows(Width width, int lanes) {
    var w = spec.window();
    int rowBytes = spec.inW() * spec.inC();
    for (int r = 0; r < rowRuns.size(); r++) {
      Taps rows = rowRuns.get(r);
      int y = rows.first() * w.strideH() - w.padTop() + rows.from() * w.dilationH();
      code.lea(PIXELS, Mem.at(BLOCK_INPUT, Math.max(0, y) * rowBytes));
      X86Encoder.Label loop = new X86Encoder.Label();
      if (rows.count() > 1) {
        code.mov(ROWS, rows.count());
        code.bind(loop);
      }
      int read = 0;
      for (int c = 0; c < columnRuns.size(); c++) {
        Taps columns = columnRuns.get(c);
        int start =
            columns.taps() == 0
                ? read
                : (columns.first() * w.strideW() - w.padLeft() + columns.from() * w.dilationW())
                    * spec.inC();
        if (start != read) {
          code.add(PIXELS, start - read);
        }
        emitColumns(width, lanes, r, c);
        read = start + w.strideW() * spec.inC() * columns.count();
      }
      code.add(PIXELS, w.strideH() * rowBytes - read);
      if (rows.count() > 1) {
        code.sub(ROWS, 1);
        code.jump(NOT_EQUAL, loop);
      }
    }
  }

  private void emitColumns(Width width, int lanes, int r, int c) {
    if (slides(r, c)) {
      emitSliding(width, lanes, r, c);
      return;
    }
    Taps columns = columnRuns.get(c);
    X86Encoder.Label loop = new X86Encoder.Label();
    if (columns.count() > 1) {
      code.mov(COLUMNS, columns.count());
      code.bind(loop);
    }
    emitPixel(width, lanes, r, c);
    code.add(PIXELS, spec.window().strideW() * spec.inC());
    code.add(OUT, spec.outC());
    if (columns.count() > 1) {
      code.sub(COLUMNS, 1);
      code.jump(NOT_EQUAL, loop);
    }
  }

  /** Distances from {@link #PIXELS} of the taps of the runs, column by column. */
  final int[] tapAddresses(int r, int c) {
    var w = spec.window();
    int rows = rowRuns.get(r).taps();
    int columns = columnRuns.get(c).taps();
    int[] at = new int[rows * columns];
    for (int k = 0; k < columns; k++) {
      for (int y = 0; y < rows; y++) {
        at[k * rows + y] =
            y * w.dilationH() * spec.inW() * spec.inC() + k * w.dilationW() * spec.inC();
      }
    }
    return at;
  }
}
