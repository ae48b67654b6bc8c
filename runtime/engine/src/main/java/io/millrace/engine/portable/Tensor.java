package io.millrace.engine.portable;

import io.millrace.program.ElementType;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.Rows;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import io.millrace.program.WeightBlocks;
import io.millrace.program.WeightLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A tensor of a program together with its bytes.
 *
 * @param bytes exactly the bytes of the tensor, from offset 0
 */
public record Tensor(TensorSpec spec, MemorySegment bytes) {
  /** One element of an 8-bit tensor. */
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  /** One element of an INT32 tensor; tensors need not be aligned. */
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** One element of a FLOAT32 tensor; tensors need not be aligned. */
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public static Tensor of(Program program, int index, MemorySegment arena) {
    TensorSpec spec = program.tensor(index);
    MemorySegment bytes =
        (spec.placement() instanceof Placement.InArena ? arena : program.constants())
            .asSlice(spec.placement().offset(), spec.bytes());
    return new Tensor(spec, bytes);
  }

  public ElementType type() {
    return spec.type();
  }

  public Shape shape() {
    return spec.shape();
  }

  public int elements() {
    return spec.shape().elements();
  }

  public boolean isFloat() {
    return spec.type() == ElementType.FLOAT32;
  }

  /** The zero point of a per-tensor quantization; 0 for plain numbers. */
  public int zeroPoint() {
    return spec.quantization().isNone() ? 0 : spec.quantization().zeroPoint();
  }

  /** How many elements one row of a band has; see {@link Rows}. */
  public int elementsPerRow() {
    return elements() / Rows.of(shape());
  }

  /** The elements of an INT32 tensor. */
  public int[] ints() {
    int[] values = new int[elements()];
    MemorySegment.copy(bytes, INT, 0, values, 0, values.length);
    return values;
  }

  /** The elements of a FLOAT32 tensor. */
  public float[] floats() {
    float[] values = new float[elements()];
    MemorySegment.copy(bytes, FLOAT, 0, values, 0, values.length);
    return values;
  }

  /**
   * The elements of an INT8 tensor in row-major order, where they are if they lie so; those of an
   * INT4 tensor widened, one byte each.
   */
  MemorySegment widened() {
    if (type() != ElementType.INT4 && spec.layout() == WeightLayout.ROW_MAJOR) {
      return bytes;
    }
    byte[] values = rowMajor();
    // Off the heap like every other tensor, so that the kernels' accesses see one kind of segment.
    MemorySegment wide = Arena.ofAuto().allocate(values.length);
    MemorySegment.copy(values, 0, wide, BYTE, 0, values.length);
    return wide;
  }

  /** A copy of the elements of an INT8 or INT4 tensor in row-major order, one byte each. */
  public byte[] rowMajor() {
    byte[] stored = bytes.toArray(BYTE);
    return switch (spec.layout()) {
      case BLOCKED_16X4 -> WeightBlocks.unpack(stored, type(), shape());
      case ROW_MAJOR ->
          type() == ElementType.INT4 ? WeightBlocks.widened(stored, elements()) : stored;
    };
  }
}
