package io.millrace.program;

import java.util.function.IntFunction;

/** How much an operator does, counted from shapes alone. */
public final class Work {
  private Work() {}

  /**
   * Multiply-accumulates of a convolution, depthwise convolution or matrix product, padding
   * counted; 0 for all others.
   *
   * @throws ArithmeticException if the count does not fit a {@code long}
   */
  public static long macs(Operator operator, IntFunction<TensorSpec> tensors) {
    if (operator
        instanceof
        Operator.Conv2D
            o) { // every output element takes one dot product with a filter of kh * kw * c / groups
      return Math.multiplyExact(
          (long) elements(o.output(), tensors),
          elements(o.weights(), tensors) / tensors.apply(o.weights()).shape().dim(0));
    }
    if (operator instanceof Operator.DepthwiseConv2D o) {
      return Math.multiplyExact((long) elements(o.output(), tensors), o.window().area());
    }
    if (operator instanceof Operator.FullyConnected o) {
      return Math.multiplyExact(
          (long) elements(o.output(), tensors), (long) tensors.apply(o.weights()).shape().last());
    }

    return 0;
  }

  /**
   * Elements that an operator visits: under the windows of pooling, otherwise those of its largest
   * operand or its output.
   */
  public static long elements(Operator operator, IntFunction<TensorSpec> tensors) {
    if (operator instanceof Operator.AveragePool2D o) {
      return Math.multiplyExact((long) elements(o.output(), tensors), o.window().area());
    }
    if (operator instanceof Operator.MaxPool2D o) {
      return Math.multiplyExact((long) elements(o.output(), tensors), o.window().area());
    }

    long most = elements(operator.output(), tensors);
    for (int read : operator.reads()) {
      most = Math.max(most, elements(read, tensors));
    }
    return most;
  }

  /** Multiply-accumulates where there are any, elements otherwise. */
  public static long of(Operator operator, IntFunction<TensorSpec> tensors) {
    long macs = macs(operator, tensors);
    return macs > 0 ? macs : elements(operator, tensors);
  }

  private static int elements(int tensor, IntFunction<TensorSpec> tensors) {
    return tensors.apply(tensor).shape().elements();
  }
}
