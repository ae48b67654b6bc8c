package io.millrace.ota.transfer;

import io.millrace.node.storage.Folder;
import io.millrace.node.storage.Folder.AppendFile;
import io.millrace.ota.content.Blob;
import io.millrace.ota.content.Block;
import io.millrace.ota.content.BlockCodec;
import io.millrace.ota.disk.Sha256;
import io.millrace.ota.tuf.UntrustedException;
import io.millrace.ota.tuf.UntrustedException.Reason;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Brings one file to the board. Blocks are appended in their order, so that what is there says how
 * far it came; what a cut tore is cut off at the last whole block. Of a block that is on its way,
 * what has come is kept in a file of its own.
 */
public final class Download {
  private static final int CHUNK_BYTES = 8 << 10;
  private static final long LONGEST_WAIT_NS = 3_600_000_000_000L;
  private static final long NAP_NS = 1_000_000_000;

  private final Folder folder;
  private final Source source;
  private final LocalBlocks local;
  private final Allowance allowance;
  private final Clock clock;
  private final BooleanSupplier cancelled;
  private final Progress progress;
  private long fetchedBytes;

  /** Hears how far it is. */
  @FunctionalInterface
  public interface Progress {
    /** Bytes of the file that are there, of how many. */
    void at(long doneBytes, long ofBytes);
  }

  /** It stopped before its end, in order; what has come is kept. */
  public static final class PausedException extends Exception {
    private static final long serialVersionUID = 1L;

    PausedException(String why) {
      super(why);
    }
  }

  public Download(
      Folder folder,
      Source source,
      LocalBlocks local,
      Allowance allowance,
      Clock clock,
      BooleanSupplier cancelled,
      Progress progress) {
    this.folder = folder;
    this.source = source;
    this.local = local;
    this.allowance = allowance;
    this.clock = clock;
    this.cancelled = cancelled;
    this.progress = progress;
  }

  /** Bytes that came from the source, over all files. */
  public long fetchedBytes() {
    return fetchedBytes;
  }

  /**
   * Completes {@code file}, and makes it survive a power cut.
   *
   * @throws PausedException if no more may be fetched now, or it was cancelled
   * @throws UntrustedException if what comes is not what was signed
   */
  public void complete(String file, Blob blob)
      throws IOException, InterruptedException, PausedException, UntrustedException {
    String part = file + ".part";
    if (!folder.names().contains(file)) {
      folder.create(file).close();
    }
    int first = wholeBlocks(file, blob);
    long done = blob.blocks().subList(0, first).stream().mapToLong(Block::bytes).sum();
    try (AppendFile to = folder.append(file)) {
      if (folder.size(file) > done) {
        to.truncate(done);
      }
      for (Block block : blob.blocks().subList(first, blob.blocks().size())) {
        progress.at(done, blob.bytes());
        Optional<byte[]> here = local.read(block);
        byte[] bytes = here.isPresent() ? here.get() : fetched(block, part);
        to.append(ByteBuffer.wrap(bytes));
        done += bytes.length;
      }
      to.sync();
    }
    if (folder.names().contains(part)) {
      folder.delete(part);
    }
    folder.sync();
    if (!Sha256.of(folder, file).equals(blob.sha256())) {
      folder.delete(file);
      throw new UntrustedException(
          Reason.MISMATCH, "the blocks are as signed, but together they are not the file");
    }
    progress.at(done, blob.bytes());
  }

  /** How many blocks at its start are whole. */
  private int wholeBlocks(String file, Blob blob) throws IOException {
    long at = 0;
    int count = 0;
    long size = folder.size(file);
    for (Block block : blob.blocks()) {
      ByteBuffer bytes = ByteBuffer.allocate(block.bytes());
      if (at + block.bytes() > size
          || folder.read(file, at, bytes) != block.bytes()
          || !Sha256.of(bytes.array()).equals(block.sha256())) {
        break;
      }
      at += block.bytes();
      count++;
    }
    return count;
  }

  private byte[] fetched(Block block, String part)
      throws IOException, InterruptedException, PausedException, UntrustedException {
    // what a cut left may be of another block, or torn: then once more from the start
    for (boolean again : new boolean[] {true, false}) {
      byte[] stored = stored(block, part);
      folder.delete(part);
      Optional<byte[]> bytes = BlockCodec.unpack(block, stored);
      if (bytes.isPresent()) {
        return bytes.get();
      }
      if (!again) {
        break;
      }
    }
    throw new UntrustedException(
        Reason.MISMATCH,
        "block %s from %s is not what was signed: SHA-256 differs"
            .formatted(block.path(), source.description()));
  }

  private byte[] stored(Block block, String part)
      throws IOException, InterruptedException, PausedException, UntrustedException {
    if (!folder.names().contains(part)) {
      folder.create(part).close();
    }
    long have = folder.size(part);
    if (have > block.storedBytes()) {
      have = 0;
    }
    try (AppendFile to = folder.append(part)) {
      if (folder.size(part) > have) {
        to.truncate(have);
      }
      if (have < block.storedBytes()) {
        fetch(block, have, to);
      }
    }
    ByteBuffer stored = ByteBuffer.allocate(block.storedBytes());
    if (folder.read(part, 0, stored) != block.storedBytes()) {
      throw new IOException(
          "%s ended %s after %d of %d bytes"
              .formatted(
                  source.description(), block.path(), stored.position(), block.storedBytes()));
    }
    return stored.array();
  }

  private void fetch(Block block, long have, AppendFile to)
      throws IOException, InterruptedException, PausedException, UntrustedException {
    requireAllowed((int) Math.min(CHUNK_BYTES, block.storedBytes() - have));
    try (Source.Body body =
        source
            .open(block.path(), have)
            .orElseThrow(() ->
                new UntrustedException(
                    Reason.MISSING, block.path() + " is not at " + source.description()))) {
      if (body.offset() == 0 && have > 0) {
        to.truncate(0);
        have = 0;
      }
      byte[] chunk = new byte[CHUNK_BYTES];
      boolean first = true;
      while (have < block.storedBytes()) {
        int wanted = (int) Math.min(chunk.length, block.storedBytes() - have);
        if (!first) {
          requireAllowed(wanted);
        }
        first = false;
        int read = body.in().readNBytes(chunk, 0, wanted);
        to.append(ByteBuffer.wrap(chunk, 0, read));
        have += read;
        fetchedBytes += read;
        if (read < wanted) {
          return; // the caller sees that it is short
        }
      }
    }
  }

  private void requireAllowed(int bytes) throws IOException, InterruptedException, PausedException {
    long waitedNs = 0;
    while (true) {
      if (cancelled.getAsBoolean()) {
        throw new PausedException("cancelled");
      }
      switch (allowance.ask(bytes, waitedNs)) {
        case Allowance.Answer.Go go -> {
          return;
        }
        case Allowance.Answer.Stop stop -> throw new PausedException(stop.why());
        case Allowance.Answer.Wait wait -> {
          if (waitedNs > LONGEST_WAIT_NS) {
            throw new PausedException(wait.why());
          }
          // in short naps, so that a cancellation is heard
          long nap = Math.max(1, Math.min(NAP_NS, wait.forNs()));
          clock.sleep(nap);
          waitedNs += nap;
        }
      }
    }
  }
}
