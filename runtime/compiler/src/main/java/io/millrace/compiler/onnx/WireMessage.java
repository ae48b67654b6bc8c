package io.millrace.compiler.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.millrace.compiler.BadModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of a protocol buffer, taken as its fields without knowing what they mean, so that those
 * of a file that nobody here knows are carried over too.
 */
final class WireMessage {
  private final byte[] file;
  private final List<Field> fields;

  private WireMessage(byte[] file, List<Field> fields) {
    this.file = file;
    this.fields = List.copyOf(fields);
  }

  /**
   * One field.
   *
   * @param from where its tag starts in the file
   * @param body where what it holds starts, behind tag and length
   * @param to where it ends
   */
  record Field(int number, boolean isMessage, int from, int body, int to) {}

  /** Writes fields of one message. */
  interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  /** The whole file. */
  static WireMessage of(byte[] file) throws BadModelException {
    return of(file, 0, file.length);
  }

  private static WireMessage of(byte[] file, int from, int to) throws BadModelException {
    CodedInputStream in = CodedInputStream.newInstance(file, from, to - from);
    List<Field> fields = new ArrayList<>();
    try {
      int start = from;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        boolean isMessage = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        int body = from + in.getTotalBytesRead();
        if (isMessage) {
          int length = in.readRawVarint32();
          body = from + in.getTotalBytesRead();
          in.skipRawBytes(length);
        } else if (!in.skipField(tag)) {
          throw new BadModelException("a group ends at byte " + start + " that never began");
        }
        int end = from + in.getTotalBytesRead();
        fields.add(new Field(WireFormat.getTagFieldNumber(tag), isMessage, start, body, end));
        start = end;
      }
    } catch (IOException e) {
      throw new BadModelException("not a sound ONNX file: " + e.getMessage(), e);
    }
    return new WireMessage(file, fields);
  }

  /** All fields, in the order of the file. */
  List<Field> fields() {
    return fields;
  }

  /** The message that {@code field} holds. */
  WireMessage message(Field field) throws BadModelException {
    return of(file, field.body(), field.to());
  }

  /** The text of the last field {@code number}; empty if there is none. */
  String text(int number) {
    String text = "";
    for (Field f : fields) {
      if (f.number() == number && f.isMessage()) {
        text = new String(file, f.body(), f.to() - f.body(), StandardCharsets.UTF_8);
      }
    }
    return text;
  }

  /** Appends {@code field} as it stands in the file. */
  void copy(Field field, ByteArrayOutputStream out) {
    out.write(file, field.from(), field.to() - field.from());
  }

  /** Appends a message as field {@code number}. */
  static void append(int number, byte[] message, ByteArrayOutputStream out) {
    out.writeBytes(written(o -> o.writeByteArray(number, message)));
  }

  /** The bytes of a message with these fields. */
  static byte[] written(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.to(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory takes every byte
    }
    return bytes.toByteArray();
  }
}
