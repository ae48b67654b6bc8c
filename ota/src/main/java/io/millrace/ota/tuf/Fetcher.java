package io.millrace.ota.tuf;

import java.io.IOException;
import java.util.Optional;

/** Brings files of a repository; they are not trusted. */
@FunctionalInterface
public interface Fetcher {
  /**
   * The bytes of a file; empty if there is none of that name.
   *
   * @param path from the repository's root, parts divided by slashes
   * @param maxBytes no more is read; a longer file is refused
   * @throws UntrustedException if it is longer
   * @throws IOException if it cannot be had now
   */
  Optional<byte[]> fetch(String path, long maxBytes)
      throws IOException, UntrustedException, InterruptedException;
}
