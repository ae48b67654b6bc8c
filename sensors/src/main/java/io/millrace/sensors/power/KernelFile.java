package io.millrace.sensors.power;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One attribute of sysfs, kept open. The kernel makes its text anew when it is read from the start;
 * reading a number allocates nothing. After an error the file is opened anew, so that a device that
 * was gone and came back is read again.
 */
final class KernelFile implements AutoCloseable {
  /** A number has at most 20 characters; what is longer is not one. */
  private static final int LONGEST = 64;

  private final Path path;
  private final ByteBuffer text = ByteBuffer.allocateDirect(LONGEST);
  private FileChannel channel;

  KernelFile(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /**
   * The decimal number in the file.
   *
   * @throws IOException if it cannot be read or says something else
   */
  long number() throws IOException {
    fill();
    int length = length();
    int i = 0;
    boolean negative = length > 0 && text.get(0) == '-';
    if (negative) {
      i++;
    }
    if (i == length || length - i > 18) {
      throw noNumber(length);
    }
    long value = 0;
    for (; i < length; i++) {
      int digit = text.get(i) - '0';
      if (digit < 0 || digit > 9) {
        throw noNumber(length);
      }
      value = 10 * value + digit;
    }
    return negative ? -value : value;
  }

  /** Whether the file says {@code words}, which are ASCII. */
  boolean says(String words) throws IOException {
    fill();
    if (length() != words.length()) {
      return false;
    }
    for (int i = 0; i < words.length(); i++) {
      if (text.get(i) != words.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The file's first {@value #LONGEST} characters, without space around them. */
  String words() throws IOException {
    fill();
    return asString(text.limit()).strip();
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      FileChannel open = channel;
      channel = null;
      open.close();
    }
  }

  private void fill() throws IOException {
    try {
      if (channel == null) {
        channel = FileChannel.open(path, StandardOpenOption.READ);
      }
      text.clear();
      while (text.hasRemaining() && channel.read(text, text.position()) > 0) {
        // sysfs gives a whole attribute at once; others may not
      }
      text.flip();
    } catch (IOException e) {
      try {
        close();
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw new IOException("cannot read " + path + ": " + reason(e), e);
    }
  }

  /** Characters before trailing space. */
  private int length() {
    int length = text.limit();
    while (length > 0 && text.get(length - 1) <= ' ') {
      length--;
    }
    return length;
  }

  private String asString(int length) {
    byte[] bytes = new byte[length];
    text.get(0, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private IOException noNumber(int length) {
    return new IOException(path + " says \"" + asString(length) + "\", which is no number");
  }

  /** The error in words: some of Java's have nothing but the path as their message. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "there is no such file";
      default -> e.getMessage();
    };
  }

  /** What a file says, stripped, or {@code otherwise} where it cannot be read. */
  static String words(Path file, String otherwise) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return otherwise;
    }
  }
}
