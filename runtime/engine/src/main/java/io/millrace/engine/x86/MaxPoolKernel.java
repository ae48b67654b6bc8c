package io.millrace.engine.x86;

import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;

/**
 * Maximum over a window. Stored bytes plus 128 keep the order of the values, so bytes are compared.
 */
final class MaxPoolKernel extends WindowKernel {
  private final int low;
  private final int high;

  MaxPoolKernel(Target target, X86Encoder code, ConstantPool pool, ConvolutionSpec spec) {
    super(target, code, spec);
    this.low = pool.bytes(spec.clampMin() + 128);
    this.high = pool.bytes(spec.clampMax() + 128);
  }

  @Override
  int prepare(int firstChannel, int count, Width width) {
    return 0;
  }

  @Override
  int stride() {
    return 0;
  }

  @Override
  void emitPixel(Width width, int lanes, int r, int c) {
    Vec most = Vec.of(0);
    code.simd(target.load(), width, most, Mem.at(Registers.CONSTANTS, low));
    for (int tap : tapAddresses(r, c)) {
      code.simd(Simd.VPMAXUB, width, most, most, Mem.at(PIXELS, tap));
    }
    code.simd(Simd.VPMINUB, width, most, most, Mem.at(Registers.CONSTANTS, high));
    target.storePart(code, width, most, Mem.at(OUT, 0), lanes);
  }
}
