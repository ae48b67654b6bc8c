package io.millrace.ota.content;

import java.util.List;

/**
 * A file as its pieces, in their order.
 *
 * @param sha256 digest of the whole, hexadecimal digits
 * @param bytes of the whole
 * @param blocks its pieces; their sizes add up to {@code bytes}
 */
public record Blob(String sha256, long bytes, List<Block> blocks) {
  public Blob {
    blocks = List.copyOf(blocks);
    long sum = blocks.stream().mapToLong(Block::bytes).sum();
    if (sum != bytes) {
      throw new IllegalArgumentException(
          "pieces of " + sum + " bytes do not make a file of " + bytes);
    }
  }

  /** Bytes that travel if the board has none of it. */
  public long storedBytes() {
    return blocks.stream().mapToLong(Block::storedBytes).sum();
  }
}
