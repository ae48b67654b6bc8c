package io.millrace.suites.golden;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * A {@code .tflite} file with every INT4 constant widened to INT8, all else unchanged.
 *
 * <p>FlatBuffers offsets only point forward, so that a widened copy of each buffer can go behind
 * the file's end and the buffer's offset be bent to it; the tensor's type is one byte in place.
 * Field numbers are those of TensorFlow Lite's schema, version 3.
 */
public final class WidenedTflite {
  private static final int MODEL_SUBGRAPHS = 2;
  private static final int MODEL_BUFFERS = 4;
  private static final int SUBGRAPH_TENSORS = 0;
  private static final int TENSOR_SHAPE = 0;
  private static final int TENSOR_TYPE = 1;
  private static final int TENSOR_BUFFER = 2;
  private static final int BUFFER_DATA = 0;
  private static final byte TYPE_INT8 = 9;
  private static final byte TYPE_INT4 = 17;

  private final ByteBuffer file;
  private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
  private final Set<Integer> widened = new HashSet<>();

  private WidenedTflite(byte[] file) {
    this.file = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The widened file; {@code file} must be a sound model with at least one INT4 constant. */
  public static byte[] of(byte[] file) {
    return new WidenedTflite(file).widen();
  }

  private byte[] widen() {
    while ((file.capacity() + tail.size()) % 16 != 0) {
      tail.write(0);
    }
    int model = follow(0);
    int buffers = follow(field(model, MODEL_BUFFERS));
    int subgraphs = follow(field(model, MODEL_SUBGRAPHS));
    for (int g = 0; g < file.getInt(subgraphs); g++) {
      int tensors = follow(field(follow(element(subgraphs, g)), SUBGRAPH_TENSORS));
      for (int t = 0; t < file.getInt(tensors); t++) {
        int tensor = follow(element(tensors, t));
        int type = field(tensor, TENSOR_TYPE);
        if (type != 0 && file.get(type) == TYPE_INT4) {
          file.put(type, TYPE_INT8);
          widen(tensor, buffers);
        }
      }
    }
    if (widened.isEmpty()) {
      throw new IllegalArgumentException("no INT4 constant to widen");
    }
    byte[] all = new byte[file.capacity() + tail.size()];
    file.get(0, all, 0, file.capacity());
    System.arraycopy(tail.toByteArray(), 0, all, file.capacity(), tail.size());
    return all;
  }

  private void widen(int tensor, int buffers) {
    int buffer = file.getInt(field(tensor, TENSOR_BUFFER));
    if (!widened.add(buffer)) {
      throw new IllegalArgumentException("two tensors share buffer " + buffer);
    }
    int shape = follow(field(tensor, TENSOR_SHAPE));
    int elements = 1;
    for (int d = 0; d < file.getInt(shape); d++) {
      elements *= file.getInt(element(shape, d));
    }
    int reference = field(follow(element(buffers, buffer)), BUFFER_DATA);
    int data = follow(reference);
    if (file.getInt(data) != (elements + 1) / 2) {
      throw new IllegalArgumentException(
          "buffer %d has %d bytes for %d nibbles".formatted(buffer, file.getInt(data), elements));
    }
    // A vector is its length and its elements; the elements start at a multiple of 16.
    for (int i = 0; i < 12; i++) {
      tail.write(0);
    }
    file.putInt(reference, file.capacity() + tail.size() - reference);
    tail.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(elements).array());
    for (int i = 0; i < elements; i++) {
      int pair = file.get(data + 4 + i / 2);
      tail.write(i % 2 == 0 ? (pair << 28) >> 28 : pair >> 4);
    }
    while ((file.capacity() + tail.size()) % 16 != 0) {
      tail.write(0);
    }
  }

  /** Where the offset at {@code position} points to. */
  private int follow(int position) {
    return position + file.getInt(position);
  }

  /** Position of element {@code index}, of four bytes each, of the vector at {@code vector}. */
  private static int element(int vector, int index) {
    return vector + 4 + 4 * index;
  }

  /** Position of field {@code number} of the table at {@code table}, 0 if it is absent. */
  private int field(int table, int number) {
    int vtable = table - file.getInt(table);
    int slot = 4 + 2 * number;
    int offset = slot < file.getShort(vtable) ? file.getShort(vtable + slot) : 0;
    return offset == 0 ? 0 : table + offset;
  }
}
