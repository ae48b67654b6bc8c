package io.millrace.ota.hawkbit;

import io.millrace.ota.hawkbit.HawkbitException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Exactly so many bytes of a response; more, fewer, or none for too long are errors. */
final class ArtifactStream extends InputStream {
  private final Artifact artifact;
  private final Body body;
  private final long stallNs;
  private final long totalMs;
  private final long deadlineNs;
  private long left;
  private boolean ended;

  ArtifactStream(Artifact artifact, long bytes, Body body, HawkbitConfig.Limits limits) {
    this.artifact = artifact;
    this.body = body;
    left = bytes;
    stallNs = TimeUnit.MILLISECONDS.toNanos(limits.stallTimeoutMs());
    totalMs = limits.downloadTimeoutMs();
    deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(totalMs);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (ended) {
      return -1;
    }
    long remainingNs = deadlineNs - System.nanoTime();
    if (remainingNs <= 0) {
      throw new HawkbitException(
          Kind.TIMED_OUT,
          "artifact " + artifact.name() + " did not come whole within " + totalMs + " ms");
    }
    // one byte beyond the end is asked for: that there is none shows that the end is the end
    byte[] room = left == 0 ? new byte[1] : into;
    int count = left == 0 ? 1 : (int) Math.min(length, left);
    int read;
    try {
      read = body.read(room, left == 0 ? 0 : offset, count, Math.min(stallNs, remainingNs));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException stopped =
          new InterruptedIOException("download of " + artifact.name() + " was interrupted");
      stopped.initCause(e);
      throw stopped;
    }
    if (left == 0 && read > 0) {
      throw new HawkbitException(
          Kind.TOO_LARGE,
          "artifact "
              + artifact.name()
              + " goes on behind its stated "
              + artifact.size()
              + " bytes; the rest was not read");
    }
    if (read < 0) {
      if (left > 0) {
        throw new HawkbitException(
            Kind.UNREACHABLE,
            "artifact " + artifact.name() + " ended " + left + " bytes before its end");
      }
      ended = true;
      return -1;
    }
    left -= read;
    return read;
  }

  @Override
  public void close() {
    body.close();
  }
}
