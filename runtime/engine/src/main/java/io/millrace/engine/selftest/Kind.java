package io.millrace.engine.selftest;

import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightLayout;
import io.millrace.program.Window2D;
import java.util.ArrayList;
import java.util.List;

/**
 * All that the machine code of an operator with weights depends on except places and the contents
 * of constants, as far as these do not decide on the instructions: operators of one kind get the
 * same instructions. As a list of numbers, because the hash codes of records are linked at their
 * first use, which takes longer than all of the comparing.
 */
final class Kind {
  private final Program program;
  private final List<Integer> numbers = new ArrayList<>();

  private Kind(Program program) {
    this.program = program;
  }

  /**
   * Equal lists for operators of one kind; those without weights are a kind each.
   *
   * @param codeBytes the length of its code, which tells kernels apart that were chosen by what the
   *     weights are
   */
  static List<Integer> of(int index, Program program, int codeBytes) {
    Operator operator = program.operators().get(index);
    Kind kind = new Kind(program);
    kind.add(codeBytes);
    if (operator instanceof Operator.Conv2D o) {
      kind.add(1, o.groups(), o.clampMin(), o.clampMax(), o.bias() == Operator.NONE ? 0 : 1);
      kind.window(o.window());
      kind.operands(o.input(), o.weights(), o.output());
    } else if (operator instanceof Operator.DepthwiseConv2D o) {
      kind.add(2, o.clampMin(), o.clampMax(), o.bias() == Operator.NONE ? 0 : 1);
      kind.window(o.window());
      kind.operands(o.input(), o.weights(), o.output());
    } else if (operator instanceof Operator.FullyConnected o) {
      kind.add(3, o.clampMin(), o.clampMax(), o.bias() == Operator.NONE ? 0 : 1);
      kind.operands(o.input(), o.weights(), o.output());
    } else {
      kind.add(0, index);
    }
    return kind.numbers;
  }

  private void add(int... more) {
    for (int number : more) {
      numbers.add(number);
    }
  }

  private void window(Window2D w) {
    add(w.kernelH(), w.kernelW(), w.strideH(), w.strideW(), w.dilationH(), w.dilationW());
    add(w.padTop(), w.padLeft(), w.padBottom(), w.padRight());
  }

  private void operands(int... tensors) {
    for (int tensor : tensors) {
      TensorSpec spec = program.tensor(tensor);
      boolean one = !spec.quantization().isNone() && !spec.quantization().isPerAxis();
      add(spec.type().bits(), spec.type().compareTo(ElementType.INT8));
      add(spec.layout().compareTo(WeightLayout.ROW_MAJOR));
      add(one ? spec.quantization().zeroPoint() : 0, spec.shape().rank());
      add(spec.shape().toArray());
    }
  }
}
