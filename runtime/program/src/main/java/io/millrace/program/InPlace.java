package io.millrace.program;

import java.util.function.IntFunction;

/**
 * Which steps may write over what they read. A step may where each output element depends on the
 * one input element at the same byte position and on nothing else of that input, so that any order
 * of elements and any cut into bands gives the same answer. Every kernel keeps to this.
 */
public final class InPlace {
  private InPlace() {}

  /**
   * Whether the output of {@code operator} may take exactly the bytes of its operand {@code input}.
   * Says nothing about whether anybody else still needs that operand.
   *
   * @param shapes the shape of each tensor
   * @param types the element type of each tensor
   */
  public static boolean allowed(
      Operator operator, int input, IntFunction<Shape> shapes, IntFunction<ElementType> types) {
    boolean elementWise =
        operator instanceof Operator.Add
            || operator instanceof Operator.Mul
            || operator instanceof Operator.Elementwise
            || operator instanceof Operator.Copy
            || (operator instanceof Operator.Lookup lookup && lookup.input() == input);
    int output = operator.output();
    return elementWise
        && operator.reads().contains(input)
        && shapes.apply(input).elements() == shapes.apply(output).elements()
        && types.apply(input).bits() == types.apply(output).bits();
  }
}
