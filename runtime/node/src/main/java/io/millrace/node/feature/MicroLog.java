package io.millrace.node.feature;

/** Natural logarithms in 64ths, from a table of 128 lines between powers of two. */
final class MicroLog {
  private static final int BITS = 16;
  private static final int SEGMENT_BITS = 7;
  private static final long HALF = 1 << (BITS - 1);

  /** {@code ln 2} in 16 bits, rounded down. */
  private static final long LN_2 = 45426;

  private static final int SCALE_SHIFT = 6;
  private static final int[] TABLE = table();

  private MicroLog() {}

  /** {@code log2(1 + x) - x} at the ends of the lines, in 16 bits. */
  private static int[] table() {
    int segments = 1 << SEGMENT_BITS;
    int[] table = new int[segments + 1];
    for (int i = 0; i <= segments; i++) {
      double x = (double) i / segments;
      table[i] = (int) Math.rint((Math.log1p(x) / Math.log(2) - x) * (1 << BITS));
    }
    return table;
  }

  /** Of {@code x} from 2 to 2^32 - 1. */
  static int of(long x) {
    int whole = MicroFrontend.bits(x) - 1;
    long rest = x - (1L << whole);
    int fraction = (int) (whole < BITS ? rest << (BITS - whole) : rest >> (whole - BITS));
    int segment = fraction >> (BITS - SEGMENT_BITS);
    int start = TABLE[segment];
    int into = fraction - (segment << (BITS - SEGMENT_BITS));
    int between = ((TABLE[segment + 1] - start) * into) >> BITS;
    long log2 = ((long) whole << BITS) + fraction + start + between;
    long natural = (LN_2 * log2 + HALF) >> BITS;
    return (int) (((natural << SCALE_SHIFT) + HALF) >> BITS);
  }
}
