package io.millrace.engine.x86;

import io.millrace.engine.encode.x86.Gpr;
import io.millrace.engine.encode.x86.Mem;
import io.millrace.engine.encode.x86.Simd;
import io.millrace.engine.encode.x86.Vec;
import io.millrace.engine.encode.x86.Width;
import io.millrace.engine.encode.x86.X86Encoder;
import io.millrace.engine.machine.ConstantPool;

/** The vector instructions that kernels are made of. */
public enum Target {
  /** 512 bits, 32 registers, masks; unsigned by signed bytes summed in fours. */
  AVX512_VNNI(Width.Z),
  /** 256 bits, 16 registers; the same dot product. */
  AVX_VNNI(Width.Y),
  /**
   * 256 bits, 16 registers; bytes are widened to 16 bits and multiplied in pairs. The byte product
   * of this instruction set saturates at 16 bits and would not be exact.
   */
  AVX2(Width.Y);

  /** The first bytes of scratch hold a vector of which only a part is stored. */
  static final int TAIL_BYTES = 64;

  private final Width width;

  Target(Width width) {
    this.width = width;
  }

  /** The widest vector. */
  Width width() {
    return width;
  }

  boolean isEvex() {
    return width == Width.Z;
  }

  /** 32-bit lanes of the widest vector. */
  int lanes() {
    return width.bytes() / 4;
  }

  /** Taps or bytes of depth that one dot product takes in a lane. */
  int depth() {
    return this == AVX2 ? 2 : 4;
  }

  Simd load() {
    return isEvex() ? Simd.VMOVDQU8_LOAD : Simd.VMOVDQU_LOAD;
  }

  Simd store() {
    return isEvex() ? Simd.VMOVDQU8_STORE : Simd.VMOVDQU_STORE;
  }

  Simd xor() {
    return isEvex() ? Simd.VPXORD : Simd.VPXOR;
  }

  /** The last general register, free for what a kernel keeps apart from its sums. */
  Vec last() {
    return Vec.of(isEvex() ? 31 : 15);
  }

  /**
   * Prepares {@link #storePart} for {@code bytes} of a vector of {@code of} bytes; overwrites RAX.
   * With masks, opmask 1 holds them from then on.
   */
  void preparePart(X86Encoder code, int bytes, Width of) {
    if (isEvex() && bytes < of.bytes()) {
      code.mov(Gpr.RAX, (1L << bytes) - 1);
      code.kmovq(1, Gpr.RAX);
    }
  }

  /** Stores the first {@code bytes} of {@code v}; overwrites RAX where there are no masks. */
  void storePart(X86Encoder code, Width of, Vec v, Mem to, int bytes) {
    if (bytes == of.bytes()) {
      code.simd(store(), of, v, to);
    } else if (isEvex()) {
      code.simd(store(), of, v.masked(1), to);
    } else {
      code.simd(store(), of, v, Mem.at(Registers.SCRATCH, 0));
      copyBytes(code, Mem.at(Registers.SCRATCH, 0), to, bytes);
    }
  }

  /** Copies a few bytes through RAX. */
  static void copyBytes(X86Encoder code, Mem from, Mem to, int bytes) {
    int at = 0;
    for (; bytes - at >= 8; at += 8) {
      code.load64(Gpr.RAX, from.plus(at));
      code.store64(to.plus(at), Gpr.RAX);
    }
    for (; bytes - at >= 4; at += 4) {
      code.load32(Gpr.RAX, from.plus(at));
      code.store32(to.plus(at), Gpr.RAX);
    }
    for (; at < bytes; at++) {
      code.loadUnsigned8(Gpr.RAX, from.plus(at));
      code.store8(to.plus(at), Gpr.RAX);
    }
  }

  /**
   * The order in which {@link ByteNarrowing#narrow} leaves 32-bit groups, for VPERMD to undo:
   * within each 128 bits one group of each of four registers.
   */
  int narrowingOrder(ConstantPool pool) {
    int order = pool.reserve(64);
    int blocks = width.bytes() / 16;
    for (int p = 0; p < 4 * blocks; p++) {
      pool.putInt(order + p * 4, p % blocks * 4 + p / blocks);
    }
    return order;
  }
}
