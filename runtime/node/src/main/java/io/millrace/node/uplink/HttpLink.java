package io.millrace.node.uplink;

import io.millrace.sensors.clock.Clock;
import java.net.URI;

/**
 * What exchanges with one HTTP/1.1 server take on the link. A connection is used again when the
 * last exchange on it ended well and not long ago; the JDK's client closes one that was idle for 30
 * s ({@code jdk.httpclient.keepalive.timeout}). A server that closes sooner is not noticed. For any
 * number of threads, one exchange at a time.
 */
public final class HttpLink {
  /** Less than the client's, for what passes until the next exchange begins. */
  private static final long KEPT_OPEN_NS = 25_000_000_000L;

  /** Headers of a request that the client sends, or of an answer, where nobody counts them. */
  public static final long USUAL_HEADER_BYTES = 400;

  private final WireBytes wire;
  private final Clock clock;
  private boolean open;
  private long lastNs;

  private HttpLink(WireBytes wire, Clock clock) {
    this.wire = wire;
    this.clock = clock;
  }

  /** The link to a server; nothing is open yet. */
  public static HttpLink to(URI server, Clock clock) {
    return new HttpLink(WireBytes.of("https".equalsIgnoreCase(server.getScheme())), clock);
  }

  /** What an exchange of so many bytes, headers included, would take now. */
  public synchronized long exchange(long sentBytes, long receivedBytes) {
    boolean again = open && clock.nanoTime() - lastNs < KEPT_OPEN_NS;
    return (again ? 0 : wire.connection()) + wire.exchange(sentBytes, receivedBytes);
  }

  /**
   * An exchange is over.
   *
   * @param well whether its connection can be used again
   * @return what it took
   */
  public synchronized long exchanged(long sentBytes, long receivedBytes, boolean well) {
    long bytes = exchange(sentBytes, receivedBytes);
    open = well;
    lastNs = clock.nanoTime();
    return bytes;
  }

  /** An exchange failed because there was no connection; returns what that took. */
  public synchronized long unreached() {
    open = false;
    return wire.attempt();
  }

  /** What more bytes of an answer take. */
  public long received(long bytes) {
    return wire.exchange(0, bytes);
  }
}
