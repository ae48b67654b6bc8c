package io.millrace.engine.machine;

import io.millrace.program.ElementType;
import io.millrace.program.Program;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightBlocks;
import io.millrace.program.WeightLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Weights of layout {@link WeightLayout#BLOCKED_16X4} where they lie in the program's constants,
 * two INT4 a byte; where a kernel cannot read those, they are widened in the pool.
 */
public final class BlockedWeights {
  private static final ValueLayout.OfLong INT64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int LONGS = WeightLayout.GROUP_BYTES / Long.BYTES;
  private static final long SIGNS = 0x8080808080808080L;
  private static final long EVEN = 0x00FF00FF00FF00FFL;

  /** A 16-bit field takes so many sums of two bytes. */
  private static final int GROUPS_AT_ONCE = 128;

  private final int offset;
  private final boolean nibbles;
  private final int groups;
  private final int taps;
  private final int columns;
  private final int[] sums;
  private final MemorySegment bytes;

  private BlockedWeights(int offset, boolean nibbles, Shape shape, MemorySegment bytes) {
    this.offset = offset;
    this.nibbles = nibbles;
    this.bytes = bytes;
    this.groups = WeightLayout.groups(shape);
    this.taps = shape.rank() == 4 ? shape.dim(1) * shape.dim(2) : 1;
    this.columns = shape.rank() == 4 ? shape.dim(2) : 1;
    int blocks = Math.ceilDiv(shape.dim(0), WeightLayout.CHANNELS);
    this.sums = new int[blocks * WeightLayout.CHANNELS * taps];
    long[] block = new long[groups * LONGS];
    for (int b = 0; b < blocks; b++) {
      MemorySegment.copy(
          bytes, INT64, (long) b * block.length * Long.BYTES, block, 0, block.length);
      for (int tap = 0; tap < taps; tap++) {
        addUp(block, tap, b * WeightLayout.CHANNELS);
      }
    }
  }

  /**
   * The weights of tensor {@code index}, which has that layout.
   *
   * @param inNibbles whether the kernel takes INT4 as they are
   */
  public static BlockedWeights of(
      Program program, int index, ConstantPool pool, boolean inNibbles) {
    TensorSpec tensor = program.tensor(index);
    int at = Math.toIntExact(tensor.placement().offset());
    MemorySegment bytes = program.constants().asSlice(at, tensor.bytes());
    if (tensor.type() != ElementType.INT4) {
      return new BlockedWeights(at, false, tensor.shape(), bytes);
    }
    byte[] wide = WeightBlocks.widenedGroups(bytes.toArray(ValueLayout.JAVA_BYTE));
    if (!inNibbles) {
      at = pool.reserve(wide.length);
      pool.putBytes(at, wide);
    }
    return new BlockedWeights(at, inNibbles, tensor.shape(), MemorySegment.ofArray(wide));
  }

  /** Whether they are two a byte: a group in the low nibbles of 64 bytes, the next in the high. */
  public boolean inNibbles() {
    return nibbles;
  }

  /** Whether any INT8 weight is -128; no INT4 is. */
  public boolean holdLeast() {
    long ones = SIGNS >>> 7;
    for (long at = 0; !nibbles && at < bytes.byteSize(); at += Long.BYTES) {
      long v = bytes.get(INT64, at) ^ SIGNS;
      if (((v - ones) & ~v & SIGNS) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Where they begin, from the start of the constants. */
  public int offset() {
    return offset;
  }

  /** Bytes of a block of sixteen channels. */
  public int blockBytes() {
    return Math.multiplyExact(groups, WeightLayout.GROUP_BYTES / (nibbles ? 2 : 1));
  }

  public int groupsPerTap() {
    return groups / taps;
  }

  /** The sum of the weights of one channel at one tap. */
  public int sum(int o, int ky, int kx) {
    return sums[o * taps + ky * columns + kx];
  }

  /**
   * Eight bytes at a time: four of each of two channels, made unsigned and added in pairs within
   * fields of 16 bits.
   */
  private void addUp(long[] block, int tap, int firstChannel) {
    int perTap = groupsPerTap();
    int first = tap * perTap;
    for (int from = 0; from < perTap; from += GROUPS_AT_ONCE) {
      int n = Math.min(GROUPS_AT_ONCE, perTap - from);
      int start = (first + from) * LONGS;
      for (int pair = 0; pair < LONGS; pair++) {
        long fields = 0;
        int end = start + n * LONGS;
        for (int i = start + pair; i < end; i += LONGS) {
          long v = block[i] ^ SIGNS;
          fields += (v & EVEN) + ((v >>> 8) & EVEN);
        }
        int o = (firstChannel + 2 * pair) * taps + tap;
        int offsets = 128 * WeightLayout.DEPTH * n;
        sums[o] += (int) ((fields & 0xFFFF) + ((fields >>> 16) & 0xFFFF)) - offsets;
        sums[o + taps] += (int) (((fields >>> 32) & 0xFFFF) + (fields >>> 48)) - offsets;
      }
    }
  }
}
