package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.machine.BlockedWeights;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Operands;
import io.millrace.engine.machine.OperatorKernels;
import io.millrace.engine.machine.Parameters;
import io.millrace.engine.machine.Scaling;
import io.millrace.engine.machine.StridedCopies;
import io.millrace.program.Operator;
import io.millrace.program.Operator.AddArithmetic;
import io.millrace.program.Operator.MeanArithmetic;
import io.millrace.program.Operator.SoftmaxArithmetic;
import io.millrace.program.Program;

/** The kernels of AArch64. */
final class A64Kernels extends OperatorKernels {
  private final Target target;
  private final A64Encoder code;

  A64Kernels(Target target, Program program, A64Encoder code, ConstantPool pool) {
    super(program, pool, 0);
    this.target = target;
    this.code = code;
  }

  @Override
  protected void convolve(ConvolutionSpec s, Scaling scaling, BlockedWeights weights) {
    ConvolutionKernel.inPlace(target, code, pool, s, scaling, weights).emit();
  }

  @Override
  protected void convolvePacking(ConvolutionSpec s, Parameters parameters) {
    ConvolutionKernel.packing(target, code, pool, s, parameters).emit();
  }

  @Override
  protected boolean takesNibbles(int groupsPerTap, long products, int channels, Scaling scaling) {
    // weights are widened to what they are, so no sum is larger than with INT8
    return groupsPerTap % 2 == 0;
  }

  @Override
  protected void depthwise(ConvolutionSpec s, Parameters parameters) {
    new DepthwiseKernel(code, pool, s, parameters).emit();
  }

  @Override
  protected void mean(ConvolutionSpec s, MeanArithmetic rule, float multiplier) {
    DepthwiseKernel.mean(code, pool, s, rule, multiplier).emit();
  }

  @Override
  protected void maxPool(ConvolutionSpec s) {
    new MaxPoolKernel(code, pool, s).emit();
  }

  @Override
  protected void addFixed(
      Operands at,
      AddArithmetic.FixedPoint rule,
      int za,
      int zb,
      int zy,
      int clampMin,
      int clampMax) {
    elementwise().addFixed(at, rule, za, zb, zy, clampMin, clampMax);
  }

  @Override
  protected void addFloating(
      Operands at, AddArithmetic.FloatingPoint rule, int clampMin, int clampMax) {
    elementwise().addFloating(at, rule, clampMin, clampMax);
  }

  @Override
  protected void mul(Operands at, Operator.Mul op, int za, int zb, int zy) {
    elementwise().mul(at, op, za, zb, zy);
  }

  @Override
  protected void softmax(
      int input,
      int output,
      int rows,
      int last,
      float[] table,
      SoftmaxArithmetic rule,
      float yScale,
      int zy) {
    new SoftmaxKernel(code, pool).emit(input, output, rows, last, table, rule, yScale, zy);
  }

  @Override
  protected int softmaxScratchBytes(int last) {
    return SoftmaxKernel.scratchBytes(last);
  }

  @Override
  protected void copy(int from, int to, int bytes) {
    new StridedCopyKernel(code).copy(from, to, bytes);
  }

  @Override
  protected void lookup(int from, int to, int bytes, byte[] table) {
    elementwise().lookup(from, to, bytes, table);
  }

  @Override
  protected StridedCopies copies() {
    return new StridedCopyKernel(code);
  }

  private ElementwiseKernel elementwise() {
    return new ElementwiseKernel(code, pool);
  }
}
