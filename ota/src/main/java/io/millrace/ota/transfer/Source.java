package io.millrace.ota.transfer;

import io.millrace.ota.tuf.Fetcher;
import io.millrace.ota.tuf.UntrustedException;
import io.millrace.ota.tuf.UntrustedException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Where a repository's files come from. Nothing that comes is trusted. */
public interface Source extends Fetcher, AutoCloseable {
  /**
   * A file's bytes from {@code offset} on, or from the start if the other side cannot do that.
   *
   * @param path from the repository's root, parts divided by slashes
   * @return empty if there is no such file
   */
  Optional<Body> open(String path, long offset) throws IOException, InterruptedException;

  /** How it is called in messages. */
  String description();

  /** Bytes on their way. */
  record Body(InputStream in, long offset) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  @Override
  default Optional<byte[]> fetch(String path, long maxBytes)
      throws IOException, UntrustedException, InterruptedException {
    Optional<Body> body = open(path, 0);
    if (body.isEmpty()) {
      return Optional.empty();
    }
    try (Body b = body.get()) {
      byte[] bytes = b.in().readNBytes(Math.toIntExact(Math.min(maxBytes, Integer.MAX_VALUE - 16)));
      if (b.in().read() >= 0) {
        throw new UntrustedException(
            Reason.TOO_LARGE,
            "%s from %s has more than %d bytes".formatted(path, description(), maxBytes));
      }
      return Optional.of(bytes);
    }
  }

  @Override
  void close();
}
