package io.millrace.node.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A folder in memory that knows what is synced, and that can stop at any operation: for good, as at
 * a power cut, or once, as on a full disk.
 */
public final class CrashFolder implements Folder {
  /** What of the bytes and names that were not synced is there after the cut. */
  public enum Survival {
    /** Only what was synced. */
    SYNCED_ONLY,
    /** Half of what was written since, and all names. */
    HALF,
    /** Everything: the process was killed, not the machine. */
    ALL
  }

  private static final class Inode {
    byte[] data = {};
    byte[] synced = {};

    Inode survivor(Survival survival) {
      Inode inode = new Inode();
      inode.data =
          switch (survival) {
            case SYNCED_ONLY -> synced;
            case ALL -> data;
            case HALF ->
                data.length <= synced.length
                    ? synced
                    : Arrays.copyOf(data, synced.length + (data.length - synced.length) / 2);
          };
      inode.data = inode.data.clone();
      inode.synced = inode.data.clone();
      return inode;
    }
  }

  private final TreeMap<String, Inode> files = new TreeMap<>();
  private TreeMap<String, Inode> syncedFiles = new TreeMap<>();
  private long operations;
  private long usableBytes = Long.MAX_VALUE;
  private long cutAt = Long.MAX_VALUE;
  private long failAt = Long.MAX_VALUE;

  /** From the n-th operation that changes something, counted from 1, everything fails. */
  public CrashFolder cutAt(long n) {
    cutAt = n;
    return this;
  }

  /** The n-th such operation from now fails, halfway; the next ones work. */
  public CrashFolder failOnceAfter(long n) {
    failAt = operations + n;
    return this;
  }

  public boolean isCut() {
    return operations >= cutAt;
  }

  public long operations() {
    return operations;
  }

  /** The folder as the next start finds it. */
  public CrashFolder afterCrash(Survival survival) {
    CrashFolder next = new CrashFolder();
    (survival == Survival.SYNCED_ONLY ? syncedFiles : files)
        .forEach((name, inode) -> next.files.put(name, inode.survivor(survival)));
    next.syncedFiles = new TreeMap<>(next.files);
    return next;
  }

  /** As if the disk had so many bytes in all. */
  public CrashFolder diskBytes(long bytes) {
    usableBytes = bytes;
    return this;
  }

  /** Flips one bit. */
  public void flip(String name, int offset, int bit) {
    files.get(name).data[offset] ^= (byte) (1 << bit);
  }

  /** All bytes of all files. */
  public long totalBytes() {
    return files.values().stream().mapToLong(inode -> inode.data.length).sum();
  }

  private boolean stopsHere() throws IOException {
    operations++;
    if (operations > cutAt) {
      throw new IOException("no power");
    }
    return operations == cutAt || operations == failAt;
  }

  private void step() throws IOException {
    if (stopsHere()) {
      throw new IOException("No space left on device");
    }
  }

  private Inode existing(String name) throws IOException {
    Inode inode = files.get(name);
    if (inode == null) {
      throw new IOException("no file " + name);
    }
    return inode;
  }

  @Override
  public List<String> names() {
    return List.copyOf(files.keySet());
  }

  @Override
  public AppendFile create(String name) throws IOException {
    if (files.containsKey(name)) {
      throw new IOException("exists: " + name);
    }
    step();
    files.put(name, new Inode());
    return new MemoryFile(files.get(name));
  }

  @Override
  public AppendFile append(String name) throws IOException {
    return new MemoryFile(existing(name));
  }

  @Override
  public long size(String name) throws IOException {
    return existing(name).data.length;
  }

  @Override
  public int read(String name, long position, ByteBuffer into) throws IOException {
    byte[] data = existing(name).data;
    int count = (int) Math.max(0, Math.min(into.remaining(), data.length - position));
    into.put(data, (int) position, count);
    return count;
  }

  @Override
  public void rename(String from, String to) throws IOException {
    step();
    files.put(to, existing(from));
    files.remove(from);
  }

  @Override
  public void delete(String name) throws IOException {
    step();
    existing(name);
    files.remove(name);
  }

  @Override
  public void sync() throws IOException {
    step();
    syncedFiles = new TreeMap<>(files);
  }

  @Override
  public long usableBytes() {
    return usableBytes - totalBytes();
  }

  @Override
  public String description() {
    return "memory";
  }

  @Override
  public void close() {}

  /** Names and sizes, for a failing test's message. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Inode> file : files.entrySet()) {
      text.append(file.getKey()).append(' ').append(file.getValue().data.length).append('\n');
    }
    return text.toString();
  }

  private final class MemoryFile implements AppendFile {
    private final Inode inode;

    private MemoryFile(Inode inode) {
      this.inode = inode;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
      boolean stops = stopsHere();
      int count = stops ? bytes.remaining() / 2 : bytes.remaining();
      byte[] longer = Arrays.copyOf(inode.data, inode.data.length + count);
      bytes.get(longer, inode.data.length, count);
      inode.data = longer;
      if (stops) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      step();
      inode.data = Arrays.copyOf(inode.data, (int) size);
    }

    @Override
    public void sync() throws IOException {
      step();
      inode.synced = inode.data.clone();
    }

    @Override
    public void close() {}
  }
}
