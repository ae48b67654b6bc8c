package io.millrace.engine.machine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Constants of emitted kernels in one block: biases, multipliers, weights in orders that the
 * program does not have; 64-byte aligned. The block lies behind the program's own constants, so
 * that one register reaches both.
 *
 * <p>Kept as integers: a program is loaded mostly by an interpreter, for which an array is quick
 * and a buffer is not.
 */
public final class ConstantPool {
  private static final int ALIGNMENT = 64;

  private final int base;
  private int[] words = new int[1 << 12];
  private int size;

  /** A pool with nothing before it. */
  public ConstantPool() {
    this(0);
  }

  /**
   * A pool behind other constants.
   *
   * @param before their bytes
   * @throws ArithmeticException if nothing behind them can be reached
   */
  public ConstantPool(long before) {
    this.base = Math.toIntExact(Math.ceilDiv(before, ALIGNMENT) * ALIGNMENT);
  }

  /** Where the pool begins, from the first of the constants before it. */
  public int base() {
    return base;
  }

  /** Reserves {@code length} zeroed bytes and returns their offset from the constants before. */
  public int reserve(int length) {
    int offset = size;
    size = Math.addExact(size, Math.addExact(length, ALIGNMENT - 1) & -ALIGNMENT);
    Math.addExact(base, size);
    if (size > words.length * 4L) {
      words = Arrays.copyOf(words, Math.max(words.length * 2, size / 4));
    }
    return base + offset;
  }

  public void putByte(int offset, int value) {
    put(offset, value & 0xff, 0xff);
  }

  public void putShort(int offset, int value) {
    put(offset, value & 0xffff, 0xffff);
  }

  private void put(int offset, int value, int mask) {
    int at = offset - base;
    int shift = (at & 3) * 8;
    words[at >> 2] = (words[at >> 2] & ~(mask << shift)) | (value << shift);
  }

  public void putInt(int offset, int value) {
    words[(offset - base) >> 2] = value;
  }

  public void putFloat(int offset, float value) {
    words[(offset - base) >> 2] = Float.floatToRawIntBits(value);
  }

  public void putBytes(int offset, byte[] values) {
    MemorySegment.copy(
        MemorySegment.ofArray(values),
        0,
        MemorySegment.ofArray(words),
        offset - base,
        values.length);
  }

  /** Bytes of a pattern: one vector of the widest registers there are. */
  private static final int PATTERN = 64;

  /** {@code value} in each of 64 bytes; returns their offset. */
  public int bytes(int value) {
    return ints((value & 0xff) * 0x01010101);
  }

  /** {@code value} in each of 32 words of 16 bits; returns their offset. */
  public int words(int value) {
    return ints((value & 0xffff) * 0x00010001);
  }

  /** {@code value} sixteen times; returns the offset. */
  public int floats(float value) {
    return ints(Float.floatToRawIntBits(value));
  }

  /** {@code value} sixteen times; returns the offset. */
  public int ints(int value) {
    int at = reserve(PATTERN);
    for (int i = 0; i < PATTERN; i += 4) {
      putInt(at + i, value);
    }
    return at;
  }

  /** Bytes of the constants before and of the pool, filled up to the alignment. */
  public int end() {
    return base + size;
  }

  /** Writes the pool to where it belongs in {@code constants}. */
  public void copyTo(MemorySegment constants) {
    MemorySegment.copy(words, 0, constants, ValueLayout.JAVA_INT, base, size / 4);
  }
}
