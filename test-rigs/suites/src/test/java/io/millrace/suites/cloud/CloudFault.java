package io.millrace.suites.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/** What can be wrong with a cloud. */
enum CloudFault {
  /** Answers, but long after the deadline. */
  SLOW("no answer within", 5_000, 1),
  /** Begins to answer at once, and goes on and on. */
  DRIPPING("no answer within", 25, 40),
  REFUSED("ConnectException", 1_000, 300),
  BLACKHOLED("no answer within", 25, 40),
  HANGING_UP("EOF|IOException|SocketException|reset", 1_000, 300),
  NO_OUTPUT("bad answer: .*output", 1_000, 300),
  WRONG_COUNT("bad answer: .*3", 1_000, 300),
  WRONG_SHAPE("bad answer: .*(shape|\\[2, ?4\\]|8)", 1_000, 300),
  NOT_A_NUMBER("bad answer: .*NaN", 1_000, 300),
  WRONG_TYPE("bad answer: .*datatype BYTES", 1_000, 300),
  TEXT("bad answer: .*'loud' at 0, not a number", 1_000, 300),
  ANOTHER_MODEL("bad answer: model_name is 'squeak', asked was 'echo'", 1_000, 300),
  BEYOND_NUMBERS("bad answer: .*not a finite number", 1_000, 300),
  NO_JSON("bad answer: the body is not JSON", 1_000, 300),
  HUGE_BODY("more than \\d+ bytes", 1_000, 300),
  ERROR_500("status 500: out of memory", 1_000, 300),
  EXPIRED_CERTIFICATE("validity check failed|expired", 1_000, 100),
  NO_NAME("UnresolvedAddress", 1_000, 100),
  PORTAL_REDIRECT("status 302, a redirect, which is not followed", 1_000, 300),
  PORTAL_PAGE("status 200 with text/html.* captive portal", 1_000, 300);

  /** Well beyond the deadline of the pipelines here. */
  private static final int SLOW_MS = 3_000;

  /** What the reason given for a failed call must hold. */
  final String reason;

  /** What one attempt may take, milliseconds. */
  final int attemptMs;

  /** Calls that fail in a row before the client gives the server a rest. */
  final int calls;

  CloudFault(String reason, int attemptMs, int calls) {
    this.reason = reason;
    this.attemptMs = attemptMs;
    this.calls = calls;
  }

  FaultyCloud open(Authority authority) throws Exception {
    return switch (this) {
      case SLOW ->
          ScriptedCloud.of((exchange, body) -> {
            Thread.sleep(SLOW_MS);
            ScriptedCloud.healthy(exchange, body);
          });
      case DRIPPING -> ScriptedCloud.of((exchange, body) -> ScriptedCloud.endless(exchange, 1, 5));
      case REFUSED -> FaultyCloud.nobodyAt(closedPort());
      case BLACKHOLED -> SilentCloud.blackhole();
      case HANGING_UP -> SilentCloud.hangingUp();
      case NO_OUTPUT ->
          ScriptedCloud.of((exchange, body) ->
              ScriptedCloud.send(
                  exchange, 200, "application/json", "{\"model_name\":\"echo\",\"outputs\":[]}"));
      case WRONG_COUNT -> output("[1,3]", "1,0,0");
      case WRONG_SHAPE -> output("[2,4]", "1,0,0,0");
      case NOT_A_NUMBER -> output("[1,4]", "NaN,0,0,0");
      case WRONG_TYPE ->
          ScriptedCloud.of((exchange, body) ->
              ScriptedCloud.send(
                  exchange,
                  200,
                  "application/json",
                  "{\"outputs\":[{\"name\":\"out\",\"datatype\":\"BYTES\",\"shape\":[1,4],\"data\":[1,0,0,0]}]}"));
      case TEXT -> output("[1,4]", "\"loud\",0,0,0");
      case ANOTHER_MODEL ->
          ScriptedCloud.of((exchange, body) ->
              ScriptedCloud.send(
                  exchange,
                  200,
                  "application/json",
                  "{\"model_name\":\"squeak\",\"outputs\":[{\"name\":\"out\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,0,0,0]}]}"));
      case BEYOND_NUMBERS -> output("[1,4]", "1e999,0,0,0");
      case NO_JSON ->
          ScriptedCloud.of((exchange, body) ->
              ScriptedCloud.send(exchange, 200, "application/json", "{\"outputs\":[{\"na"));
      case HUGE_BODY ->
          ScriptedCloud.of((exchange, body) -> ScriptedCloud.endless(exchange, 8_192, 0));
      case ERROR_500 ->
          ScriptedCloud.of((exchange, body) ->
              ScriptedCloud.send(
                  exchange, 500, "application/json", "{\"error\":\"out of memory\"}"));
      case EXPIRED_CERTIFICATE ->
          ScriptedCloud.withTls(authority.server("expired"), ScriptedCloud::healthy);
      case NO_NAME -> FaultyCloud.nobodyAt(URI.create("http://cloud.invalid:8000"));
      case PORTAL_REDIRECT ->
          ScriptedCloud.of((exchange, body) -> {
            exchange.getResponseHeaders().set("Location", "http://10.0.0.1/login");
            ScriptedCloud.send(exchange, 302, "text/html", "<a href=/login>moved</a>");
          });
      case PORTAL_PAGE ->
          ScriptedCloud.of((exchange, body) ->
              ScriptedCloud.send(
                  exchange, 200, "text/html; charset=utf-8", "<html>Welcome!</html>"));
    };
  }

  private static ScriptedCloud output(String shape, String data) throws IOException {
    return ScriptedCloud.of((exchange, body) -> ScriptedCloud.output(exchange, shape, data));
  }

  private static URI closedPort() {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + probe.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
