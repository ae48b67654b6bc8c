package io.millrace.node.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A flat folder that one process uses. Nothing survives a power cut for certain before it was
 * synced: bytes by {@link AppendFile#sync}, names (made, renamed, deleted) by {@link #sync}.
 */
public interface Folder extends Closeable {
  /** Names of the files in it, sorted. */
  List<String> names() throws IOException;

  /**
   * Makes an empty file.
   *
   * @throws IOException also if there is one of that name
   */
  AppendFile create(String name) throws IOException;

  /** Opens a file to write behind its end. */
  AppendFile append(String name) throws IOException;

  /** Bytes in a file. */
  long size(String name) throws IOException;

  /**
   * Reads from a position until the buffer is full or the file ends.
   *
   * @return bytes read, 0 at the end
   */
  int read(String name, long position, ByteBuffer into) throws IOException;

  /** Puts a file in the place of another at once: either the old or the new one is there. */
  void rename(String from, String to) throws IOException;

  /** Deletes a file. */
  void delete(String name) throws IOException;

  /** Makes all names as they are now survive a power cut. */
  void sync() throws IOException;

  /** Bytes that can still be written, as far as the file system knows. */
  long usableBytes() throws IOException;

  /** How it is called in messages. */
  String description();

  /** A file that is only ever written at its end. */
  interface AppendFile extends Closeable {
    /**
     * Writes all bytes of the buffer behind the end. After an exception, any part of them may be
     * there.
     */
    void append(ByteBuffer bytes) throws IOException;

    /** Cuts what is behind {@code size}. */
    void truncate(long size) throws IOException;

    /** Makes all bytes survive a power cut. */
    void sync() throws IOException;
  }
}
