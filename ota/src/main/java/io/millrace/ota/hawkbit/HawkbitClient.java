package io.millrace.ota.hawkbit;

import io.millrace.node.mqtt.TlsContext;
import io.millrace.node.uplink.HttpLink;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.ota.hawkbit.HawkbitException.Kind;
import io.millrace.sensors.clock.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.jr.ob.JSON;

/**
 * hawkBit's device API over HTTP/1.1. Each call is one exchange, bounded in time and bytes; every
 * failure is a {@link HawkbitException}. Redirects are followed for downloads alone, and the token
 * goes to the configured server alone. All that travels is taken from the uplink: questions before
 * they are asked, answers as they come.
 */
public final class HawkbitClient implements AutoCloseable {
  private static final int MAX_REDIRECTS = 3;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  private record Reply(int status, HttpHeaders headers, Body body, long deadlineNs) {}

  private final HawkbitConfig config;
  private final Answers answers;
  private final HttpClient http;
  private final Uplink uplink;
  private final HttpLink link;

  private HawkbitClient(HawkbitConfig config, HttpClient http, Uplink uplink) {
    this.config = config;
    this.http = http;
    this.uplink = uplink;
    link = HttpLink.to(config.server(), Clock.system());
    answers = new Answers(config);
  }

  /**
   * Opens a client; nothing is sent yet.
   *
   * @param uplink pays for what travels
   * @throws IOException if a certificate or the token cannot be read
   */
  public static HawkbitClient open(HawkbitConfig config, Uplink uplink) throws IOException {
    config.token().read();
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(config.limits().connectTimeoutMs()));
    if (config.tls().isPresent()) {
      http.sslContext(TlsContext.load(config.tls().get()));
    }
    return new HawkbitClient(config, http.build(), uplink);
  }

  /** Asks what is to be done. */
  public Poll poll() throws IOException, InterruptedException {
    return answers.poll(call("poll", config.device(), "GET", null));
  }

  /** Tells the device's attributes; those that it had and that are not named stay. */
  public void putConfigData(URI link, Map<String, String> attributes)
      throws IOException, InterruptedException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("mode", "merge");
    message.put("data", attributes);
    call("attributes", link, "PUT", message);
  }

  /** What the action of a link wants. */
  public Deployment deployment(URI link) throws IOException, InterruptedException {
    return answers.deployment(call("deployment", link, "GET", null));
  }

  /** The id of the action that is to be given up. */
  public String cancelled(URI link) throws IOException, InterruptedException {
    return answers.cancelled(call("cancel", link, "GET", null));
  }

  /** Says where the device is with an action. */
  public void feedback(String action, Feedback feedback) throws IOException, InterruptedException {
    sendFeedback("deploymentBase", action, feedback);
  }

  /** Answers a wish to give an action up: closed with success, or rejected. */
  public void cancelFeedback(String action, Feedback feedback)
      throws IOException, InterruptedException {
    sendFeedback("cancelAction", action, feedback);
  }

  /** Confirms an action that waits for it. */
  public void confirm(URI link, String detail) throws IOException, InterruptedException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("confirmation", "confirmed");
    message.put("details", List.of(detail));
    URI target = config.device().resolve(link.getRawPath() + "/feedback");
    call("confirmation", target, "POST", message);
  }

  private void sendFeedback(String base, String action, Feedback feedback)
      throws IOException, InterruptedException {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", action);
    message.put("status", feedback.status());
    URI target = URI.create(config.device() + "/" + base + "/" + action + "/feedback");
    call("feedback on action " + action, target, "POST", message);
  }

  private byte[] call(String what, URI target, String method, Map<String, Object> message)
      throws IOException, InterruptedException {
    long timeoutMs = config.limits().requestTimeoutMs();
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    HttpRequest.Builder request = request(target).header("Accept", "application/hal+json, */*");
    if (message == null) {
      request.GET();
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(JSON.std.asString(message)));
    }
    Reply reply = exchange(what, request.build(), deadlineNs);
    try (Body body = reply.body()) {
      byte[] bytes = readAll(what, body, deadlineNs);
      if (reply.status() != 200) {
        throw failure(what, reply, bytes);
      }
      return bytes;
    }
  }

  private byte[] readAll(String what, Body body, long deadlineNs)
      throws IOException, InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[8192];
    while (true) {
      int count = body.read(part, 0, part.length, deadlineNs - System.nanoTime());
      if (count < 0) {
        return bytes.toByteArray();
      }
      bytes.write(part, 0, count);
      if (bytes.size() > config.limits().maxAnswerBytes()) {
        throw new HawkbitException(
            Kind.TOO_LARGE,
            "the answer to "
                + what
                + " has more than "
                + config.limits().maxAnswerBytes()
                + " bytes; the rest was not read");
      }
    }
  }

  /** The token goes to the configured server alone. */
  private HttpRequest.Builder request(URI target) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(target);
    if (config.isOwn(target)) {
      try {
        request.header("Authorization", config.tokenKind().scheme() + " " + config.token().read());
      } catch (IllegalArgumentException e) {
        // the exception's own text would show the token
        throw new HawkbitException(
            Kind.SETTINGS, "the update server's token has characters that no header takes");
      }
    }
    return request;
  }

  private Reply exchange(String what, HttpRequest request, long deadlineNs)
      throws IOException, InterruptedException {
    long bodyBytes = request.bodyPublisher().map(b -> Math.max(0, b.contentLength())).orElse(0L);
    long sentBytes = HttpLink.USUAL_HEADER_BYTES + request.uri().toString().length() + bodyBytes;
    requireUplink(what, link.exchange(sentBytes, HttpLink.USUAL_HEADER_BYTES));
    CompletableFuture<HttpResponse<Body>> pending =
        http.sendAsync(request, head -> new Body(this::received));
    boolean answered = false;
    try {
      HttpResponse<Body> response =
          pending.get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      answered = true;
      return new Reply(response.statusCode(), response.headers(), response.body(), deadlineNs);
    } catch (TimeoutException e) {
      throw new HawkbitException(
          Kind.TIMED_OUT, "no answer to " + what + " from " + config.server() + " in time", -1, e);
    } catch (ExecutionException e) {
      throw new HawkbitException(
          Kind.UNREACHABLE,
          "update server " + config.server() + " not reached for " + what + ": " + e.getCause(),
          -1,
          e.getCause());
    } finally {
      link.exchanged(sentBytes, HttpLink.USUAL_HEADER_BYTES, answered);
      if (!answered) {
        pending.cancel(true);
      }
    }
  }

  private void received(long bytes) {
    uplink.count(Sender.UPDATES, link.received(bytes));
  }

  private void requireUplink(String what, long bytes) throws HawkbitException {
    if (!uplink.take(Sender.UPDATES, bytes)) {
      throw new HawkbitException(
          Kind.BUSY,
          "update server %s is not asked for %s: the uplink has not %d bytes of this day left for updates"
              .formatted(config.server(), what, bytes),
          config.limits().backoffMaxMs(),
          null);
    }
  }

  private HawkbitException failure(String what, Reply reply, byte[] body) {
    int status = reply.status();
    String text = Answers.shorten(new String(body, StandardCharsets.UTF_8));
    String said = "status " + status + " to " + what + (text.isEmpty() ? "" : ": " + text);
    return switch (status) {
      case 401, 403 ->
          new HawkbitException(
              Kind.REFUSED,
              said
                  + "; the server knows no device "
                  + config.controllerId()
                  + " of tenant "
                  + config.tenant()
                  + " with this token: check all three, and that it allows "
                  + config.tokenKind().scheme());
      case 404 -> new HawkbitException(Kind.NOT_FOUND, said);
      case 410 -> new HawkbitException(Kind.CLOSED, said + "; the server has closed the action");
      default -> {
        if (status == 429 || status >= 500) {
          yield new HawkbitException(Kind.BUSY, said, retryAfterMs(reply.headers()), null);
        }
        String hint = status / 100 == 3 ? ", a redirect, which is not followed here" : "";
        yield new HawkbitException(Kind.BAD_ANSWER, said + hint);
      }
    };
  }

  /** Seconds or a date, after RFC 9110, section 10.2.3; -1 if there is none that can be read. */
  private long retryAfterMs(HttpHeaders headers) {
    String value = headers.firstValue("Retry-After").orElse("");
    long limitMs = config.limits().backoffMaxMs();
    if (value.matches("\\d{1,9}")) {
      return Math.min(limitMs, Long.parseLong(value) * 1000);
    }
    try {
      Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Math.clamp(Duration.between(Instant.now(), then).toMillis(), 0, limitMs);
    } catch (DateTimeParseException e) {
      return -1;
    }
  }

  /**
   * Opens an artifact.
   *
   * @param offset first byte that is wanted, 0 to the artifact's size
   * @return exactly the bytes from there to its stated end; reading fails with a {@link
   *     HawkbitException} if fewer or more come, or none for too long
   */
  public InputStream download(Artifact artifact, long offset)
      throws IOException, InterruptedException {
    if (offset < 0 || offset > artifact.size()) {
      throw new IllegalArgumentException(
          "offset " + offset + " is not within artifact " + artifact.name());
    }
    if (offset == artifact.size()) {
      return InputStream.nullInputStream();
    }
    String what = "artifact " + artifact.name();
    URI target = artifact.link();
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      HttpRequest.Builder request = request(target).GET();
      if (offset > 0) {
        request.header("Range", "bytes=" + offset + "-");
      }
      long deadlineNs =
          System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.limits().requestTimeoutMs());
      Reply reply = exchange(what, request.build(), deadlineNs);
      boolean handedOn = false;
      try {
        if (reply.status() == 200 || reply.status() == 206) {
          InputStream opened = opened(artifact, offset, reply);
          handedOn = true;
          return opened;
        }
        if (!List.of(301, 302, 303, 307, 308).contains(reply.status())) {
          throw refusedDownload(what, artifact, offset, reply);
        }
        target = redirected(what, target, reply);
      } finally {
        if (!handedOn) {
          reply.body().close();
        }
      }
    }
    throw new HawkbitException(
        Kind.BAD_ANSWER, what + " was redirected more than " + MAX_REDIRECTS + " times");
  }

  private URI redirected(String what, URI from, Reply reply) throws HawkbitException {
    String location = reply.headers().firstValue("Location").orElse("");
    URI to;
    try {
      to = from.resolve(location).normalize();
    } catch (IllegalArgumentException e) {
      throw new HawkbitException(
          Kind.BAD_ANSWER, what + " was redirected to '" + Answers.shorten(location) + "'", -1, e);
    }
    boolean weaker = HawkbitConfig.isScheme(from, "https") && !HawkbitConfig.isScheme(to, "https");
    if (location.isEmpty() || weaker || !(config.isOwn(to) || answers.mayFetch(to))) {
      throw new HawkbitException(
          Kind.BAD_ANSWER,
          what + " was redirected to '" + Answers.shorten(location) + "', which is not followed");
    }
    return to;
  }

  private HawkbitException refusedDownload(String what, Artifact artifact, long offset, Reply reply)
      throws IOException, InterruptedException {
    if (reply.status() == 416) {
      return new HawkbitException(
          Kind.BAD_ANSWER,
          what
              + " has no byte "
              + offset
              + " on the server ("
              + Answers.shorten(reply.headers().firstValue("Content-Range").orElse("no range"))
              + "), though the action says "
              + artifact.size()
              + " bytes");
    }
    return failure(what, reply, readAll(what, reply.body(), reply.deadlineNs()));
  }

  private InputStream opened(Artifact artifact, long offset, Reply reply)
      throws IOException, InterruptedException {
    long skip = 0;
    if (reply.status() == 206) {
      requireRange(artifact, offset, reply.headers().firstValue("Content-Range").orElse(""));
    } else {
      skip = offset; // the server knows no ranges, or does not want to
      long length = reply.headers().firstValueAsLong("Content-Length").orElse(artifact.size());
      requireLength(artifact, length);
    }
    ArtifactStream stream =
        new ArtifactStream(
            artifact, artifact.size() - offset + skip, reply.body(), config.limits());
    boolean ready = false;
    try {
      stream.skipNBytes(skip);
      ready = true;
      return stream;
    } finally {
      if (!ready) {
        stream.close();
      }
    }
  }

  private static void requireLength(Artifact artifact, long length) throws HawkbitException {
    if (length != artifact.size()) {
      throw new HawkbitException(
          length > artifact.size() ? Kind.TOO_LARGE : Kind.BAD_ANSWER,
          "artifact "
              + artifact.name()
              + " is sent with "
              + length
              + " bytes, the action says "
              + artifact.size());
    }
  }

  private static void requireRange(Artifact artifact, long offset, String header)
      throws HawkbitException {
    Matcher range = CONTENT_RANGE.matcher(header);
    if (!range.matches()
        || Long.parseLong(range.group(1)) != offset
        || Long.parseLong(range.group(2)) >= artifact.size()
        || !(range.group(3).equals("*") || Long.parseLong(range.group(3)) == artifact.size())) {
      throw new HawkbitException(
          Kind.BAD_ANSWER,
          "asked for artifact "
              + artifact.name()
              + " from byte "
              + offset
              + " of "
              + artifact.size()
              + ", the server sends '"
              + Answers.shorten(header)
              + "'");
    }
  }

  HawkbitConfig config() {
    return config;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
