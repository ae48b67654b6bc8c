package io.millrace.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A few lines that a node remembers from one start to the next. A power cut leaves what was written
 * before or what was written last, nothing between.
 */
public record SmallFile(Path path) {
  private static final int MAX_BYTES = 256 * 1024;

  /**
   * What was written last; empty if nothing was.
   *
   * @throws IOException also if it is larger than anything that is written here
   */
  public Optional<String> read() throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException(
          path + " has " + Files.size(path) + " bytes, at most " + MAX_BYTES + "; delete it");
    }
    return Optional.of(new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
  }

  /** Puts {@code text} in the place of what was there, and makes it survive a power cut. */
  public void write(String text) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path fresh = folder.resolve(path.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    try {
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING);
    }
    try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
      names.force(true);
    }
  }
}
