package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.Neon;
import io.millrace.engine.encode.aarch64.X;
import io.millrace.engine.machine.ConstantPool;

/**
 * From sums to stored bytes: {@code clamp(rint((float) sum * multiplier) + zeroPoint)}. Conversion
 * and narrowing saturate, which is the clamp to a byte: to 32 bits, signed to 16 bits, zero point
 * added with saturation, signed to 8 bits; a fused activation narrows further.
 *
 * <p>V28 holds the zero point, V29 and V30 the bounds.
 */
final class Narrowing {
  /** Bytes of the constants. */
  static final int BYTES = 48;

  private static final int ZERO_POINT = 28;
  private static final int LOW = 29;
  private static final int HIGH = 30;

  private final A64Encoder code;
  private final int zeroPoint;
  private final int clampMin;
  private final int clampMax;

  Narrowing(A64Encoder code, int zeroPoint, int clampMin, int clampMax) {
    this.code = code;
    this.zeroPoint = zeroPoint;
    this.clampMin = clampMin;
    this.clampMax = clampMax;
  }

  /** Writes the constants. */
  void put(ConstantPool pool, int at) {
    for (int i = 0; i < 16; i++) {
      if (i % 2 == 0) {
        pool.putShort(at + i, zeroPoint);
      }
      pool.putByte(at + 16 + i, clampMin);
      pool.putByte(at + 32 + i, clampMax);
    }
  }

  /** Writes the constants to a place of their own and returns it. */
  int put(ConstantPool pool) {
    int at = pool.reserve(BYTES);
    put(pool, at);
    return at;
  }

  /** Loads the constants into their registers. */
  void load(X base, int at) {
    code.loadQ(ZERO_POINT, base, at);
    if (clampMin > -128) {
      code.loadQ(LOW, base, at + 16);
    }
    if (clampMax < 127) {
      code.loadQ(HIGH, base, at + 32);
    }
  }

  /** Scales a register of sums, leaving integers, half to even. */
  void scale(int sum, int multipliers) {
    code.neon(Neon.SCVTF_4S, sum, sum);
    code.neon(Neon.FMUL_4S, sum, sum, multipliers);
    code.neon(Neon.FCVTNS_4S, sum, sum);
  }

  /**
   * Narrows {@code n} registers of integers, at most four, from {@code first} on into the first.
   */
  void narrow(int first, int n) {
    words(first, n);
    if (n > 2) {
      words(first + 2, n - 2);
    }
    code.neon(Neon.SQXTN_8B, first, first);
    if (n > 2) {
      code.neon(Neon.SQXTN2_16B, first, first + 2);
    }
    if (clampMin > -128) {
      code.neon(Neon.SMAX_16B, first, first, LOW);
    }
    if (clampMax < 127) {
      code.neon(Neon.SMIN_16B, first, first, HIGH);
    }
  }

  private void words(int first, int n) {
    code.neon(Neon.SQXTN_4H, first, first);
    if (n > 1) {
      code.neon(Neon.SQXTN2_8H, first, first + 1);
    }
    code.neon(Neon.SQADD_8H, first, first, ZERO_POINT);
  }
}
