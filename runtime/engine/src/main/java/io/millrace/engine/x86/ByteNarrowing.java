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
 * From four registers of sums to one of stored bytes: {@code clamp(rint((float) sum * multiplier) +
 * zeroPoint)} and plus 128. Narrowing saturates, which is the clamp to a byte: signed to 16 bits,
 * zero point added with saturation, unsigned to 8 bits; a fused activation narrows further.
 */
final class ByteNarrowing {
  private final Target target;
  private final X86Encoder code;
  private final ConstantPool pool;
  private final int zeroPointWords;
  private final int low;
  private final int high;
  private final int limit;

  private ByteNarrowing(
      Target target,
      X86Encoder code,
      ConstantPool pool,
      int zeroPointWords,
      int low,
      int high,
      int limit) {
    this.target = target;
    this.code = code;
    this.pool = pool;
    this.zeroPointWords = zeroPointWords;
    this.low = low;
    this.high = high;
    this.limit = limit;
  }

  static ByteNarrowing of(
      Target target, X86Encoder code, ConstantPool pool, ConvolutionSpec spec, Scaling scaling) {
    float max = 0;
    for (int o = 0; o < spec.outC(); o++) {
      max = Math.max(max, scaling.multiplier(o));
    }
    return of(target, code, pool, spec.outputZeroPoint(), spec.clampMin(), spec.clampMax(), max);
  }

  static ByteNarrowing of(
      Target target,
      X86Encoder code,
      ConstantPool pool,
      int zeroPoint,
      int clampMin,
      int clampMax,
      float maxMultiplier) {
    return new ByteNarrowing(
        target,
        code,
        pool,
        pool.words(zeroPoint + 128),
        clampMin == -128 ? -1 : pool.bytes(clampMin + 128),
        clampMax == 127 ? -1 : pool.bytes(clampMax + 128),
        // a product of 2^31 or more would convert to the most negative number instead of saturating
        maxMultiplier < 1 ? -1 : pool.floats(32767f));
  }

  /**
   * Scales sum register {@code sum} by the multipliers at {@code multipliers}, leaving integers.
   */
  void scale(Width width, int sum, Mem multipliers) {
    Vec v = Vec.of(sum);
    code.simd(Simd.VCVTDQ2PS, width, v, v);
    code.simd(Simd.VMULPS, width, v, v, multipliers);
    if (limit >= 0) {
      code.simd(Simd.VMINPS, width, v, v, Mem.at(Registers.CONSTANTS, limit));
    }
    code.simd(Simd.VCVTPS2DQ, width, v, v);
  }

  /**
   * Narrows up to four registers of scaled integers, from {@code first} on, into register {@code
   * first}: within each 128 bits, four bytes of each in turn.
   */
  void narrow(Width width, int first, int n) {
    Vec a = Vec.of(first);
    Mem words = Mem.at(Registers.CONSTANTS, zeroPointWords);
    code.simd(Simd.VPACKSSDW, width, a, a, Vec.of(n > 1 ? first + 1 : first));
    code.simd(Simd.VPADDSW, width, a, a, words);
    if (n > 2) {
      Vec b = Vec.of(first + 2);
      code.simd(Simd.VPACKSSDW, width, b, b, Vec.of(n > 3 ? first + 3 : first + 2));
      code.simd(Simd.VPADDSW, width, b, b, words);
      code.simd(Simd.VPACKUSWB, width, a, a, b);
    } else {
      code.simd(Simd.VPACKUSWB, width, a, a, a);
    }
    if (low >= 0) {
      code.simd(Simd.VPMAXUB, width, a, a, Mem.at(Registers.CONSTANTS, low));
    }
    if (high >= 0) {
      code.simd(Simd.VPMINUB, width, a, a, Mem.at(Registers.CONSTANTS, high));
    }
  }

  /**
   * Divides the sums in four registers by {@code count}, rounding half away from zero, narrows and
   * stores them. Exact: a quotient below 129 that is not an integer is further from one than single
   * precision rounds, for counts below 2^16. Registers behind the sums are overwritten.
   */
  void storeMean(Width width, int lanes, int sums, int count, Gpr out, int offset) {
    Vec sign = Vec.of(sums + 4);
    Vec half = Vec.of(sums + 5);
    Mem halfCount = Mem.at(Registers.CONSTANTS, pool.ints(count / 2));
    Mem divisor = Mem.at(Registers.CONSTANTS, pool.floats(count));
    for (int i = 0; i < 4; i++) {
      Vec v = Vec.of(sums + i);
      code.simd(Simd.VPSRAD_IMM, width, sign, v, 31);
      code.simd(target.xor(), width, half, sign, halfCount);
      code.simd(Simd.VPSUBD, width, half, half, sign);
      code.simd(Simd.VPADDD, width, v, v, half);
      code.simd(Simd.VCVTDQ2PS, width, v, v);
      code.simd(Simd.VDIVPS, width, v, v, divisor);
      code.simd(Simd.VCVTTPS2DQ, width, v, v);
    }
    narrow(width, sums, 4);
    storeBytes(width, lanes, sums, out, offset);
  }

  /**
   * {@code round((float) sum * multiplier + offset)}, half away from zero, narrowed and stored.
   * Twice the fraction is exact, and its integer part is what rounding adds. Registers behind the
   * sums are overwritten.
   */
  void storeMean(
      Width width, int lanes, int sums, float multiplier, float offset, Gpr out, int at) {
    Vec whole = Vec.of(sums + 4);
    Vec part = Vec.of(sums + 5);
    Mem scale = Mem.at(Registers.CONSTANTS, pool.floats(multiplier));
    Mem shift = Mem.at(Registers.CONSTANTS, pool.floats(offset));
    Mem most = Mem.at(Registers.CONSTANTS, pool.floats(32767f));
    for (int i = 0; i < 4; i++) {
      Vec v = Vec.of(sums + i);
      code.simd(Simd.VCVTDQ2PS, width, v, v);
      code.simd(Simd.VMULPS, width, v, v, scale);
      code.simd(Simd.VADDPS, width, v, v, shift);
      code.simd(Simd.VMINPS, width, v, v, most);
      code.simd(Simd.VCVTTPS2DQ, width, whole, v);
      code.simd(Simd.VCVTDQ2PS, width, part, whole);
      code.simd(Simd.VSUBPS, width, part, v, part);
      code.simd(Simd.VADDPS, width, part, part, part);
      code.simd(Simd.VCVTTPS2DQ, width, part, part);
      code.simd(Simd.VPADDD, width, v, whole, part);
    }
    narrow(width, sums, 4);
    storeBytes(width, lanes, sums, out, at);
  }

  /**
   * Scales, narrows and stores four registers of sums in quad order; {@code multipliers} points to
   * four vectors in the same order. Opmask 1 says which bytes exist where {@code lanes} is below
   * the width.
   */
  void store(Width width, int lanes, int sums, Gpr multipliers, Gpr out, int offset) {
    for (int i = 0; i < 4; i++) {
      scale(width, sums + i, Mem.at(multipliers, i * width.bytes()));
    }
    narrow(width, sums, 4);
    storeBytes(width, lanes, sums, out, offset);
  }

  private void storeBytes(Width width, int lanes, int sums, Gpr out, int offset) {
    if (target == Target.AVX2 && width == Width.Y) {
      code.simd(Simd.VPERMQ_IMM, width, Vec.of(sums), Vec.of(sums), 0xD8);
    }
    target.storePart(code, width, Vec.of(sums), Mem.at(out, offset), lanes);
  }
}
