package io.millrace.program;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fields of one section, never beyond its end. A buffer and bulk reads, not accesses of
 * the segment: at start all of this is interpreted, and those are slow then.
 */
final class SectionReader {
  private final String name;
  private final ByteBuffer bytes;
  private int at;

  SectionReader(String name, MemorySegment bytes) {
    this.name = name;
    this.bytes = bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private void need(long more) throws BadProgramException {
    Require.that(
        more <= bytes.capacity() - at,
        "section %s ends at byte %d, %d bytes are needed from byte %d",
        name,
        bytes.capacity(),
        more,
        at);
  }

  int int32() throws BadProgramException {
    need(4);
    int value = bytes.getInt(at);
    at += 4;
    return value;
  }

  long int64() throws BadProgramException {
    return Integer.toUnsignedLong(int32()) | (long) int32() << 32;
  }

  float float32() throws BadProgramException {
    return Float.intBitsToFloat(int32());
  }

  float[] floats(int count) throws BadProgramException {
    float[] values = new float[count];
    field(count).asFloatBuffer().get(values);
    return values;
  }

  int[] ints(int count) throws BadProgramException {
    int[] values = new int[count];
    field(count).asIntBuffer().get(values);
    return values;
  }

  private ByteBuffer field(int words) throws BadProgramException {
    need(4L * words);
    ByteBuffer field = bytes.slice(at, 4 * words).order(ByteOrder.LITTLE_ENDIAN);
    at += 4 * words;
    return field;
  }

  /** A count of things of at least {@code bytesEach} bytes, all of which this section must hold. */
  int count(String what, int most, int bytesEach) throws BadProgramException {
    int count = int32();
    Require.within("number of " + what, count, 0, most);
    need((long) count * bytesEach);
    return count;
  }

  List<Integer> list(int most) throws BadProgramException {
    int count = count("numbers of a list", most, 4);
    List<Integer> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      list.add(int32());
    }
    return list;
  }

  String text() throws BadProgramException {
    int length = count("bytes of a name", ProgramLimits.NAME_BYTES, 1);
    byte[] plain = new byte[length];
    bytes.get(at, plain);
    ByteBuffer encoded = bytes.slice(at, length);
    at += length;
    boolean ascii = true;
    for (byte b : plain) {
      ascii &= b >= 0;
    }
    if (ascii) {
      return new String(plain, StandardCharsets.ISO_8859_1); // as nearly always, and soon done
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException e) {
      throw new BadProgramException(
          "a name in section %s before byte %d is not UTF-8".formatted(name, at), e);
    }
  }

  /** Nothing may stand behind the last field. */
  void end() throws BadProgramException {
    Require.that(
        at == bytes.capacity(),
        "section %s has %d bytes, its fields end at %d",
        name,
        bytes.capacity(),
        at);
  }
}
