package io.millrace.ota.hawkbit;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** A download that goes on from where it was when its connection breaks. */
final class ResumingStream extends InputStream {
  /** Opens at a byte. */
  interface Opener {
    InputStream open(long offset) throws IOException, InterruptedException;
  }

  /** Decides what to do after a failure. */
  interface Patience {
    /** Waits, or throws {@code failure} if there is no point in waiting. */
    void await(HawkbitException failure, int attempt) throws IOException, InterruptedException;

    /** Throws if the download is not wanted any more. */
    void requireWanted() throws IOException;
  }

  private final Opener opener;
  private final Patience patience;
  private InputStream current;
  private long position;
  private int failures;

  ResumingStream(Opener opener, long offset, Patience patience)
      throws IOException, InterruptedException {
    this.opener = opener;
    this.patience = patience;
    position = offset;
    reopen();
  }

  private void reopen() throws IOException, InterruptedException {
    close();
    while (current == null) {
      patience.requireWanted();
      try {
        current = opener.open(position);
      } catch (HawkbitException e) {
        patience.await(e, ++failures);
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (true) {
      patience.requireWanted();
      try {
        int count = current.read(into, offset, length);
        if (count > 0) {
          position += count;
          failures = 0;
        }
        return count;
      } catch (HawkbitException e) {
        try {
          patience.await(e, ++failures);
          reopen();
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          InterruptedIOException stopped = new InterruptedIOException("download interrupted");
          stopped.initCause(stop);
          throw stopped;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
