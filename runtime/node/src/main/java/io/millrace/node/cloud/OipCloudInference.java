package io.millrace.node.cloud;

import io.millrace.node.uplink.HttpLink;
import io.millrace.node.uplink.WireBytes;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import javax.net.ssl.SSLException;

/**
 * The Open Inference Protocol v2 over HTTP/1.1. A call ends by its deadline, whatever the server
 * does. What may succeed a second time (no connection, a broken one, 429, 5xx, no answer in the
 * attempt's time) is tried again; anything else, such as a page of a captive portal, is a failure
 * at once. Redirects are not followed.
 */
public final class OipCloudInference implements CloudInference {
  /** Before the first call: what headers take in either direction, and an output's JSON. */
  private static final int USUAL_HEADER_BYTES = 350;

  private static final int USUAL_OUTPUT_BYTES = 400;

  private final CloudConfig config;
  private final Clock clock;
  private final HttpClient client;
  private final CircuitBreaker breaker;
  private final DoubleSupplier random;
  private final HttpLink link;
  private volatile TrafficEstimate traffic;
  private long calls;
  private long carriedBytes;

  private OipCloudInference(CloudConfig config, Clock clock, DoubleSupplier random) {
    this.config = config;
    this.clock = clock;
    this.random = random;
    breaker = new CircuitBreaker(config.limits(), clock, random);
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofMillis(config.limits().connectTimeoutMs()))
            .build();
    link = HttpLink.to(config.server(), clock);
    int body = OipRequest.of(config, new float[config.input().elements()], "0").body().length;
    traffic =
        new TrafficEstimate(
            USUAL_HEADER_BYTES + (long) body,
            USUAL_HEADER_BYTES + (long) USUAL_OUTPUT_BYTES * config.outputs().size());
  }

  /** Opens a client; nothing is sent before the first call. */
  public static CloudInference open(CloudConfig config, Clock clock) {
    return new OipCloudInference(config, clock, () -> ThreadLocalRandom.current().nextDouble());
  }

  /** Bytes and time of one call as it goes on. */
  private static final class Call {
    private final int bodyBytes;
    private final HttpRequest request;
    private final long deadlineNs;
    private long sentBytes;
    private long receivedBytes;

    private Call(int bodyBytes, HttpRequest request, long deadlineNs) {
      this.bodyBytes = bodyBytes;
      this.request = request;
      this.deadlineNs = deadlineNs;
    }

    private Result.Failure failure(String reason) {
      return new Result.Failure(reason, sentBytes, receivedBytes);
    }
  }

  /** What one attempt led to: the end of the call, or a reason to try again. */
  private sealed interface Step {
    record End(Result result) implements Step {}

    record Again(String reason) implements Step {}
  }

  @Override
  public Result infer(float[] input, long deadlineNs) throws InterruptedException {
    String unusable = whyUnusable(input);
    if (!unusable.isEmpty()) {
      return new Result.Failure(unusable, 0, 0);
    }
    if (deadlineNs - clock.nanoTime() <= 0) {
      return new Result.Failure("the deadline was over before the call began", 0, 0);
    }
    carriedBytes = 0;
    OipRequest request = OipRequest.of(config, input, Long.toString(calls++));
    HttpRequest http;
    try {
      http = http(request);
    } catch (IOException | IllegalArgumentException e) {
      // IllegalArgumentException: a token that no header may hold; its text may show the token
      String why = e instanceof IOException ? e.getMessage() : "it has characters no header takes";
      return new Result.Failure("the cloud token cannot be used: " + why, 0, 0);
    }
    if (!breaker.enter()) {
      return new Result.Failure(
          "circuit breaker is open for another " + breaker.remainingMs() + " ms", 0, 0);
    }
    boolean decided = false;
    try {
      Result result = attempts(new Call(request.body().length, http, deadlineNs));
      if (result instanceof Result.Answer) {
        breaker.succeeded();
      } else {
        breaker.failed();
        expectAgain((Result.Failure) result);
      }
      decided = true;
      return result;
    } finally {
      if (!decided) {
        breaker.undecided();
      }
    }
  }

  /** A server that made a call dear, by attempts or by its answer, may do so again. */
  private void expectAgain(Result.Failure failure) {
    traffic =
        new TrafficEstimate(
            Math.max(traffic.sentBytes(), failure.sentBytes()),
            Math.max(traffic.receivedBytes(), failure.receivedBytes()));
  }

  private String whyUnusable(float[] input) {
    int expected = config.input().elements();
    if (input.length != expected) {
      return "input has "
          + input.length
          + " samples, cloud model "
          + config.model()
          + " takes "
          + expected
          + " "
          + config.input().shape();
    }
    for (int i = 0; i < input.length; i++) {
      if (!Float.isFinite(input[i])) {
        return "input has " + input[i] + " at " + i + ", which is not sent";
      }
    }
    return "";
  }

  private HttpRequest http(OipRequest request) throws IOException {
    boolean binary = request.jsonLength().isPresent();
    HttpRequest.Builder http =
        HttpRequest.newBuilder(OipRequest.target(config))
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()))
            .header("Content-Type", binary ? "application/octet-stream" : "application/json")
            .header(
                "Accept",
                binary ? "application/octet-stream, application/json" : "application/json");
    if (binary) {
      int length = request.jsonLength().getAsInt();
      http.header(OipRequest.JSON_LENGTH_HEADER, Integer.toString(length));
    }
    if (config.token().isPresent()) {
      http.header("Authorization", "Bearer " + config.token().get().read());
    }
    return http.build();
  }

  private Result attempts(Call call) throws InterruptedException {
    CloudConfig.Limits limits = config.limits();
    long backoffNs = limits.backoffMinMs() * 1_000_000L;
    for (int attempt = 1; ; attempt++) {
      Step step = attempt(call);
      if (step instanceof Step.End end) {
        return end.result();
      }
      String reason = ((Step.Again) step).reason();
      long waitNs = backoffNs / 2 + (long) (backoffNs / 2.0 * random.getAsDouble());
      long leftNs = call.deadlineNs - clock.nanoTime();
      if (attempt >= limits.maxAttempts() || leftNs <= waitNs) {
        String end = leftNs <= waitNs ? "no time left" : "no attempt left";
        return call.failure(reason + "; " + end + " after " + attempt);
      }
      clock.sleep(waitNs);
      backoffNs = Math.min(backoffNs * 2, limits.backoffMaxMs() * 1_000_000L);
    }
  }

  private Step attempt(Call call) throws InterruptedException {
    long leftNs = call.deadlineNs - clock.nanoTime();
    if (leftNs <= 0) {
      return new Step.End(call.failure("the deadline is over"));
    }
    long timeoutNs = Math.min(leftNs, config.limits().attemptTimeoutMs() * 1_000_000L);
    HttpAttempt attempt = new HttpAttempt(client, config.limits().maxResponseBytes());
    HttpAttempt.Outcome outcome;
    boolean answered = false;
    boolean reached = true;
    try {
      outcome = attempt.exchange(call.request, call.bodyBytes, timeoutNs);
      answered = outcome instanceof HttpAttempt.Outcome.Response;
      reached =
          !(outcome instanceof HttpAttempt.Outcome.Broken b && WireBytes.neverOpened(b.cause()));
    } finally {
      carriedBytes +=
          reached
              ? link.exchanged(attempt.sentBytes(), attempt.receivedBytes(), answered)
              : link.unreached();
      call.sentBytes += attempt.sentBytes();
      call.receivedBytes += attempt.receivedBytes();
    }
    return switch (outcome) {
      case HttpAttempt.Outcome.TimedOut timedOut ->
          new Step.Again("no answer within " + timeoutNs / 1_000_000 + " ms");
      case HttpAttempt.Outcome.Broken broken -> broken(call, broken.cause());
      case HttpAttempt.Outcome.Response response -> response(call, response, attempt);
    };
  }

  private static Step broken(Call call, Throwable cause) {
    String reason = OipResponse.shorten(describe(cause));
    // a second try meets the same certificate, and the same endless body
    if (cause instanceof SSLException || cause instanceof HttpAttempt.TooLargeException) {
      return new Step.End(call.failure(reason));
    }
    return new Step.Again(reason);
  }

  /** Some network exceptions have a name and no message, some have the message one cause below. */
  private static String describe(Throwable cause) {
    StringBuilder text = new StringBuilder(cause.getClass().getSimpleName());
    Throwable each = cause;
    for (int depth = 0; each != null && depth < 3; depth++) {
      if (each.getMessage() != null) {
        return text.append(": ").append(each.getMessage()).toString();
      }
      each = each.getCause();
      if (each != null) {
        text.append(", ").append(each.getClass().getSimpleName());
      }
    }
    return text.toString();
  }

  private Step response(Call call, HttpAttempt.Outcome.Response response, HttpAttempt attempt) {
    int status = response.status();
    String type = response.headers().firstValue("Content-Type").orElse("no content type");
    if (status != 200) {
      String message = OipResponse.errorMessage(response.body());
      String reason = "status " + status + (message.isEmpty() ? "" : ": " + message);
      if (status == 429 || status >= 500) {
        return new Step.Again(reason);
      }
      String hint = status >= 300 && status < 400 ? ", a redirect, which is not followed" : "";
      return new Step.End(call.failure(reason + hint));
    }
    if (type.toLowerCase(Locale.ROOT).startsWith("text/")) {
      return new Step.End(
          call.failure(
              "status 200 with "
                  + OipResponse.shorten(type)
                  + " instead of an answer: a captive portal or proxy?"));
    }
    try {
      List<float[]> outputs = OipResponse.outputs(response.body(), jsonLength(response), config);
      traffic = new TrafficEstimate(attempt.sentBytes(), attempt.receivedBytes());
      return new Step.End(new Result.Answer(outputs, call.sentBytes, call.receivedBytes));
    } catch (OipResponse.BadResponseException e) {
      return new Step.End(call.failure("bad answer: " + e.getMessage()));
    }
  }

  private static OptionalInt jsonLength(HttpAttempt.Outcome.Response response)
      throws OipResponse.BadResponseException {
    String value = response.headers().firstValue(OipRequest.JSON_LENGTH_HEADER).orElse("");
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(value));
    } catch (NumberFormatException e) {
      throw new OipResponse.BadResponseException(
          OipRequest.JSON_LENGTH_HEADER + " is '" + OipResponse.shorten(value) + "', not a number");
    }
  }

  @Override
  public boolean available() {
    return breaker.allows();
  }

  @Override
  public TrafficEstimate traffic() {
    return traffic;
  }

  @Override
  public long linkBytes() {
    TrafficEstimate usual = traffic;
    return link.exchange(usual.sentBytes(), usual.receivedBytes());
  }

  @Override
  public long linkBytes(long sentBytes, long receivedBytes) {
    return sentBytes == 0 && receivedBytes == 0 ? 0 : carriedBytes;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
