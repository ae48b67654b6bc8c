package io.millrace.compiler.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes a FlatBuffer from a tree of parts. A part lies before what it points at, so that every
 * offset is positive, and after its own vtable. Alignment is what the format's verifier asks for:
 * numbers at multiples of their size, the bytes of a tensor at multiples of 16.
 */
final class FlatWriter {
  /** Something that a table points at. */
  sealed interface Part {}

  /** A field of a table. */
  sealed interface Field {}

  /** A field of one byte. */
  record Int8(int value) implements Field {}

  /** A field of four bytes. */
  record Int32(int value) implements Field {}

  /** A field that points at a part. */
  record Link(Part part) implements Field {}

  /** A table, its fields by their number in the schema. */
  record Table(SortedMap<Integer, Field> fields) implements Part {
    Table() {
      this(new TreeMap<>());
    }

    Table with(int id, Field field) {
      fields.put(id, field);
      return this;
    }

    Table with(int id, Part part) {
      return with(id, new Link(part));
    }
  }

  /** A table taken over bit by bit, whose {@code links}, by field number, are written anew. */
  record Copied(FlatTable table, Map<Integer, Part> links) implements Part {}

  /** A vector of numbers that lies at a multiple of {@code alignment}. */
  record Vector(ByteBuffer data, int elements, int alignment) implements Part {}

  /** A vector of offsets. */
  record Parts(List<? extends Part> parts) implements Part {}

  private ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

  private FlatWriter() {}

  /** The file with {@code root} and the four characters {@code identifier}. */
  static ByteBuffer file(Table root, String identifier) {
    FlatWriter w = new FlatWriter();
    w.reserve(8);
    w.out.putInt(0);
    w.out.put(identifier.getBytes(StandardCharsets.ISO_8859_1));
    w.point(0, root);
    return w.out.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  static Vector int32s(int... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asIntBuffer().put(values);
    return new Vector(data, values.length, 4);
  }

  static Vector float32s(float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Vector(data, values.length, 4);
  }

  static Vector int64s(long... values) {
    ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new Vector(data, values.length, 8);
  }

  /** Text: its bytes and a zero that does not count. */
  static Vector text(String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    return new Vector(ByteBuffer.wrap(Arrays.copyOf(utf8, utf8.length + 1)), utf8.length, 4);
  }

  /** Writes {@code part} and lets the four bytes at {@code from} point at it. */
  private void point(int from, Part part) {
    int at =
        switch (part) {
          case Table t -> table(t);
          case Copied c -> copied(c);
          case Vector v -> vector(v);
          case Parts p -> parts(p);
        };
    out.putInt(from, at - from);
  }

  private int table(Table t) {
    int fields = t.fields().isEmpty() ? 0 : t.fields().lastKey() + 1;
    int size = 4;
    short[] offsets = new short[fields];
    for (int pass = 4; pass >= 1; pass -= 3) { // the wide fields, then the narrow ones
      for (Map.Entry<Integer, Field> f : t.fields().entrySet()) {
        int bytes = f.getValue() instanceof Int8 ? 1 : 4;
        if (bytes == pass) {
          offsets[f.getKey()] = (short) size;
          size += bytes;
        }
      }
    }
    int vtable = align(4, 0, 0);
    reserve(8 + 2 * fields + size);
    out.putShort((short) (4 + 2 * fields)).putShort((short) size);
    for (short offset : offsets) {
      out.putShort(offset);
    }
    int at = align(4, 0, 0);
    reserve(size);
    out.putInt(at - vtable);
    out.position(at + size);
    for (Map.Entry<Integer, Field> f : t.fields().entrySet()) {
      int place = at + offsets[f.getKey()];
      switch (f.getValue()) {
        case Int8 b -> out.put(place, (byte) b.value());
        case Int32 i -> out.putInt(place, i.value());
        case Link l -> point(place, l.part());
      }
    }
    return at;
  }

  private int copied(Copied c) {
    ByteBuffer vtableBytes = c.table().vtableBytes();
    ByteBuffer inline = c.table().inlineBytes();
    int vtable = align(4, 0, 0);
    append(vtableBytes);
    // the same remainder keeps each field at a multiple of its size
    int at = align(8, c.table().position() % 8, 0);
    append(inline);
    out.putInt(at, at - vtable);
    c.links().forEach((id, part) -> point(at + c.table().offset(id), part));
    return at;
  }

  private int vector(Vector v) {
    int at = align(Math.max(4, v.alignment()), 0, 4);
    reserve(4);
    out.putInt(v.elements());
    append(v.data());
    return at;
  }

  private int parts(Parts p) {
    int at = align(4, 0, 0);
    int n = p.parts().size();
    reserve(4 + 4 * n);
    out.putInt(n);
    out.position(at + 4 + 4 * n);
    for (int i = 0; i < n; i++) {
      point(at + 4 + 4 * i, p.parts().get(i));
    }
    return at;
  }

  /** Goes on to where {@code ahead} bytes further is {@code rest} above a multiple. */
  private int align(int multiple, int rest, int ahead) {
    int gap = Math.floorMod(rest - out.position() - ahead, multiple);
    reserve(gap);
    out.position(out.position() + gap);
    return out.position();
  }

  private void append(ByteBuffer bytes) {
    reserve(bytes.remaining());
    out.put(bytes.duplicate());
  }

  private void reserve(int bytes) {
    if (out.remaining() < bytes) {
      int capacity = Math.addExact(out.position(), Math.max(bytes, out.capacity()));
      out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
    }
  }
}
