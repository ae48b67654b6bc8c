package io.millrace.program;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a program file apart: form, version, checksums, fields. What the fields mean together is
 * for {@link ProgramVerifier}.
 */
final class ProgramReader {
  private static final List<String> NAMES =
      List.of("description", "tensors", "operators", "schedule", "constants");

  private ProgramReader() {}

  static Program read(MemorySegment file) throws BadProgramException {
    List<MemorySegment> sections = sections(file);
    SectionReader in = new SectionReader(NAMES.get(0), sections.get(0));
    String name = in.text();
    String device = in.text();
    String costProvenance = in.text();
    Program.MemorySummary memory = new Program.MemorySummary(in.int64(), in.int64());
    List<Integer> inputs = in.list(ProgramLimits.TENSORS);
    List<Integer> outputs = in.list(ProgramLimits.TENSORS);
    in.end();
    return new Program(
        name,
        device,
        costProvenance,
        tensors(new SectionReader(NAMES.get(1), sections.get(1))),
        operators(new SectionReader(NAMES.get(2), sections.get(2))),
        inputs,
        outputs,
        schedule(new SectionReader(NAMES.get(3), sections.get(3))),
        memory,
        sections.get(4));
  }

  private static List<MemorySegment> sections(MemorySegment file) throws BadProgramException {
    // a file is below 2^31 bytes. A buffer, since accesses of the segment are slow at a first start
    long size = file.byteSize();
    Require.within(
        "size of the file in bytes", size, ProgramFile.HEADER_BYTES, ProgramLimits.FILE_BYTES);
    ByteBuffer bytes = file.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    Require.that(ProgramFile.isProgram(bytes), "not a .mill file: its first bytes are others");
    int version = bytes.getInt(8);
    Require.that(
        version == ProgramFile.VERSION,
        "the file is of version %d, this Millrace reads version %d: compile the model again",
        version,
        ProgramFile.VERSION);
    Require.that(
        bytes.getLong(16) == size,
        "the file says that it has %d bytes, it has %d: it was cut or added to",
        bytes.getLong(16),
        size);
    checksum("header", headerChecksum(bytes), bytes.getInt(ProgramFile.CHECKSUM_AT));
    zero(bytes, 24, 32);
    List<MemorySegment> sections = new ArrayList<>();
    long end = ProgramFile.HEADER_BYTES;
    for (int i = 0; i < ProgramFile.SECTIONS; i++) {
      int entry = 32 * (i + 1);
      String name = "section " + NAMES.get(i);
      long offset = bytes.getLong(entry + 8);
      long length = bytes.getLong(entry + 16);
      Require.within(name + ": kind", bytes.getInt(entry), i + 1, i + 1);
      long start = ProgramLimits.aligned(end);
      Require.within(name + ": offset", offset, start, start);
      Require.within(name + ": bytes", length, 0, size - Math.min(start, size));
      zero(bytes, entry + 24, entry + 32);
      zero(bytes, end, Math.min(start, size));
      MemorySegment section = file.asSlice(Math.min(start, size), length);
      checksum(name, ProgramWriter.checksum(section.asByteBuffer()), bytes.getInt(entry + 4));
      sections.add(section);
      end = start + length;
    }
    Require.that(end == size, "sections end at byte %d of %d", end, size);
    return sections;
  }

  /** As if the field that holds it were zero. */
  private static int headerChecksum(ByteBuffer file) {
    byte[] header = new byte[ProgramFile.HEADER_BYTES];
    file.get(0, header);
    ByteBuffer copy = ByteBuffer.wrap(header);
    return ProgramWriter.checksum(copy.putInt(ProgramFile.CHECKSUM_AT, 0));
  }

  private static void checksum(String what, int computed, int stated) throws BadProgramException {
    Require.that(
        computed == stated,
        "%s: checksum is %08x, the file says %08x: it is damaged",
        what,
        computed,
        stated);
  }

  private static void zero(ByteBuffer file, long from, long to) throws BadProgramException {
    for (int at = (int) from; at < to; at++) {
      byte value = file.get(at);
      if (value != 0) {
        throw new BadProgramException("byte %d is %d, it must be 0".formatted(at, value));
      }
    }
  }

  private static List<TensorSpec> tensors(SectionReader in) throws BadProgramException {
    int count = in.count("tensors", ProgramLimits.TENSORS, 36);
    List<TensorSpec> tensors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String name = in.text();
      ElementType type = Codes.type(in.int32());
      int[] extents = in.ints(in.count("numbers of a list", Shape.MAX_RANK, 4));
      try {
        tensors.add(
            new TensorSpec(
                name,
                type,
                Shape.of(extents),
                quantization(in),
                placement(in),
                Codes.layout(in.int32())));
      } catch (IllegalArgumentException e) {
        throw new BadProgramException("tensor %d: %s".formatted(i, e.getMessage()), e);
      }
    }
    in.end();
    return tensors;
  }

  private static Quantization quantization(SectionReader in) throws BadProgramException {
    int axis = in.int32();
    int pairs = in.count("scales", Integer.MAX_VALUE, 8);
    float[] scales = in.floats(pairs);
    int[] zeroPoints = in.ints(pairs);
    Require.within("axis of a quantization", axis, pairs > 1 ? 0 : -1, Shape.MAX_RANK - 1);
    if (axis >= 0) {
      return Quantization.perAxis(axis, scales, zeroPoints);
    }
    return pairs == 0 ? Quantization.NONE : Quantization.perTensor(scales[0], zeroPoints[0]);
  }

  private static Placement placement(SectionReader in) throws BadProgramException {
    int place = in.int32();
    Require.within("place of a tensor", place, Codes.IN_ARENA, Codes.IN_CONSTANTS);
    long offset = in.int64();
    return place == Codes.IN_ARENA
        ? new Placement.InArena(offset)
        : new Placement.InConstants(offset);
  }

  private static List<Operator> operators(SectionReader in) throws BadProgramException {
    int count = in.count("operators", ProgramLimits.OPERATORS, 12);
    List<Operator> operators = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      operators.add(OperatorCodec.read(in));
    }
    in.end();
    return operators;
  }

  private static Schedule schedule(SectionReader in) throws BadProgramException {
    int lanes = in.count("lanes", ProgramLimits.LANES, 4);
    List<Schedule.Lane> list = new ArrayList<>(lanes);
    for (int i = 0; i < lanes; i++) {
      int slots = in.count("slots", ProgramLimits.SLOTS, 32);
      List<Schedule.Slot> lane = new ArrayList<>(slots);
      for (int j = 0; j < slots; j++) {
        int operator = in.int32();
        int firstRow = in.int32();
        int rows = in.int32();
        Schedule.Cost cost = new Schedule.Cost(in.int64(), in.int64());
        lane.add(new Schedule.Slot(operator, firstRow, rows, waits(in), cost));
      }
      list.add(new Schedule.Lane(lane));
    }
    in.end();
    return new Schedule(list);
  }

  private static List<Schedule.Wait> waits(SectionReader in) throws BadProgramException {
    int count = in.count("waits", ProgramLimits.SLOTS, 8);
    List<Schedule.Wait> waits = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      waits.add(new Schedule.Wait(in.int32(), in.int32()));
    }
    return waits;
  }
}
