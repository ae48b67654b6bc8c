package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.Neon;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;

/** Maximum over a window, between the bounds of the output. */
final class MaxPoolKernel extends WindowKernel {
  private static final int HIGH = 30;
  private static final int LOW = 31;
  private final ConstantPool pool;

  MaxPoolKernel(A64Encoder code, ConstantPool pool, ConvolutionSpec spec) {
    super(code, spec);
    this.pool = pool;
  }

  /** The bounds, the same for all blocks. */
  @Override
  int prepare() {
    int at = pool.bytes(spec.clampMin());
    code.loadQ(LOW, Registers.CONSTANTS, at);
    code.loadQ(HIGH, Registers.CONSTANTS, pool.bytes(spec.clampMax()));
    return at;
  }

  @Override
  int stride() {
    return 0;
  }

  @Override
  int mostPixels(int r, int c) {
    return 1;
  }

  @Override
  void emitPixels(int channels, int r, int c, int pixels) {
    code.mov(0, LOW);
    int next = 0;
    for (Tap tap : taps(r, c)) {
      int v = 1 + next++ % 4;
      code.loadQ(v, PIXELS, tap.at());
      code.neon(Neon.SMAX_16B, 0, 0, v);
    }
    code.neon(Neon.SMIN_16B, 0, 0, HIGH);
    code.storePart(0, OUT, 0, channels);
  }
}
