package io.millrace.ota.disk;

import io.millrace.node.storage.Folder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 in lower-case hexadecimal digits. */
public final class Sha256 {
  private Sha256() {}

  /** A digest to be fed. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Of bytes. */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** Of part of an array. */
  public static String of(byte[] bytes, int from, int length) {
    MessageDigest digest = digest();
    digest.update(bytes, from, length);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of a whole file, read in pieces. */
  public static String of(Folder folder, String name) throws IOException {
    MessageDigest digest = digest();
    ByteBuffer piece = ByteBuffer.allocate(1 << 16);
    long at = 0;
    for (int n = folder.read(name, at, piece); n > 0; n = folder.read(name, at, piece)) {
      digest.update(piece.flip());
      piece.clear();
      at += n;
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
