package io.millrace.ota.hawkbit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.budget.UplinkLimit;
import io.millrace.node.secret.Secret;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Unmetered;
import io.millrace.node.uplink.Uplink;
import io.millrace.ota.hawkbit.HawkbitException.Kind;
import io.millrace.ota.hawkbit.HawkbitServer.Fault;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HawkbitClientTest {
  static final HawkbitConfig.Limits QUICK =
      new HawkbitConfig.Limits(
          2_000, 1_500, 700, 20_000, 100_000, 10_000_000, 8, 1_000, 3_600_000, 100, 1_000);

  private final byte[] model = bytes(300_000);
  private HawkbitServer server;
  private HawkbitClient client;

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  static HawkbitConfig config(HawkbitServer server, String device, String token) {
    return HawkbitConfig.of(server.uri(), device, new Secret.Literal(token)).withLimits(QUICK);
  }

  @BeforeEach
  void start() throws IOException {
    server = new HawkbitServer("pi-kitchen", "right", 0);
    client =
        HawkbitClient.open(config(server, "pi-kitchen", "right"), Unmetered.uplink(Clock.system()));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private static HawkbitException fails(Kind kind, Executable call) {
    HawkbitException failure = assertThrows(HawkbitException.class, call);
    assertEquals(kind, failure.kind(), failure::toString);
    assertFalse(failure.getMessage().contains("right"), "the token is never shown");
    return failure;
  }

  private Deployment deployment() throws Exception {
    server.assign(Map.of("bearing.mill", model), "forced");
    return client.deployment(client.poll().deployment().orElseThrow());
  }

  private byte[] read(long offset, Artifact artifact) throws Exception {
    try (InputStream in = client.download(artifact, offset)) {
      return in.readAllBytes();
    }
  }

  @Test
  void shouldReadWhatTheServerSays() throws Exception {
    Poll idle = client.poll();
    assertEquals(300_000, idle.sleepMs());
    assertTrue(idle.deployment().isEmpty() && idle.cancel().isEmpty());
    client.putConfigData(idle.configData().orElseThrow(), Map.of("runtime", "millrace"));
    assertEquals(Map.of("runtime", "millrace"), server.attributes());
    assertTrue(client.poll().configData().isEmpty());
    Deployment deployment = deployment();
    assertEquals("1", deployment.id());
    assertEquals(Deployment.Handling.FORCED, deployment.update());
    assertEquals(Deployment.Window.NONE, deployment.window());
    Artifact artifact = deployment.artifacts().getFirst();
    assertEquals("bearing.mill", artifact.name());
    assertEquals(HawkbitServer.sha256(model), artifact.sha256());
    assertEquals(300_000, artifact.size());
    client.feedback(
        "1",
        new Feedback(Feedback.Execution.PROCEEDING, Feedback.Finished.NONE, 1, 4, List.of("x")));
    assertTrue(server.asked().getLast().body().contains("\"of\":4"));
    client.feedback("1", Feedback.closed(true, List.of("activated")));
    assertEquals(List.of("proceeding none", "closed success"), server.history(1));
    fails(Kind.CLOSED, () -> client.feedback("1", Feedback.closed(true, List.of("again"))));
    fails(Kind.NOT_FOUND, () -> client.feedback("99", Feedback.closed(true, List.of())));
  }

  @Test
  void shouldCountWhatTravelsAndAskNothingOnceTheDayIsUsedUp() throws Exception {
    Optional<UplinkLimit> limit = Optional.of(new UplinkLimit(330_000, 0, Optional.empty()));
    try (Uplink uplink = Uplink.open(limit, Clock.system(), e -> {});
        HawkbitClient metered = HawkbitClient.open(config(server, "pi-kitchen", "right"), uplink)) {
      server.assign(Map.of("bearing.mill", model), "forced");
      Deployment deployment = metered.deployment(metered.poll().deployment().orElseThrow());
      long before = uplink.sent(Sender.UPDATES);
      assertTrue(before > 2_000, "two questions: " + before);
      try (InputStream in = metered.download(deployment.artifacts().getFirst(), 0)) {
        assertArrayEquals(model, in.readAllBytes());
      }
      long download = uplink.sent(Sender.UPDATES) - before;
      assertTrue(download > 300_000 && download < 360_000, "with its packets: " + download);
      int asked = server.asked().size();
      HawkbitException refused = fails(Kind.BUSY, metered::poll);
      assertTrue(refused.isPassing() && refused.retryAfterMs().isPresent());
      assertEquals(asked, server.asked().size(), "the server was not asked");
    }
  }

  @Test
  void shouldReadEveryHandlingAndWindow() throws Exception {
    int action = server.assign(Map.of("a", model), "attempt");
    server.window(action, "unavailable");
    Deployment soft = client.deployment(client.poll().deployment().orElseThrow());
    assertEquals(Deployment.Handling.ATTEMPT, soft.download());
    assertEquals(Deployment.Window.UNAVAILABLE, soft.window());
    server.cancel(action);
    assertEquals("1", client.cancelled(client.poll().cancel().orElseThrow()));
  }

  @Test
  void shouldSayWhoIsRefused() throws Exception {
    for (List<String> wrong : List.of(List.of("pi-kitchen", "wrong"), List.of("nobody", "right"))) {
      try (HawkbitClient other =
          HawkbitClient.open(
              config(server, wrong.getFirst(), wrong.getLast()),
              Unmetered.uplink(Clock.system()))) {
        HawkbitException refused = assertThrows(HawkbitException.class, other::poll);
        assertEquals(Kind.REFUSED, refused.kind());
        assertTrue(refused.getMessage().contains(wrong.getFirst()), refused::getMessage);
      }
    }
    Secret odd = new Secret.Literal("line\nbreak");
    try (HawkbitClient other =
        HawkbitClient.open(
            HawkbitConfig.of(server.uri(), "pi-kitchen", odd), Unmetered.uplink(Clock.system()))) {
      HawkbitException refused = assertThrows(HawkbitException.class, other::poll);
      assertEquals(Kind.SETTINGS, refused.kind());
    }
  }

  @Test
  void shouldTellFailuresApart() throws Exception {
    for (Map.Entry<Fault, Kind> each :
        Map.of(
                Fault.RESET, Kind.UNREACHABLE,
                Fault.RESET_MID_BODY, Kind.UNREACHABLE,
                Fault.SLOW, Kind.TIMED_OUT,
                Fault.ERROR_500, Kind.BUSY,
                Fault.BROKEN_JSON, Kind.BAD_ANSWER,
                Fault.HUGE_JSON, Kind.TOO_LARGE,
                Fault.ENDLESS, Kind.TOO_LARGE,
                Fault.REDIRECT, Kind.BAD_ANSWER)
            .entrySet()) {
      server.fail(each.getKey(), "pi-kitchen", each.getKey() == Fault.RESET ? 5 : 1);
      HawkbitException failure = assertThrows(HawkbitException.class, client::poll);
      assertEquals(each.getValue(), failure.kind(), () -> each.getKey() + " " + failure);
      if (each.getKey() == Fault.RESET) {
        stop();
        start();
      }
    }
    server.fail(Fault.BUSY_429, "pi-kitchen", 1);
    HawkbitException busy = fails(Kind.BUSY, client::poll);
    assertEquals(OptionalLong.of(1_000), busy.retryAfterMs(), "7 s, bounded by the longest wait");
    assertTrue(client.poll().deployment().isEmpty(), "and it works again");
    server.close();
    fails(Kind.UNREACHABLE, client::poll);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "null",
        "1",
        "{}",
        "{\"config\":1}",
        "{\"config\":{\"polling\":{\"sleep\":5}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"5 minutes\"}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"00:05:00\"}},\"_links\":[]}",
        "{\"config\":{\"polling\":{\"sleep\":\"00:05:00\"}},\"_links\":{\"configData\":{}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"00:05:00\"}},\"_links\":{\"configData\":{\"href\":\"x y\"}}}",
        "{\"config\":{\"polling\":{\"sleep\":\"00:05:00\"}},\"_links\":{\"configData\":{\"href\":\"/a\"}}}",
        "\u0000\uffff"
      })
  void shouldRefuseWhatIsNotAPoll(String json) {
    Answers answers = new Answers(config(server, "pi-kitchen", "right"));
    byte[] text = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    fails(Kind.BAD_ANSWER, () -> answers.poll(text));
  }

  @Test
  void shouldBoundTheSleep() throws Exception {
    for (List<Object> each :
        List.of(List.<Object>of("00:00:00", 1_000L), List.<Object>of("9999:00:00", 3_600_000L))) {
      server.say(each.getFirst().toString(), "00:05:00");
      assertEquals(each.getLast(), client.poll().sleepMs());
    }
  }

  @Test
  void shouldNotFollowALinkToAnotherServer() throws Exception {
    server.assign(Map.of("bearing.mill", model), "forced");
    int port = server.uri().getPort();
    for (String other :
        List.of(
            "http://evil.example",
            "https://127.0.0.1:" + port,
            "http://127.0.0.1:" + (port - 1),
            "http://u@127.0.0.1:" + port,
            "http://localhost:" + port)) {
      server.say(other, server.uri().toString());
      HawkbitException refused = fails(Kind.BAD_ANSWER, client::poll);
      assertTrue(refused.getMessage().contains("token does not go there"), refused::getMessage);
    }
    assertTrue(server.asked().stream().allMatch(each -> each.path().endsWith("/pi-kitchen")));
  }

  @Test
  void shouldDownloadFromAnyOffset() throws Exception {
    Artifact artifact = deployment().artifacts().getFirst();
    for (int offset : new int[] {0, 1, 100_000, 299_999, 300_000}) {
      assertArrayEquals(Arrays.copyOfRange(model, offset, model.length), read(offset, artifact));
    }
    assertEquals(300_000 + 299_999 + 200_000 + 1, server.artifactBytes());
    server.fail(Fault.IGNORE_RANGE, "artifacts", 1);
    assertArrayEquals(Arrays.copyOfRange(model, 100_000, 300_000), read(100_000, artifact));
    assertThrows(IllegalArgumentException.class, () -> client.download(artifact, 300_001));
  }

  @Test
  void shouldRefuseABadDownload() throws Exception {
    Artifact artifact = deployment().artifacts().getFirst();
    for (Map.Entry<Fault, Kind> each :
        Map.of(
                Fault.WRONG_RANGE, Kind.BAD_ANSWER,
                Fault.RESET_MID_BODY, Kind.UNREACHABLE,
                Fault.ENDLESS, Kind.TOO_LARGE,
                Fault.ERROR_500, Kind.BUSY)
            .entrySet()) {
      server.fail(each.getKey(), "artifacts", 1);
      fails(each.getValue(), () -> read(5, artifact));
    }
    Artifact again = deployment().artifacts().getFirst();
    server.fail(Fault.TOO_SHORT, "artifacts", 1);
    fails(Kind.BAD_ANSWER, () -> read(0, again));
    Artifact missing = new Artifact("n", 9, again.sha256(), URI.create(again.link() + "x"));
    fails(Kind.NOT_FOUND, () -> read(0, missing));
    Artifact longer = new Artifact("n", 400_001, again.sha256(), again.link());
    HawkbitException beyond = fails(Kind.BAD_ANSWER, () -> read(400_000, longer));
    assertTrue(beyond.getMessage().contains("*/300000"), beyond::getMessage);
    Artifact shorter = new Artifact("n", 10, again.sha256(), again.link());
    fails(Kind.TOO_LARGE, () -> read(0, shorter));
  }

  @Test
  void shouldKeepTheTokenFromAnotherHost() throws Exception {
    Artifact artifact = deployment().artifacts().getFirst();
    try (HawkbitServer other = new HawkbitServer("x", "y", 0)) {
      server.fail(Fault.REDIRECT, "artifacts", 1);
      server.redirectTo(other.uri() + "/elsewhere");
      fails(Kind.REFUSED, () -> read(0, artifact));
      assertEquals(1, other.asked().size());
      assertFalse(other.asked().getFirst().headers().containsKey("Authorization"));
    }
    server.fail(Fault.REDIRECT, "artifacts", 1);
    server.redirectTo(artifact.link().toString());
    assertArrayEquals(model, read(0, artifact), "within the server it is followed");
    server.fail(Fault.REDIRECT, "artifacts", 10);
    fails(Kind.BAD_ANSWER, () -> read(0, artifact));
  }

  @Test
  void shouldRefuseSettingsThatWouldShowTheToken() {
    Secret token = new Secret.Literal("t");
    for (String bad :
        List.of(
            "http://plant.example", "ftp://h", "https://u:p@h", "https://h?x=1", "https:///p")) {
      assertThrows(
          IllegalArgumentException.class, () -> HawkbitConfig.of(URI.create(bad), "d", token), bad);
    }
    for (String bad : List.of("", "a/b", "..", "a b", "?")) {
      URI good = URI.create("https://h");
      assertThrows(IllegalArgumentException.class, () -> HawkbitConfig.of(good, bad, token), bad);
    }
  }
}
