package io.millrace.ota.transfer;

import io.millrace.node.uplink.HttpLink;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.clock.Clock;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A published folder behind any HTTP server. Redirections are not followed. All that travels is
 * taken from the uplink: questions before they are asked, bodies as they come.
 */
public final class HttpSource implements Source {
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int BEYOND_THE_END = 416;

  private final URI base;
  private final HttpClient client;
  private final Duration stall;
  private final Uplink uplink;
  private final HttpLink link;

  /**
   * Opens no connection yet.
   *
   * @param base the address of the folder, http or https
   * @param stall how long the other side may say nothing, at connecting, answering and within a
   *     body
   * @param uplink pays for what travels
   * @throws IllegalArgumentException if the address is none
   */
  public HttpSource(URI base, Duration stall, Uplink uplink) {
    String scheme = String.valueOf(base.getScheme());
    if (!scheme.matches("https?") || base.getHost() == null || base.getQuery() != null) {
      throw new IllegalArgumentException(
          base + " is no address of a folder such as https://example.org/models/");
    }
    this.base = base.getPath().endsWith("/") ? base : URI.create(base + "/");
    this.stall = stall;
    this.uplink = uplink;
    link = HttpLink.to(base, Clock.system());
    client =
        HttpClient.newBuilder()
            .connectTimeout(stall)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  @Override
  public Optional<Body> open(String path, long offset) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(stall).header("Accept", "*/*");
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
    }
    HttpResponse<InputStream> response = send(request.build());
    int status = response.statusCode();
    InputStream in = response.body();
    if (status == OK) {
      return Optional.of(new Body(new Watched(in), 0));
    }
    if (status == PARTIAL && offset > 0 && rangeStart(response) == offset) {
      return Optional.of(new Body(new Watched(in), offset));
    }
    in.close();
    if (status == BEYOND_THE_END) {
      return Optional.of(new Body(InputStream.nullInputStream(), offset));
    }
    if (status == NOT_FOUND || status == GONE) {
      return Optional.empty();
    }
    throw new IOException(
        "%s answers %d for %s%s"
            .formatted(description(), status, path, problem(status, offset, response)));
  }

  /** Asks, if the uplink bears question and headers of the answer. */
  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    long sentBytes = HttpLink.USUAL_HEADER_BYTES + request.uri().toString().length();
    long bytes = link.exchange(sentBytes, HttpLink.USUAL_HEADER_BYTES);
    if (!uplink.take(Sender.UPDATES, bytes)) {
      throw new IOException(
          "%s is not asked for %s: the uplink has not %d bytes of this day left for updates"
              .formatted(description(), request.uri().getPath(), bytes));
    }
    boolean answered = false;
    try {
      HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
      answered = true;
      return response;
    } finally {
      link.exchanged(sentBytes, HttpLink.USUAL_HEADER_BYTES, answered);
    }
  }

  private static String problem(int status, long offset, HttpResponse<?> response) {
    if (status / 100 == 3) {
      return "; redirections are not followed";
    }
    return status == PARTIAL
        ? " and sends bytes from %d on, asked for from %d on"
            .formatted(rangeStart(response), offset)
        : "";
  }

  private static long rangeStart(HttpResponse<?> response) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    var matcher = java.util.regex.Pattern.compile("bytes (\\d{1,18})-.*").matcher(range);
    return (matcher.matches()
            ? OptionalLong.of(Long.parseLong(matcher.group(1)))
            : OptionalLong.empty())
        .orElse(-1);
  }

  @Override
  public String description() {
    return base.toString();
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** A body that is closed from beside when it says nothing for too long. */
  private final class Watched extends FilterInputStream {
    private volatile long lastNs = System.nanoTime();
    private volatile boolean over;
    private volatile boolean stalled;
    private final Thread watch;

    private Watched(InputStream in) {
      super(in);
      watch = Thread.ofVirtual().name("millrace-update-watch").start(this::watch);
    }

    private void watch() {
      while (!over) {
        long leftNs = stall.toNanos() - (System.nanoTime() - lastNs);
        if (leftNs <= 0) {
          stalled = true;
          try {
            in.close();
          } catch (IOException e) {
            // whoever reads is told
          }
          return;
        }
        LockSupport.parkNanos(leftNs);
      }
    }

    private int checked(int read) throws IOException {
      if (stalled) {
        throw new IOException(
            description() + " said nothing for " + stall.toMillis() + " ms within a file");
      }
      lastNs = System.nanoTime();
      if (read > 0) {
        uplink.count(Sender.UPDATES, link.received(read));
      }
      return read;
    }

    @Override
    public int read() throws IOException {
      lastNs = System.nanoTime();
      try {
        int value = super.read();
        checked(value < 0 ? -1 : 1);
        return value;
      } catch (IOException e) {
        checked(0);
        throw e;
      }
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      lastNs = System.nanoTime();
      try {
        return checked(super.read(to, at, length));
      } catch (IOException e) {
        checked(0);
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      over = true;
      LockSupport.unpark(watch);
      super.close();
    }
  }
}
