package io.millrace.program;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Proves that a program from nowhere can do no harm: no kernel of it reads or writes outside its
 * tensors, every tensor is inside the arena or the constants, nothing is read before it is written
 * or after it was written over, every row is computed once and in an order that its data allow, and
 * the run has an end. Shares no code with whatever made the program.
 *
 * <p>It looks at what the program says, and at constants only where a senseless number (a
 * multiplier that is no positive number) would give senseless answers. Kernels must not take an
 * address or a count from the contents of a constant, so that a mapped file that is changed behind
 * our back can change answers but not reach other memory.
 */
public final class ProgramVerifier {
  private final Program program;

  private ProgramVerifier(Program program) {
    this.program = program;
  }

  /**
   * Returns if {@code program} is sound.
   *
   * @throws BadProgramException with what is wrong, the value, and what is allowed
   */
  public static void verify(Program program) throws BadProgramException {
    ProgramVerifier verifier = new ProgramVerifier(program);
    verifier.sizes();
    verifier.tensors();
    verifier.ends();
    verifier.operators();
    ArenaFlow.verify(program);
    ScheduleVerifier.verify(program);
  }

  private void sizes() throws BadProgramException {
    long arena = program.memory().arenaBytes();
    Require.within("arena bytes", arena, 0, ProgramLimits.ARENA_BYTES);
    Require.within(
        "lower bound of the arena in bytes", program.memory().lowerBoundBytes(), 0, arena);
    Require.within("number of tensors", program.tensors().size(), 0, ProgramLimits.TENSORS);
    Require.within("number of operators", program.operators().size(), 0, ProgramLimits.OPERATORS);
    Require.within(
        "constants in bytes", program.constants().byteSize(), 0, ProgramLimits.FILE_BYTES);
  }

  private void tensors() throws BadProgramException {
    for (int i = 0; i < program.tensors().size(); i++) {
      TensorSpec tensor = program.tensors().get(i);
      // before its size is asked for
      layout(i, tensor);
      long offset = tensor.placement().offset();
      boolean inArena = tensor.placement() instanceof Placement.InArena;
      long room = inArena ? program.memory().arenaBytes() : program.constants().byteSize();
      Require.that(
          offset >= 0 && tensor.bytes() <= room && offset <= room - tensor.bytes(),
          "tensor %d (%s): %d bytes at offset %d of the %s, which has %d",
          i,
          tensor.name(),
          tensor.bytes(),
          offset,
          inArena ? "arena" : "constants",
          room);
      Require.that(
          offset % ProgramLimits.ALIGNMENT == 0,
          "tensor %d (%s): offset %d is no multiple of %d",
          i,
          tensor.name(),
          offset,
          ProgramLimits.ALIGNMENT);
      Require.that(
          !inArena || tensor.type() != ElementType.INT4,
          "tensor %d (%s): INT4 in the arena, allowed for constants only",
          i,
          tensor.name());
      Quantization q = tensor.quantization();
      Require.that(
          !q.isPerAxis()
              || (q.axis() < tensor.shape().rank() && q.size() == tensor.shape().dim(q.axis())),
          "tensor %d (%s): quantization %s does not fit shape %s",
          i,
          tensor.name(),
          q,
          tensor.shape());
    }
  }

  private static void layout(int index, TensorSpec tensor) throws BadProgramException {
    Require.that(
        tensor.layout() == WeightLayout.ROW_MAJOR
            || tensor.placement() instanceof Placement.InConstants,
        "tensor %d (%s): layout %s in the arena, allowed for constants only",
        index,
        tensor.name(),
        tensor.layout());
    Require.that(
        tensor.layout().fits(tensor.type(), tensor.shape()),
        "tensor %d (%s): %s %s cannot have layout %s",
        index,
        tensor.name(),
        tensor.type(),
        tensor.shape(),
        tensor.layout());
  }

  private void ends() throws BadProgramException {
    Set<Integer> inputs = new HashSet<>();
    for (int input : program.inputs()) {
      index("input", input, program.tensors());
      Require.that(
          program.tensor(input).placement() instanceof Placement.InArena,
          "input tensor %d is a constant",
          input);
      Require.that(inputs.add(input), "input tensor %d is named twice", input);
    }
    for (int output : program.outputs()) {
      index("output", output, program.tensors());
      rowMajor(output);
    }
  }

  private void operators() throws BadProgramException {
    Set<Integer> written = new HashSet<>(program.inputs());
    long work = 0;
    for (int i = 0; i < program.operators().size(); i++) {
      Operator operator = program.operators().get(i);
      String what = "operator " + i + " (" + operator.getClass().getSimpleName() + ")";
      try {
        operands(operator);
        Require.that(
            written.add(operator.output()),
            "writes tensor %d, which is an input or already written",
            operator.output());
        OperatorVerifier.verify(operator, program);
        work += Work.of(operator, program::tensor);
        Require.within("work up to here", work, 0, ProgramLimits.WORK);
      } catch (BadProgramException e) {
        throw new BadProgramException(what + ": " + e.getMessage(), e);
      } catch (ArithmeticException e) {
        throw new BadProgramException(what + ": its sizes overflow", e);
      }
    }
  }

  private void operands(Operator operator) throws BadProgramException {
    for (int read : operator.reads()) {
      index("operand", read, program.tensors());
      if (!isWeights(read, operator)) {
        rowMajor(read);
      }
    }
    index("output", operator.output(), program.tensors());
    Require.that(
        program.tensor(operator.output()).placement() instanceof Placement.InArena,
        "writes constant %d",
        operator.output());
  }

  /** Whether {@code operator} reads a tensor as weights that may be blocked, and not otherwise. */
  private static boolean isWeights(int tensor, Operator operator) {
    if (operator instanceof Operator.Conv2D o) {
      return o.weights() == tensor && o.input() != tensor && o.groups() == 1;
    }
    if (operator instanceof Operator.FullyConnected o) {
      return o.weights() == tensor && o.input() != tensor;
    }

    return false;
  }

  private void rowMajor(int tensor) throws BadProgramException {
    WeightLayout layout = program.tensor(tensor).layout();
    Require.that(
        layout == WeightLayout.ROW_MAJOR,
        "tensor %d has layout %s, allowed for weights of a convolution or matrix product only",
        tensor,
        layout);
  }

  private static void index(String what, int index, List<TensorSpec> tensors)
      throws BadProgramException {
    Require.that(
        index >= 0 && index < tensors.size(), "%s is tensor %d of %d", what, index, tensors.size());
  }
}
