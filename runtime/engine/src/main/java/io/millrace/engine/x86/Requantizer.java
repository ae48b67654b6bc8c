package io.millrace.engine.x86;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;
import io.millrace.engine.machine.ConvolutionSpec;
import io.millrace.engine.machine.Scaling;

/**
 * From sums to stored bytes: {@code clamp(rint((float) sum * multiplier) + zeroPoint)} and plus
 * 128, four blocks at a time.
 *
 * <p>Narrowing saturates on the way, which is the clamp: signed to 16 bits, zero point added with
 * saturation, unsigned to 8 bits. The two packs leave the blocks interleaved by 32 bits; one
 * permutation puts them straight.
 */
final class Requantizer {
  private final Target target;
  private final int lanes;
  private final X86Encoder code;
  private final int outC;
  private final ByteNarrowing narrowing;
  private final int order;

  Requantizer(
      Target target, X86Encoder code, ConstantPool pool, ConvolutionSpec spec, Scaling scaling) {
    this.target = target;
    this.lanes = target.lanes();
    this.code = code;
    this.outC = spec.outC();
    this.narrowing = ByteNarrowing.of(target, code, pool, spec, scaling);
    this.order = target.narrowingOrder(pool);
  }

  /**
   * Stores the sums in registers {@code pixel * blocks + block}.
   *
   * @param blocks blocks of sixteen channels
   * @param pixels neighbouring pixels
   * @param lastLanes channels in the last block that exist
   * @param out points to the first pixel's first block
   * @param multipliers points to the multipliers of the blocks
   */
  void emit(int blocks, int pixels, int lastLanes, Gpr out, Gpr multipliers) {
    int units = blocks * pixels;
    for (int u = 0; u < units; u++) {
      narrowing.scale(target.width(), u, Mem.at(multipliers, u % blocks * target.width().bytes()));
    }
    Vec straight = target.last();
    code.simd(target.load(), target.width(), straight, Mem.at(Registers.CONSTANTS, order));
    target.preparePart(code, lastLanes, Width.X);
    for (int u = 0; u < units; u += 4) {
      int n = Math.min(4, units - u);
      narrowing.narrow(target.width(), u, n);
      code.simd(Simd.VPERMD, target.width(), Vec.of(u), straight, Vec.of(u));
      if (target.isEvex()) {
        store(u, n, blocks, lastLanes, out);
      } else {
        storeHalves(u, n, blocks, lastLanes, out);
      }
    }
  }

  /** Four blocks of eight bytes, in one piece where they are neighbours. */
  private void storeHalves(int first, int n, int blocks, int lastLanes, Gpr out) {
    boolean whole = n == 4;
    for (int i = 0; i < n; i++) {
      boolean partial = lastLanes < lanes && (first + i) % blocks == blocks - 1;
      whole &= !partial && offset(first + i, blocks) == offset(first, blocks) + i * lanes;
    }
    Vec v = Vec.of(first);
    if (whole) {
      code.simd(Simd.VMOVDQU_STORE, Width.Y, v, Mem.at(out, offset(first, blocks)));
      return;
    }
    code.simd(Simd.VMOVDQU_STORE, Width.Y, v, Mem.at(Registers.SCRATCH, 0));
    for (int i = 0; i < n; i++) {
      boolean last = (first + i) % blocks == blocks - 1;
      Target.copyBytes(
          code,
          Mem.at(Registers.SCRATCH, i * lanes),
          Mem.at(out, offset(first + i, blocks)),
          last ? lastLanes : lanes);
    }
  }

  private int offset(int unit, int blocks) {
    return unit / blocks * outC + unit % blocks * lanes;
  }

  private void store(int first, int n, int blocks, int lastLanes, Gpr out) {
    Vec v = Vec.of(first);
    int i = 0;
    while (i < n) {
      int unit = first + i;
      int at = offset(unit, blocks);
      boolean partial = lastLanes < lanes && unit % blocks == blocks - 1;
      int run = 1;
      while (!partial
          && i + run < n
          && offset(unit + run, blocks) == at + run * lanes
          && !(lastLanes < lanes && (unit + run) % blocks == blocks - 1)) {
        run++;
      }
      if (partial) {
        Vec part = v;
        if (i > 0) {
          part = Vec.of(30);
          code.simd(Simd.VEXTRACTI32X4, Width.Z, v, part, i);
        }
        code.simd(Simd.VMOVDQU8_STORE, Width.X, part.masked(1), Mem.at(out, at));
        i++;
      } else if (run == 4) {
        code.simd(Simd.VMOVDQU32_STORE, Width.Z, v, Mem.at(out, at));
        i += 4;
      } else if (run >= 2 && i % 2 == 0) {
        if (i == 0) {
          code.simd(Simd.VMOVDQU32_STORE, Width.Y, v, Mem.at(out, at));
        } else {
          code.simd(Simd.VEXTRACTI64X4, Width.Z, v, Mem.at(out, at), 1);
        }
        i += 2;
      } else {
        if (i == 0) {
          code.simd(Simd.VMOVDQU32_STORE, Width.X, v, Mem.at(out, at));
        } else {
          code.simd(Simd.VEXTRACTI32X4, Width.Z, v, Mem.at(out, at), i);
        }
        i++;
      }
    }
  }
}
