package io.millrace.node.cloud;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.cloud.CloudConfig.Encoding;
import io.millrace.node.cloud.CloudConfig.Input;
import io.millrace.node.cloud.CloudConfig.InputType;
import io.millrace.node.cloud.CloudConfig.Limits;
import io.millrace.node.cloud.CloudConfig.Output;
import io.millrace.node.cloud.CloudInference.Result;
import io.millrace.node.cloud.CloudInference.Result.Answer;
import io.millrace.node.cloud.CloudInference.Result.Failure;
import io.millrace.node.secret.Secret;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.jr.ob.JSON;

@Timeout(30)
class OipCloudInferenceTest {
  private static final String GOOD =
      """
      {"model_name": "gears", "id": "0", "outputs": [
        {"name": "score", "datatype": "FP32", "shape": [1, 3], "data": [2.5E-5, 0.75, -1]}]}
      """;
  private static final Limits QUICK = new Limits(300, 400, 3, 5, 20, 64 * 1024, 3, 60_000, 240_000);
  private static final float[] SAMPLES = {1f, -2.25f, 3.4028235E38f, 1e-9f};

  private static CloudConfig config(URI server) {
    return CloudConfig.of(
            server, "gears", Input.fp32("window", List.of(1L, 4L)), List.of(Output.of("score", 3)))
        .withLimits(QUICK);
  }

  private static Result call(CloudConfig config, long deadlineMs) throws InterruptedException {
    try (CloudInference cloud = OipCloudInference.open(config, Clock.system())) {
      return cloud.infer(SAMPLES, System.nanoTime() + deadlineMs * 1_000_000);
    }
  }

  private static Failure failure(ScriptedServer.Script script) throws Exception {
    try (ScriptedServer server = new ScriptedServer(script)) {
      return assertInstanceOf(Failure.class, call(config(server.uri()), 3_000));
    }
  }

  @Test
  void shouldAskForNamedOutputsAndReadThem() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.json(200, GOOD))) {
      CloudConfig config = config(server.uri()).withVersion("2 b");
      Answer answer = assertInstanceOf(Answer.class, call(config, 3_000));
      assertArrayEquals(new float[] {2.5E-5f, 0.75f, -1f}, answer.outputs().getFirst());
      ScriptedServer.Asked asked = server.asked().getFirst();
      assertEquals("/v2/models/gears/versions/2 b/infer", asked.path());
      assertEquals("application/json", asked.headers().getFirst("Content-Type"));
      Map<String, Object> body = JSON.std.mapFrom(asked.text());
      assertEquals(List.of(Map.of("name", "score")), body.get("outputs"));
      Map<?, ?> input = (Map<?, ?>) ((List<?>) body.get("inputs")).getFirst();
      assertEquals("FP32", input.get("datatype"));
      assertEquals(List.of(1, 4), input.get("shape"));
      List<?> data = (List<?>) input.get("data");
      for (int i = 0; i < SAMPLES.length; i++) {
        assertEquals(SAMPLES[i], ((Number) data.get(i)).floatValue(), "exact as text");
      }
      assertTrue(answer.sentBytes() > asked.body().length);
      assertTrue(answer.receivedBytes() > GOOD.length());
    }
  }

  @Test
  void shouldSpeakTheBinaryExtensionBothWays() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((exchange, number) -> {
          String json =
              "{\"model_name\":\"gears\",\"outputs\":["
                  + "{\"name\":\"extra\",\"datatype\":\"INT8\",\"shape\":[2],"
                  + "\"parameters\":{\"binary_data_size\":2}},"
                  + "{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1,3],"
                  + "\"parameters\":{\"binary_data_size\":12}}]}";
          ByteBuffer body = ByteBuffer.allocate(json.length() + 14).order(ByteOrder.LITTLE_ENDIAN);
          body.put(json.getBytes(StandardCharsets.US_ASCII)).put((byte) 1).put((byte) 2);
          body.putFloat(0.5f).putFloat(-8f).putFloat(1e-20f);
          exchange
              .getResponseHeaders()
              .set(OipRequest.JSON_LENGTH_HEADER, Integer.toString(json.length()));
          exchange.sendResponseHeaders(200, body.capacity());
          exchange.getResponseBody().write(body.array());
        })) {
      Answer answer =
          assertInstanceOf(
              Answer.class, call(config(server.uri()).withEncoding(Encoding.BINARY), 3_000));
      assertArrayEquals(new float[] {0.5f, -8f, 1e-20f}, answer.outputs().getFirst());
      ScriptedServer.Asked asked = server.asked().getFirst();
      int jsonLength = Integer.parseInt(asked.headers().getFirst(OipRequest.JSON_LENGTH_HEADER));
      assertEquals(asked.body().length, jsonLength + 16);
      ByteBuffer sent = ByteBuffer.wrap(asked.body()).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 4; i++) {
        assertEquals(SAMPLES[i], sent.getFloat(jsonLength + 4 * i));
      }
      assertTrue(asked.text().contains("\"binary_data\":true"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "BINARY"})
  void shouldQuantizeHalfToEvenAndClamp(Encoding encoding) throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.json(200, GOOD))) {
      CloudConfig base = config(server.uri());
      Input input = new Input("window", List.of(4L), InputType.INT8, 0.5f, -3);
      CloudConfig config =
          new CloudConfig(
              base.server(),
              base.model(),
              base.version(),
              input,
              base.outputs(),
              encoding,
              base.token(),
              base.limits());
      try (CloudInference cloud = OipCloudInference.open(config, Clock.system())) {
        float[] samples = {0.25f, 0.75f, 1e30f, -1e30f};
        assertInstanceOf(Answer.class, cloud.infer(samples, System.nanoTime() + 3_000_000_000L));
      }
      ScriptedServer.Asked asked = server.asked().getFirst();
      if (encoding == Encoding.JSON) {
        assertTrue(asked.text().contains("\"data\":[-3,-1,127,-128]"), asked.text());
      } else {
        assertTrue(
            asked
                .text()
                .endsWith(new String(new byte[] {-3, -1, 127, -128}, StandardCharsets.ISO_8859_1)));
      }
    }
  }

  @Test
  void shouldScaleIntegerOutputs() throws Exception {
    byte[] body =
        "{\"outputs\":[{\"name\":\"y\",\"datatype\":\"INT8\",\"shape\":[2],\"data\":[-128,[127]]}]}"
            .getBytes(StandardCharsets.UTF_8);
    Output output = new Output("y", OptionalInt.empty(), 0.25f, -128);
    assertArrayEquals(
        new float[] {0f, 63.75f},
        OipResponse.outputs(
                body,
                OptionalInt.empty(),
                CloudConfig.of(
                    URI.create("http://cloud.example"),
                    "gears",
                    Input.fp32("window", List.of(1L)),
                    List.of(output)))
            .getFirst());
  }

  @Test
  void shouldRefuseTheAnswerOfAnotherModelOrVersion() throws Exception {
    Failure other = failure(ScriptedServer.json(200, GOOD.replace("gears", "wheels")));
    assertTrue(
        other.reason().contains("bad answer: model_name is 'wheels', asked was 'gears'"),
        other.reason());
    String versioned = GOOD.replace("\"id\"", "\"model_version\": \"3\", \"id\"");
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.json(200, versioned))) {
      assertInstanceOf(Answer.class, call(config(server.uri()), 3_000));
      assertInstanceOf(Answer.class, call(config(server.uri()).withVersion("3"), 3_000));
      Failure older =
          assertInstanceOf(Failure.class, call(config(server.uri()).withVersion("2"), 3_000));
      assertTrue(older.reason().contains("model_version is '3', asked was '2'"), older.reason());
    }
  }

  @Test
  void shouldNotDependOnMetadata() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((exchange, number) -> {
          if (exchange.getRequestURI().getPath().endsWith("/infer")) {
            ScriptedServer.send(exchange, 200, "application/json", GOOD);
          } else {
            ScriptedServer.send(exchange, 500, "application/json", "{\"error\": \"no\"}");
          }
        })) {
      assertInstanceOf(Answer.class, call(config(server.uri()), 3_000));
      assertEquals(1, server.asked().size());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "404 | {\"error\": \"Model not found: gears\"}          | status 404: Model not found: gears | 1",
        "400 | {\"error\": \"Invalid JSON input\"}              | status 400: Invalid JSON input     | 1",
        "401 | ``                                               | status 401                         | 1",
        "500 | {\"error\": \"NullPointerException: array\"}     | status 500: NullPointerException   | 3",
        "503 | {\"code\": 503, \"message\": \"no worker\"}      | status 503: no worker              | 3",
        "302 | <html>log in</html>                              | redirect, which is not followed    | 1",
      })
  void shouldReportTheStatusAndRepeatOnlyWhatMaySucceed(
      int status, String body, String reason, int attempts) throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.json(status, body))) {
      Failure failure = assertInstanceOf(Failure.class, call(config(server.uri()), 3_000));
      assertTrue(failure.reason().contains(reason), failure.reason());
      assertEquals(attempts, server.asked().size());
      assertTrue(failure.sentBytes() > 100L * attempts);
      assertTrue(failure.receivedBytes() > body.length() * (long) attempts);
    }
  }

  @Test
  void shouldSucceedAtTheSecondAttempt() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((exchange, number) ->
            ScriptedServer.send(
                exchange, number == 1 ? 500 : 200, "application/json", number == 1 ? "" : GOOD))) {
      Answer answer = assertInstanceOf(Answer.class, call(config(server.uri()), 3_000));
      int body = server.asked().getFirst().body().length;
      assertTrue(answer.sentBytes() > 2L * body, "both attempts cost");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"outputs\":[                                                                      | not JSON",
        "[1,2]                                                                               | not",
        "{}                                                                                  | outputs is missing",
        "{\"outputs\":[7]}                                                                   | not a JSON object",
        "{\"outputs\":[]}                                                                    | score is missing",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}]}    | 4 samples, not 3",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2]}]}        | has 2 samples, its shape says 3",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[-3],\"data\":[1,2,3]}]}       | has shape [-3]",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,\"a\",3]}]}  | 'a' at 1",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,1e999,3]}]}  | not a finite number",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,NaN,3]}]}    | not JSON",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"BYTES\",\"shape\":[3],\"data\":[1,2,3]}]}       | datatype BYTES",
        "{\"outputs\":[{\"name\":\"score\",\"datatype\":\"FP32\",\"shape\":[3],\"parameters\":{\"binary_data_size\":99}}]} | 0 are left",
      })
  void shouldTakeNoWrongAnswer(String body, String reason) throws Exception {
    Failure failure = failure(ScriptedServer.json(200, body));
    assertTrue(failure.reason().contains(reason), failure.reason());
  }

  @Test
  void shouldTakeNoPageOfACaptivePortal() throws Exception {
    Failure failure =
        failure((exchange, number) ->
            ScriptedServer.send(
                exchange, 200, "text/html; charset=utf-8", "<html>Welcome!</html>"));
    assertTrue(failure.reason().contains("captive portal"), failure.reason());
  }

  @Test
  void shouldTakeNoNonsenseAsJsonLength() throws Exception {
    for (String length : List.of("x", "-1", "999999", "99999999999")) {
      Failure failure =
          failure((exchange, number) -> {
            exchange.getResponseHeaders().set(OipRequest.JSON_LENGTH_HEADER, length);
            ScriptedServer.send(exchange, 200, "application/octet-stream", GOOD);
          });
      assertTrue(failure.reason().contains(length), failure.reason());
    }
  }

  @Test
  void shouldReadNoMoreThanItsLimitOfAnEndlessBody() throws Exception {
    Failure failure =
        failure((exchange, number) -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            byte[] part = new byte[8192];
            while (true) {
              out.write(part);
            }
          }
        });
    assertTrue(failure.reason().contains("more than 65536 bytes"), failure.reason());
    assertTrue(failure.receivedBytes() > 65536 && failure.receivedBytes() < 1_000_000);
  }

  @Test
  void shouldEndByItsDeadlineWhenTheBodyTrickles() throws Exception {
    long beganNs = System.nanoTime();
    try (ScriptedServer server =
        new ScriptedServer((exchange, number) -> {
          exchange.sendResponseHeaders(200, 1000);
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 1000; i++) {
              out.write(' ');
              out.flush();
              Thread.sleep(20);
            }
          }
        })) {
      Failure failure = assertInstanceOf(Failure.class, call(config(server.uri()), 700));
      assertTrue(failure.reason().contains("no answer within"), failure.reason());
      assertTrue(failure.receivedBytes() > 30, "what came is counted");
      assertTrue(System.nanoTime() - beganNs < 5_000_000_000L, "the trickle lasts 20 s");
      assertTrue(server.asked().size() <= 3);
    }
  }

  @Test
  void shouldFailWhenTheConnectionIsReset() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                try (Socket socket = listening.accept()) {
                  socket.setSoLinger(true, 0);
                  socket.getInputStream().read();
                }
              }
            } catch (IOException closed) {
              // the test is over
            }
          });
      URI uri = URI.create("http://127.0.0.1:" + listening.getLocalPort());
      Failure failure = assertInstanceOf(Failure.class, call(config(uri), 3_000));
      assertTrue(failure.reason().contains("no attempt left after 3"), failure.reason());
    }
  }

  @Test
  void shouldFailWithoutAServerAndWithoutAName() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    for (String host : List.of("127.0.0.1", "no-such-host.invalid")) {
      URI uri = URI.create("http://" + host + ":" + port);
      Failure failure = assertInstanceOf(Failure.class, call(config(uri), 3_000));
      assertTrue(failure.reason().contains("Exception"), failure.reason());
    }
  }

  @Test
  void shouldOpenTheBreakerAndSendNothingMore() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(ScriptedServer.json(404, "{\"error\": \"gone\"}"));
        CloudInference cloud = OipCloudInference.open(config(server.uri()), Clock.system())) {
      for (int i = 0; i < 3; i++) {
        assertTrue(cloud.available());
        cloud.infer(SAMPLES, System.nanoTime() + 3_000_000_000L);
      }
      assertFalse(cloud.available());
      Result refused = cloud.infer(SAMPLES, System.nanoTime() + 3_000_000_000L);
      Failure failure = assertInstanceOf(Failure.class, refused);
      assertTrue(failure.reason().contains("circuit breaker"), failure.reason());
      assertEquals(0, failure.sentBytes());
      assertEquals(3, server.asked().size());
    }
  }

  @Test
  void shouldSendTheTokenAsItIsOnDiskNowAndNeverShowIt(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("token");
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.json(200, GOOD))) {
      CloudConfig config = config(server.uri()).withToken(new Secret.FromFile(file));
      try (CloudInference cloud = OipCloudInference.open(config, Clock.system())) {
        for (String token : List.of("s3cret-one", "s3cret-two")) {
          Files.writeString(file, token + "\n");
          cloud.infer(SAMPLES, System.nanoTime() + 3_000_000_000L);
          assertEquals(
              "Bearer " + token, server.asked().getLast().headers().getFirst("Authorization"));
        }
        Files.writeString(file, "bad\ntoken-s3cret");
        Result broken = cloud.infer(SAMPLES, System.nanoTime() + 3_000_000_000L);
        Failure failure = assertInstanceOf(Failure.class, broken);
        assertFalse(failure.reason().contains("s3cret"), failure.reason());
        assertEquals(2, server.asked().size());
      }
      Secret literal = new Secret.Literal("s3cret");
      assertFalse(config.withToken(literal).toString().contains("s3cret"));
    }
  }

  @Test
  void shouldRefuseUnusableInputWithoutSending() throws Exception {
    CloudConfig config = config(URI.create("http://127.0.0.1:1"));
    try (CloudInference cloud = OipCloudInference.open(config, Clock.system())) {
      long deadlineNs = System.nanoTime() + 3_000_000_000L;
      Failure wrong = assertInstanceOf(Failure.class, cloud.infer(new float[3], deadlineNs));
      assertTrue(wrong.reason().contains("3 samples"), wrong.reason());
      float[] nan = {0, Float.NaN, 0, 0};
      Failure notSent = assertInstanceOf(Failure.class, cloud.infer(nan, deadlineNs));
      assertTrue(notSent.reason().contains("NaN at 1"), notSent.reason());
      Failure late = assertInstanceOf(Failure.class, cloud.infer(SAMPLES, System.nanoTime() - 1));
      assertTrue(late.reason().contains("deadline"), late.reason());
      assertTrue(cloud.available(), "none of it is the server's fault");
    }
  }

  @Test
  void shouldEstimateTrafficBeforeAndKnowItAfter() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.json(200, GOOD))) {
      // patient: a second attempt, which a busy machine may need, would be counted too
      CloudConfig config = config(server.uri()).withLimits(Limits.DEFAULT);
      assertTrafficIsEstimatedThenKnown(config);
    }
  }

  private static void assertTrafficIsEstimatedThenKnown(CloudConfig config)
      throws InterruptedException {
    try (CloudInference cloud = OipCloudInference.open(config, Clock.system())) {
      long before = cloud.traffic().sentBytes();
      Result result = cloud.infer(SAMPLES, System.nanoTime() + 3_000_000_000L);
      Answer answer = assertInstanceOf(Answer.class, result);
      assertEquals(answer.sentBytes(), cloud.traffic().sentBytes());
      assertEquals(answer.receivedBytes(), cloud.traffic().receivedBytes());
      assertTrue(Math.abs(before - answer.sentBytes()) < 250, "the estimate has the right size");
    }
  }

  @Test
  void shouldExpectOfTheNextCallWhatAFailedOneTook() throws Exception {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.json(500, " ".repeat(20_000)));
        CloudInference cloud =
            OipCloudInference.open(config(server.uri()).withLimits(QUICK), Clock.system())) {
      long before = cloud.traffic().sentBytes();
      Failure failure =
          assertInstanceOf(
              Failure.class, cloud.infer(SAMPLES, System.nanoTime() + 30_000_000_000L));
      assertEquals(Math.max(before, failure.sentBytes()), cloud.traffic().sentBytes());
      assertTrue(failure.receivedBytes() >= 20_000, failure.toString());
      assertEquals(failure.receivedBytes(), cloud.traffic().receivedBytes());
    }
  }
}
