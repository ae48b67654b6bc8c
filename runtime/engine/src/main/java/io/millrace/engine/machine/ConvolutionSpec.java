package io.millrace.engine.machine;

import io.millrace.program.Window2D;
import java.util.List;

/**
 * A convolution, or matrix product, with everything a kernel is specialised for.
 *
 * @param inputOffset byte offset of the input in the arena
 * @param outputOffset byte offset of the output in the arena
 * @param inH input rows
 * @param inW input columns
 * @param inC input channels
 * @param outC output channels
 * @param window the window; {@link Window2D#UNIT} for a matrix product of {@code inH * inW} rows
 * @param firstRow first output row of the band
 * @param rows output rows of the band
 * @param inputZeroPoint stored value of the input that means zero
 * @param outputZeroPoint stored value of the output that means zero
 * @param clampMin lowest stored value of the output
 * @param clampMax highest stored value of the output
 */
public record ConvolutionSpec(
    int inputOffset,
    int outputOffset,
    int inH,
    int inW,
    int inC,
    int outC,
    Window2D window,
    int firstRow,
    int rows,
    int inputZeroPoint,
    int outputZeroPoint,
    int clampMin,
    int clampMax) {
  public int outW() {
    return (int) window.outputW(inW);
  }

  public int outH() {
    return (int) window.outputH(inH);
  }

  /** The same on stored values as they are. */
  public ConvolutionSpec withoutZeroPoints() {
    return new ConvolutionSpec(
        inputOffset,
        outputOffset,
        inH,
        inW,
        inC,
        outC,
        window,
        firstRow,
        rows,
        0,
        0,
        clampMin,
        clampMax);
  }

  /** The runs of output rows of the band that read the same kernel rows. */
  public List<Taps> rowRuns() {
    Window2D w = window;
    return Taps.along(firstRow, rows, inH, w.kernelH(), w.strideH(), w.dilationH(), w.padTop());
  }

  /** The runs of output columns that read the same kernel columns. */
  public List<Taps> columnRuns() {
    Window2D w = window;
    return Taps.along(0, outW(), inW, w.kernelW(), w.strideW(), w.dilationW(), w.padLeft());
  }

  /** A 1x1 convolution of stride 1 is a matrix product: all its pixels are one row. */
  public ConvolutionSpec flattened() {
    Window2D w = window;
    boolean flat =
        w.kernelH() == 1
            && w.kernelW() == 1
            && w.strideH() == 1
            && w.strideW() == 1
            && w.padTop() + w.padBottom() + w.padLeft() + w.padRight() == 0;
    if (!flat || inH == 1) {
      return this;
    }
    int skipped = firstRow * inW;
    return new ConvolutionSpec(
        inputOffset + skipped * inC,
        outputOffset + skipped * outC,
        1,
        rows * inW,
        inC,
        outC,
        Window2D.UNIT,
        0,
        1,
        inputZeroPoint,
        outputZeroPoint,
        clampMin,
        clampMax);
  }
}
