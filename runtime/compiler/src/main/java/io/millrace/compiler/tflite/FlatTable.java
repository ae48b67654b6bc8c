package io.millrace.compiler.tflite;

import io.millrace.compiler.BadModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A table of a FlatBuffer. A field is named by its number in the schema; a field that the file does
 * not hold has its default.
 *
 * <pre>
 *   table  : int32 distance back to its vtable | fields ...
 *   vtable : uint16 its bytes | uint16 bytes of the table | uint16 offset of field 0, 1, ...
 *   vector : uint32 elements  | elements ...
 * </pre>
 *
 * Every read is within the file or a {@link BadModelException} that names the place.
 */
final class FlatTable {
  /** Strings of a sound file are tensor names; longer ones are not worth their memory. */
  private static final int MAX_STRING_BYTES = 4096;

  private final Source source;
  private final String what;
  private final int start;
  private final int size;
  private final int vtable;
  private final int vtableSize;

  /**
   * The file and what may still be read of it. Offsets may alias, so that a few bytes stand for any
   * number of vectors; the allowance bounds the sum of what is handed out.
   */
  private static final class Source {
    final ByteBuffer bytes;
    long allowance;

    Source(ByteBuffer bytes) {
      this.bytes = bytes;
      this.allowance = 4L * bytes.limit() + 65_536;
    }

    void spend(long elements, String what) throws BadModelException {
      allowance -= elements;
      if (allowance < 0) {
        throw new BadModelException(
            "%s: the file stands for far more than its %d bytes hold; parts of it overlap"
                .formatted(what, bytes.limit()));
      }
    }

    long check(long at, long length, String what) throws BadModelException {
      if (at < 0 || length < 0 || at + length > bytes.limit()) {
        throw new BadModelException(
            "%s: bytes %d to %d of a file of %d".formatted(what, at, at + length, bytes.limit()));
      }
      return at;
    }

    int int32(long at, String what) throws BadModelException {
      return bytes.getInt((int) check(at, 4, what));
    }

    int uint16(long at, String what) throws BadModelException {
      return bytes.getShort((int) check(at, 2, what)) & 0xffff;
    }
  }

  private FlatTable(Source source, long start, String what) throws BadModelException {
    this.source = source;
    this.what = what;
    source.spend(1, what);
    long vt = start - source.int32(start, what);
    this.vtableSize = source.uint16(vt, what);
    this.size = source.uint16(vt + 2, what);
    if (vtableSize < 4 || (vtableSize & 1) != 0 || size < 4) {
      throw new BadModelException(
          "%s: vtable of %d bytes for a table of %d".formatted(what, vtableSize, size));
    }
    source.check(vt, vtableSize, what);
    source.check(start, size, what);
    this.start = (int) start;
    this.vtable = (int) vt;
  }

  /** The root table of a file; {@code file} is read from position 0 to its limit. */
  static FlatTable root(ByteBuffer file, String what) throws BadModelException {
    Source source = new Source(file.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    return new FlatTable(source, Integer.toUnsignedLong(source.int32(0, what)), what);
  }

  /** What this table is, for messages. */
  String what() {
    return what;
  }

  /** The whole file, little-endian. */
  ByteBuffer file() {
    return source.bytes;
  }

  /** Where a field's bytes are, -1 if it is absent. */
  private long field(int id, int bytes) throws BadModelException {
    int slot = 4 + 2 * id; // ids are ours, below 20
    if (slot + 2 > vtableSize) {
      return -1;
    }
    int offset = source.uint16(vtable + slot, what);
    if (offset == 0) {
      return -1;
    }
    if (offset < 4 || offset + bytes > size) {
      throw new BadModelException(
          "%s: field %d at byte %d of a table of %d".formatted(what, id, offset, size));
    }
    return (long) start + offset;
  }

  boolean has(int id) throws BadModelException {
    return field(id, 0) >= 0;
  }

  byte int8(int id, int absent) throws BadModelException {
    long at = field(id, 1);
    return at < 0 ? (byte) absent : source.bytes.get((int) at);
  }

  boolean bool(int id) throws BadModelException {
    return int8(id, 0) != 0;
  }

  int int32(int id, int absent) throws BadModelException {
    long at = field(id, 4);
    return at < 0 ? absent : source.bytes.getInt((int) at);
  }

  long int64(int id, long absent) throws BadModelException {
    long at = field(id, 8);
    return at < 0 ? absent : source.bytes.getLong((int) at);
  }

  float float32(int id, float absent) throws BadModelException {
    return Float.intBitsToFloat(int32(id, Float.floatToRawIntBits(absent)));
  }

  /** Where the table starts in the file. */
  int position() {
    return start;
  }

  /** The table's own bytes, from its distance to the vtable on. */
  ByteBuffer inlineBytes() {
    return source.bytes.slice(start, size);
  }

  ByteBuffer vtableBytes() {
    return source.bytes.slice(vtable, vtableSize);
  }

  /** Bytes from the start of the table to a field that it holds. */
  int offset(int id) {
    return source.bytes.getShort(vtable + 4 + 2 * id) & 0xffff;
  }

  /** The position that an offset field points at, -1 if it is absent. */
  private long target(int id) throws BadModelException {
    long at = field(id, 4);
    return at < 0 ? -1 : at + Integer.toUnsignedLong(source.bytes.getInt((int) at));
  }

  Optional<FlatTable> table(int id, String child) throws BadModelException {
    long at = target(id);
    return at < 0 ? Optional.empty() : Optional.of(new FlatTable(source, at, child));
  }

  /** Elements of a vector of elements of {@code bytes} each, 0 if it is absent. */
  private int length(int id, int bytes) throws BadModelException {
    long at = target(id);
    if (at < 0) {
      return 0;
    }
    long n = Integer.toUnsignedLong(source.int32(at, what));
    if (n * bytes > source.bytes.limit() - at - 4) {
      throw new BadModelException(
          "%s: field %d has %d elements of %d bytes, the file ends after %d"
              .formatted(what, id, n, bytes, source.bytes.limit() - at - 4));
    }
    return (int) n;
  }

  /** A vector of tables. */
  FlatTable[] tables(int id, String child) throws BadModelException {
    int n = length(id, 4);
    source.spend(n, what);
    FlatTable[] out = new FlatTable[n];
    for (int i = 0; i < n; i++) {
      long at = target(id) + 4 + 4L * i;
      out[i] =
          new FlatTable(
              source, at + Integer.toUnsignedLong(source.bytes.getInt((int) at)), child + " " + i);
    }
    return out;
  }

  int[] int32s(int id) throws BadModelException {
    int n = length(id, 4);
    source.spend(n, what);
    int[] out = new int[n];
    for (int i = 0; i < n; i++) {
      out[i] = source.bytes.getInt((int) target(id) + 4 + 4 * i);
    }
    return out;
  }

  float[] float32s(int id) throws BadModelException {
    int[] bits = int32s(id);
    float[] out = new float[bits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.intBitsToFloat(bits[i]);
    }
    return out;
  }

  long[] int64s(int id) throws BadModelException {
    int n = length(id, 8);
    source.spend(n, what);
    long[] out = new long[n];
    for (int i = 0; i < n; i++) {
      out[i] = source.bytes.getLong((int) target(id) + 4 + 8 * i);
    }
    return out;
  }

  /** A vector of bytes as a view of the file, empty if it is absent. */
  ByteBuffer bytes(int id) throws BadModelException {
    int n = length(id, 1);
    return slice(n == 0 ? 0 : target(id) + 4, n);
  }

  /** Part of the file, which is not copied. */
  ByteBuffer slice(long at, long length) throws BadModelException {
    source.check(at, length, what);
    return source.bytes.slice((int) at, (int) length).asReadOnlyBuffer();
  }

  String string(int id) throws BadModelException {
    int n = length(id, 1);
    if (n > MAX_STRING_BYTES) {
      throw new BadModelException(
          "%s: text of %d bytes, at most %d".formatted(what, n, MAX_STRING_BYTES));
    }
    source.spend(n, what);
    byte[] text = new byte[n];
    if (n > 0) {
      source.bytes.get((int) target(id) + 4, text);
    }
    return new String(text, StandardCharsets.UTF_8);
  }
}
