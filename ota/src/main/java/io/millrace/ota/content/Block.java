package io.millrace.ota.content;

/**
 * A piece of a file.
 *
 * @param sha256 digest of its bytes, hexadecimal digits
 * @param bytes how many
 * @param storedSha256 digest of what travels, checked before it is unpacked
 * @param storedBytes how many bytes travel, a zstd frame (RFC 8878)
 */
public record Block(String sha256, int bytes, String storedSha256, int storedBytes) {
  /** The largest piece: what a cut connection can cost. */
  public static final int MAX_BYTES = 128 << 10;

  /** What a zstd frame may add to bytes that cannot be made smaller. */
  static final int MAX_ADDED = 1024;

  /** Where it stands in a repository. */
  public String path() {
    return "blocks/" + storedSha256.substring(0, 2) + "/" + storedSha256 + ".zst";
  }
}
