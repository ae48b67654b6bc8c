package io.millrace.node.storage;

import io.millrace.node.storage.Folder.AppendFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Files of a folder that are read whole and replaced whole: written beside their place, synced,
 * renamed, and the name synced. A cut before the rename leaves the old file, after it the new one.
 */
public final class SmallFiles {
  /** Ending of a file that is being written; {@link #sweep} removes what a cut left of them. */
  public static final String UNFINISHED = ".new";

  private final Folder folder;

  public SmallFiles(Folder folder) {
    this.folder = folder;
  }

  public Folder folder() {
    return folder;
  }

  /** Whether there is such a file. */
  public boolean exists(String name) throws IOException {
    return folder.names().contains(name);
  }

  /**
   * The bytes of a file; empty if there is none.
   *
   * @throws IOException also if it has more than {@code maxBytes}
   */
  public Optional<byte[]> read(String name, int maxBytes) throws IOException {
    if (!exists(name)) {
      return Optional.empty();
    }
    long size = folder.size(name);
    if (size > maxBytes) {
      throw new IOException(
          "%s in %s has %d bytes, at most %d are expected"
              .formatted(name, folder.description(), size, maxBytes));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    int read = folder.read(name, 0, bytes);
    if (read != size) {
      throw new IOException(name + " in " + folder.description() + " changed while it was read");
    }
    return Optional.of(bytes.array());
  }

  /** Puts a file in the place of the one of that name, or makes it; survives a power cut. */
  public void replace(String name, byte[] bytes) throws IOException {
    String unfinished = name + UNFINISHED;
    delete(unfinished);
    try (AppendFile file = folder.create(unfinished)) {
      file.append(ByteBuffer.wrap(bytes));
      file.sync();
    }
    folder.rename(unfinished, name);
    folder.sync();
  }

  /** Deletes a file if it is there; certain only after {@link Folder#sync}. */
  public void delete(String name) throws IOException {
    if (exists(name)) {
      folder.delete(name);
    }
  }

  /** Deletes what a cut left unfinished. */
  public void sweep() throws IOException {
    for (String name : folder.names()) {
      if (name.endsWith(UNFINISHED)) {
        folder.delete(name);
      }
    }
  }
}
