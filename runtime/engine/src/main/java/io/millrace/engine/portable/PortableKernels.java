package io.millrace.engine.portable;

import io.millrace.engine.kernel.Kernel;
import io.millrace.program.BadProgramException;
import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Operator.AddArithmetic;
import io.millrace.program.Program;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** The portable kernel of every operator. */
public final class PortableKernels {
  private static final Set<ElementType> WEIGHTS = Set.of(ElementType.INT8, ElementType.INT4);
  private static final Set<ElementType> BYTES = Set.of(ElementType.INT8, ElementType.UINT8);

  private PortableKernels() {}

  /**
   * Binds operator {@code operator} of {@code program} to its bytes in {@code arena} and in the
   * program's constants. What is constant is read now; the rest at each run.
   *
   * @param arena at least {@code program.memory().arenaBytes()} bytes
   * @throws BadProgramException if the operator's tensors have types that it does not take
   */
  public static Kernel bind(Program program, int operator, MemorySegment arena)
      throws BadProgramException {
    Operator op = program.operators().get(operator);
    checkTypes(program, operator, op);
    if (op instanceof Operator.Conv2D o) {
      return floats(program, o.input())
          ? Conv2DFloat.of(o, program, arena)
          : Conv2DInt8.of(o, program, arena);
    }
    if (op instanceof Operator.DepthwiseConv2D o) {
      return floats(program, o.input())
          ? Conv2DFloat.of(o, program, arena)
          : new DepthwiseConv2DInt8(o, program, arena);
    }
    if (op instanceof Operator.FullyConnected o) {
      return floats(program, o.input())
          ? Conv2DFloat.of(o, program, arena)
          : Conv2DInt8.of(o, program, arena);
    }
    if (op instanceof Operator.Add o) {
      return add(o, program, arena);
    }
    if (op instanceof Operator.Mul o) {
      Tensor a = Tensor.of(program, o.a(), arena);
      Tensor b = Tensor.of(program, o.b(), arena);
      Tensor y = Tensor.of(program, o.output(), arena);
      return a.isFloat() ? new BinaryFloat(true, a, b, y) : new MulInt8(o, a, b, y);
    }
    if (op instanceof Operator.AveragePool2D o) {
      return new AveragePool2DKernel(o, program, arena);
    }
    if (op instanceof Operator.MaxPool2D o) {
      return new MaxPool2DKernel(o, program, arena);
    }
    if (op instanceof Operator.Mean o) {
      return new MeanKernel(o, program, arena);
    }
    if (op instanceof Operator.Pad o) {
      return new PadKernel(o, program, arena);
    }
    if (op instanceof Operator.Transpose o) {
      return new TransposeKernel(o, program, arena);
    }
    if (op instanceof Operator.Concat o) {
      return new ConcatKernel(o, program, arena);
    }
    if (op instanceof Operator.Copy o) {
      return new Elements.Copy(o, program, arena);
    }
    if (op instanceof Operator.Lookup o) {
      return new Elements.Lookup(o, program, arena);
    }
    if (op instanceof Operator.Softmax o) {
      return new SoftmaxKernel(o, program, arena);
    }
    if (op instanceof Operator.Quantize o) {
      return new Elements.Quantize(o, program, arena);
    }
    if (op instanceof Operator.Dequantize o) {
      return new Elements.Dequantize(o, program, arena);
    }
    if (op instanceof Operator.Elementwise o) {
      return new Elements.Function(o, program, arena);
    }
    throw new AssertionError(op);
  }

  private static Kernel add(Operator.Add op, Program program, MemorySegment arena) {
    Tensor a = Tensor.of(program, op.a(), arena);
    Tensor b = Tensor.of(program, op.b(), arena);
    Tensor y = Tensor.of(program, op.output(), arena);
    if (a.isFloat()) {
      return new BinaryFloat(false, a, b, y);
    }
    Operator.AddArithmetic given = op.rule();
    if (given instanceof AddArithmetic.FixedPoint rule) {
      return new AddInt8.FixedPoint(op, rule, a, b, y);
    }
    if (given instanceof AddArithmetic.FloatingPoint rule) {
      return new AddInt8.FloatingPoint(op, rule, 0, a, b, y);
    }
    if (given instanceof AddArithmetic.UnsignedFloatingPoint r) {
      return new AddInt8.FloatingPoint(
          op, new AddArithmetic.FloatingPoint(r.ratioA(), r.ratioB(), r.offset()), 128, a, b, y);
    }
    throw new AssertionError(given);
  }

  private static boolean floats(Program program, int tensor) {
    return program.tensor(tensor).type() == ElementType.FLOAT32;
  }

  private static void checkTypes(Program program, int index, Operator op)
      throws BadProgramException {
    Types types = new Types(program, index, op);
    if (op instanceof Operator.Conv2D o) {
      types.weighted(o.input(), o.weights(), o.bias(), o.multipliers());
    } else if (op instanceof Operator.DepthwiseConv2D o) {
      types.weighted(o.input(), o.weights(), o.bias(), o.multipliers());
    } else if (op instanceof Operator.FullyConnected o) {
      types.weighted(o.input(), o.weights(), o.bias(), o.multipliers());
    } else if (op instanceof Operator.Add o) {
      types.same(o.a(), o.b());
    } else if (op instanceof Operator.Mul o) {
      types.same(o.a(), o.b());
    } else if (op instanceof Operator.AveragePool2D o) {
      types.same(o.input());
    } else if (op instanceof Operator.MaxPool2D o) {
      types.same(o.input());
    } else if (op instanceof Operator.Mean o) {
      types.same(o.input());
      long count =
          program.tensor(o.input()).shape().elements()
              / program.tensor(o.output()).shape().elements();
      if (count > MeanRule.MAX_COUNT) {
        throw types.bad(
            "a mean over " + count + " values, at most " + MeanRule.MAX_COUNT + " fit INT32");
      }
    } else if (op instanceof Operator.Pad o) {
      types.moved(o.input());
    } else if (op instanceof Operator.Transpose o) {
      types.moved(o.input());
    } else if (op instanceof Operator.Copy o) {
      types.moved(o.input());
    } else if (op instanceof Operator.Concat o) {
      for (int input : o.inputs()) {
        types.moved(input);
      }
    } else if (op instanceof Operator.Lookup o) {
      types.in(o.input(), BYTES);
      types.in(o.output(), BYTES);
    } else if (op instanceof Operator.Softmax o) {
      types.same(o.input());
      if (!floats(program, o.input())) {
        types.in(o.table(), Set.of(ElementType.FLOAT32));
      }
    } else if (op instanceof Operator.Quantize o) {
      types.in(o.input(), Set.of(ElementType.FLOAT32));
      types.in(o.output(), BYTES);
    } else if (op instanceof Operator.Dequantize o) {
      types.in(o.input(), Set.of(ElementType.INT8, ElementType.UINT8, ElementType.INT32));
      types.in(o.output(), Set.of(ElementType.FLOAT32));
    } else if (op instanceof Operator.Elementwise o) {
      types.in(o.input(), Set.of(ElementType.FLOAT32));
      types.in(o.output(), Set.of(ElementType.FLOAT32));
    } else {
      throw new AssertionError(op);
    }
  }

  /** What types an operator's tensors may have. */
  private record Types(Program program, int index, Operator op) {
    BadProgramException bad(String what) {
      return new BadProgramException(
          "operator " + index + " (" + op.getClass().getSimpleName() + "): " + what);
    }

    void in(int tensor, Set<ElementType> allowed) throws BadProgramException {
      if (tensor == Operator.NONE) {
        throw bad("an operand is missing");
      }
      ElementType type = program.tensor(tensor).type();
      if (!allowed.contains(type)) {
        throw bad("tensor " + tensor + " is " + type + ", not one of " + allowed);
      }
    }

    /** All inputs INT8 or all FLOAT32, and the output the same. */
    void same(int... inputs) throws BadProgramException {
      ElementType type = program.tensor(inputs[0]).type();
      in(inputs[0], Set.of(ElementType.INT8, ElementType.FLOAT32));
      for (int input : inputs) {
        in(input, Set.of(type));
      }
      in(op.output(), Set.of(type));
    }

    /** Whole bytes that are moved but not looked at. */
    void moved(int input) throws BadProgramException {
      if (program.tensor(input).type() == ElementType.INT4) {
        throw bad("tensor " + input + " is INT4, which only weights may be");
      }
      in(op.output(), Set.of(program.tensor(input).type()));
    }

    void weighted(int input, int weights, int bias, int multipliers) throws BadProgramException {
      if (floats(program, input)) {
        Set<ElementType> real = Set.of(ElementType.FLOAT32);
        in(weights, real);
        in(op.output(), real);
        if (bias != Operator.NONE) {
          in(bias, real);
        }
        return;
      }
      in(input, Set.of(ElementType.INT8));
      in(weights, WEIGHTS);
      if (bias != Operator.NONE) {
        in(bias, Set.of(ElementType.INT32));
      }
      if (multipliers == Operator.NONE) {
        in(op.output(), Set.of(ElementType.INT32));
      } else {
        in(op.output(), Set.of(ElementType.INT8));
        in(multipliers, Set.of(ElementType.FLOAT32));
      }
    }
  }
}
