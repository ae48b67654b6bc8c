package io.millrace.program;

import java.util.List;

/**
 * The bytes that a band of an operator's output touches. What a schedule must keep apart, and what
 * a band has to wait for, both follow from it.
 *
 * @param from first byte, relative to the start of the tensor
 * @param to first byte behind
 */
public record Footprint(long from, long to) {
  /** What rows {@code firstRow} to {@code firstRow + rows - 1} of {@code output} take. */
  public static Footprint written(TensorSpec output, int firstRow, int rows) {
    long rowBytes = output.bytes() / Rows.of(output.shape());
    return new Footprint(firstRow * rowBytes, ((long) firstRow + rows) * rowBytes);
  }

  /**
   * The bytes of tensor {@code input} that {@code operator} reads to make these rows of its output;
   * the whole tensor where the operator does not work row by row. May be empty ({@code from >= to})
   * where the rows lie in the padding.
   *
   * @param tensors all tensors of the program
   * @param input a tensor that the operator reads
   */
  public static Footprint read(
      List<TensorSpec> tensors, Operator operator, int input, int firstRow, int rows) {
    TensorSpec in = tensors.get(input);
    TensorSpec out = tensors.get(operator.output());
    Footprint whole = new Footprint(0, in.bytes());
    if (operator instanceof Operator.Conv2D conv && conv.input() == input) {
      return window(conv.window(), in, out, firstRow, rows);
    }
    if (operator instanceof Operator.DepthwiseConv2D conv && conv.input() == input) {
      return window(conv.window(), in, out, firstRow, rows);
    }
    if (operator instanceof Operator.AveragePool2D pool) {
      return window(pool.window(), in, out, firstRow, rows);
    }
    if (operator instanceof Operator.MaxPool2D pool) {
      return window(pool.window(), in, out, firstRow, rows);
    }
    boolean elementWise =
        operator instanceof Operator.Add
            || operator instanceof Operator.Mul
            || operator instanceof Operator.Elementwise
            || operator instanceof Operator.Copy
            || operator instanceof Operator.Quantize
            || operator instanceof Operator.Dequantize
            || (operator instanceof Operator.Lookup lookup && lookup.input() == input);
    if (elementWise) {
      return sameElements(in, out, firstRow, rows);
    }
    return whole;
  }

  /** Element i of the output reads element i of the input; a broadcast input is read whole. */
  private static Footprint sameElements(TensorSpec in, TensorSpec out, int firstRow, int rows) {
    if (in.shape().elements() != out.shape().elements()) {
      return new Footprint(0, in.bytes());
    }
    long elementsPerRow = out.shape().elements() / Rows.of(out.shape());
    return new Footprint(
        in.type().bytes(firstRow * elementsPerRow),
        in.type().bytes(((long) firstRow + rows) * elementsPerRow));
  }

  /** Rows of the input under the windows of these output rows, the padding left out. */
  private static Footprint window(
      Window2D window, TensorSpec in, TensorSpec out, int firstRow, int rows) {
    if (in.shape().rank() != 4 || in.shape().dim(0) != 1 || out.shape().dim(0) != 1) {
      return new Footprint(0, in.bytes());
    }
    long rowBytes = in.bytes() / in.shape().dim(1);
    long first = (long) firstRow * window.strideH() - window.padTop();
    long last =
        ((long) firstRow + rows - 1) * window.strideH()
            - window.padTop()
            + (window.kernelH() - 1L) * window.dilationH();
    return new Footprint(
        Math.max(first, 0) * rowBytes, Math.min(last + 1, in.shape().dim(1)) * rowBytes);
  }
}
