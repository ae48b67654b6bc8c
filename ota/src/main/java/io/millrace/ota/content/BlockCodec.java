package io.millrace.ota.content;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.millrace.ota.disk.Sha256;
import java.util.Arrays;
import java.util.Optional;

/** Blocks to what travels and back. */
public final class BlockCodec {
  /** Slow to write, as quick to read as any: a block is written once and read by a fleet. */
  private static final int LEVEL = 19;

  private BlockCodec() {}

  /** What of a file is a block, and what travels for it. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Packed(Block block, byte[] stored) {}

  /** Packs part of a file. */
  public static Packed pack(byte[] file, int from, int to) {
    byte[] raw = Arrays.copyOfRange(file, from, to);
    byte[] stored = Zstd.compress(raw, LEVEL);
    return new Packed(
        new Block(Sha256.of(raw), raw.length, Sha256.of(stored), stored.length), stored);
  }

  /**
   * The bytes of a block; empty if what came is not what the manifest names. What came is not
   * unpacked before its digest is right.
   */
  public static Optional<byte[]> unpack(Block block, byte[] stored) {
    if (stored.length != block.storedBytes() || !Sha256.of(stored).equals(block.storedSha256())) {
      return Optional.empty();
    }
    byte[] raw = new byte[block.bytes()];
    try {
      long size = Zstd.decompressByteArray(raw, 0, raw.length, stored, 0, stored.length);
      return size == raw.length && Sha256.of(raw).equals(block.sha256())
          ? Optional.of(raw)
          : Optional.empty();
    } catch (ZstdException e) {
      return Optional.empty();
    }
  }
}
