package io.millrace.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the local file system, locked against a second process. */
public final class LocalFolder implements Folder {
  private static final String LOCK_NAME = "lock";

  private final Path path;
  private final FileChannel lockFile;

  private LocalFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Makes the folder if it is missing, and locks it until {@link #close}. The lock goes with the
   * process, however that ends.
   *
   * @throws IOException if another process has it, or this one has it twice
   */
  public static LocalFolder open(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel lockFile =
        FileChannel.open(
            path.resolve(LOCK_NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = tryLock(lockFile);
      if (lock == null) {
        throw new IOException(
            "folder "
                + path
                + " is in use by process "
                + readOwner(lockFile)
                + "; stop it, or give this one a folder of its own");
      }
      lockFile.truncate(0);
      String owner = Long.toString(ProcessHandle.current().pid());
      lockFile.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.US_ASCII)), 0);
      locked = true;
      return new LocalFolder(path, lockFile);
    } finally {
      if (!locked) {
        lockFile.close();
      }
    }
  }

  private static FileLock tryLock(FileChannel lockFile) throws IOException {
    try {
      return lockFile.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static String readOwner(FileChannel lockFile) throws IOException {
    ByteBuffer owner = ByteBuffer.allocate(20);
    int read = lockFile.read(owner, 0);
    return read < 1 ? "unknown" : new String(owner.array(), 0, read, StandardCharsets.US_ASCII);
  }

  @Override
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(LOCK_NAME))
          .sorted()
          .toList();
    }
  }

  @Override
  public AppendFile create(String name) throws IOException {
    return new LocalFile(
        FileChannel.open(
            path.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public AppendFile append(String name) throws IOException {
    // a link that somebody put here must not lead a write elsewhere
    FileChannel channel =
        FileChannel.open(path.resolve(name), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    channel.position(channel.size());
    return new LocalFile(channel);
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(path.resolve(name));
  }

  @Override
  public int read(String name, long position, ByteBuffer into) throws IOException {
    int total = 0;
    try (FileChannel channel =
        FileChannel.open(path.resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      while (into.hasRemaining()) {
        int read = channel.read(into, position + total);
        if (read < 0) {
          break;
        }
        total += read;
      }
    }
    return total;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(path.resolve(name));
  }

  @Override
  public void sync() throws IOException {
    try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  @Override
  public long usableBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  @Override
  public String description() {
    return path.toString();
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }

  private record LocalFile(FileChannel channel) implements AppendFile {
    @Override
    public void append(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
      channel.position(size);
    }

    @Override
    public void sync() throws IOException {
      channel.force(true);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
