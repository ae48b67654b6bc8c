package io.millrace.ota.hawkbit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.storage.CrashFolder;
import io.millrace.node.uplink.Unmetered;
import io.millrace.ota.hawkbit.HawkbitServer.Fault;
import io.millrace.ota.hawkbit.HawkbitServer.State;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.SkippingClock;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class HawkbitAgentTest {
  private static final Map<String, String> ATTRIBUTES = Map.of("device", "rpi4b");

  private final byte[] model = HawkbitClientTest.bytes(300_000);
  private final SkippingClock clock = new SkippingClock();
  private final List<Exception> errors = new ArrayList<>();
  private final List<byte[]> installed = new ArrayList<>();
  private CrashFolder folder = new CrashFolder();
  private HawkbitServer server;
  private HawkbitClient client;

  @BeforeEach
  void start() throws IOException {
    server = new HawkbitServer("pi", "t", 0);
    client =
        HawkbitClient.open(
            HawkbitClientTest.config(server, "pi", "t"), Unmetered.uplink(Clock.system()));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private HawkbitAgent agent(Installer installer) {
    return new HawkbitAgent(client, installer, ATTRIBUTES, folder, clock, errors::add);
  }

  private Installation readAll(Artifacts artifacts) throws IOException, InterruptedException {
    try (InputStream in = artifacts.open("bearing.mill", 0)) {
      installed.add(in.readAllBytes());
    }
    return Installation.installed("2", List.of("activated"));
  }

  private int assign() {
    return server.assign(Map.of("bearing.mill", model), "forced");
  }

  private void cycles(HawkbitAgent agent, int count) throws InterruptedException {
    for (int i = 0; i < count && !folder.isCut(); i++) {
      clock.sleep(agent.cycle() * 1_000_000);
    }
  }

  @Test
  void shouldGoThroughAWholeUpdate() throws Exception {
    HawkbitAgent agent = agent((artifacts, progress, cancelled) -> readAll(artifacts));
    assertEquals(300_000, agent.cycle(), "idle");
    assertEquals(ATTRIBUTES, server.attributes());
    int action = assign();
    cycles(agent, 3);
    assertArrayEquals(model, installed.getFirst());
    assertEquals(State.FINISHED, server.state(action));
    assertEquals(List.of("proceeding none", "closed success"), server.history(action));
    int second = assign();
    cycles(agent, 3);
    assertEquals(State.FINISHED, server.state(second));
    assertEquals(2, installed.size());
    assertEquals(List.of(), errors);
    assertEquals(List.of("action"), folder.names());
  }

  @Test
  void shouldResumeABrokenDownloadWhereItWas() throws Exception {
    int action = assign();
    server.fail(Fault.RESET_MID_BODY, "artifacts", 3);
    cycles(agent((artifacts, progress, cancelled) -> readAll(artifacts)), 2);
    assertEquals(State.FINISHED, server.state(action));
    assertArrayEquals(model, installed.getFirst());
    assertEquals(300_000, server.artifactBytes(), "no byte was sent twice");
    List<String> ranges =
        server.asked().stream()
            .filter(each -> each.path().contains("artifacts"))
            .map(each -> each.headers().getOrDefault("Range", "none"))
            .toList();
    assertEquals(List.of("none", "bytes=150000-", "bytes=225000-", "bytes=262500-"), ranges);
  }

  @Test
  void shouldComeBackToAnActionWhoseDownloadGaveUp() throws Exception {
    int action = assign();
    server.fail(Fault.ERROR_500, "artifacts", 8);
    cycles(agent((artifacts, progress, cancelled) -> readAll(artifacts)), 5);
    assertEquals(State.FINISHED, server.state(action));
    assertTrue(server.history(action).contains("resumed none"), server.history(action)::toString);
    assertTrue(errors.getFirst().getMessage().contains("500"), errors::toString);
  }

  @Test
  void shouldTellProgressNowAndThen() throws Exception {
    int action = assign();
    Installer slow =
        (artifacts, progress, cancelled) -> {
          for (int i = 0; i < 100; i++) {
            clock.sleep(1_000_000_000L);
            progress.report("checking", i, 100);
          }
          return Installation.failed("1", List.of("golden outputs differ"));
        };
    cycles(agent(slow), 2);
    assertEquals(State.ERROR, server.state(action));
    long told = server.history(action).stream().filter("proceeding none"::equals).count();
    assertTrue(told >= 8 && told <= 12, () -> told + " times");
    assertTrue(server.asked().stream().anyMatch(each -> each.body().contains("golden outputs")));
  }

  @Test
  void shouldGiveUpWithinADownload() throws Exception {
    int action = assign();
    Installer cancelledMidway =
        (artifacts, progress, cancelled) -> {
          try (InputStream in = artifacts.open("bearing.mill", 0)) {
            in.readNBytes(1000);
            server.cancel(action);
            clock.sleep(11_000_000_000L);
            in.readAllBytes();
          }
          return Installation.installed("2", List.of());
        };
    HawkbitAgent agent = agent(cancelledMidway);
    cycles(agent, 3);
    assertEquals(State.CANCELED, server.state(action));
    assertEquals(List.of("proceeding none", "cancel closed success"), server.history(action));
    assertEquals(List.of(), errors);
    assertEquals(0, server.acceptedCloses());
  }

  @Test
  void shouldRefuseToGiveUpWhatIsInstalled() throws Exception {
    int action = assign();
    Installer cancelledLate =
        (artifacts, progress, cancelled) -> {
          Installation done = readAll(artifacts);
          server.cancel(action);
          clock.sleep(11_000_000_000L);
          assertTrue(cancelled.getAsBoolean());
          return done;
        };
    cycles(agent(cancelledLate), 3);
    assertEquals(State.FINISHED, server.state(action));
    assertEquals(
        List.of("proceeding none", "cancel rejected none", "closed success"),
        server.history(action));
    assertEquals(1, installed.size());
  }

  @Test
  void shouldGiveUpWhatWasNeverBegun() throws Exception {
    int action = assign();
    server.cancel(action);
    cycles(agent((artifacts, progress, cancelled) -> readAll(artifacts)), 2);
    assertEquals(State.CANCELED, server.state(action));
    assertEquals(0, installed.size());
  }

  @Test
  void shouldStopWhenTheServerClosedTheAction() throws Exception {
    int action = assign();
    Installer closedMidway =
        (artifacts, progress, cancelled) -> {
          server.close(action);
          clock.sleep(11_000_000_000L);
          progress.report("loading", 1, 2);
          assertTrue(cancelled.getAsBoolean());
          return Installation.rejected("1", List.of("given up"));
        };
    HawkbitAgent agent = agent(closedMidway);
    cycles(agent, 3);
    assertEquals(List.of("proceeding none"), server.history(action));
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldCloseAsFailedWhatCannotBeInstalled() throws Exception {
    Map<String, byte[]> escape = Map.of("..%2fpasswd", model);
    int hidden = server.assign(escape, "forced");
    int broken = assign();
    int thrown = assign();
    List<Exception> thrownOnes =
        List.of(new IOException("disk full"), new IllegalStateException("a bug"));
    int[] calls = {0};
    Installer failing =
        (artifacts, progress, cancelled) -> {
          Exception each = thrownOnes.get(calls[0]++);
          if (each instanceof IOException known) {
            throw known;
          }
          throw (RuntimeException) each;
        };
    cycles(agent(failing), 6);
    for (int action : new int[] {hidden, broken, thrown}) {
      assertEquals(State.ERROR, server.state(action));
    }
    assertEquals(2, calls[0], "the first was not tried");
    assertEquals(2, errors.size());
  }

  @Test
  void shouldWaitForItsWindowAndItsConfirmation() throws Exception {
    int action = assign();
    server.window(action, "unavailable");
    HawkbitAgent agent = agent((artifacts, progress, cancelled) -> readAll(artifacts));
    cycles(agent, 3);
    assertEquals(List.of("scheduled none"), server.history(action));
    server.window(action, "available");
    cycles(agent, 1);
    assertEquals(State.FINISHED, server.state(action));
    int held = assign();
    server.holdForConfirmation(held);
    cycles(agent, 2);
    assertEquals(State.CONFIRMING, server.state(held), "somebody else has to confirm");
    try (HawkbitClient confirming =
        HawkbitClient.open(
            HawkbitClientTest.config(server, "pi", "t").confirming(),
            Unmetered.uplink(Clock.system()))) {
      Installer installer = (artifacts, progress, cancelled) -> readAll(artifacts);
      cycles(new HawkbitAgent(confirming, installer, ATTRIBUTES, folder, clock, errors::add), 3);
    }
    assertEquals(State.FINISHED, server.state(held));
  }

  @Test
  void shouldWaitLongerAfterEachFailure() throws Exception {
    server.fail(Fault.BROKEN_JSON, "pi", 3);
    HawkbitAgent agent = agent((artifacts, progress, cancelled) -> readAll(artifacts));
    for (long wholeMs : new long[] {100, 200, 400}) {
      long waitMs = agent.cycle();
      assertTrue(waitMs >= wholeMs / 2 && waitMs <= wholeMs, () -> waitMs + " of " + wholeMs);
    }
    assertEquals(300_000, agent.cycle());
    server.fail(Fault.BUSY_429, "pi", 1);
    assertEquals(1_000, agent.cycle(), "as the server asked, bounded");
    assertEquals(4, errors.size());
  }

  /** A power cut at each operation on the folder, from the first poll to the closed action. */
  @ParameterizedTest
  @EnumSource(CrashFolder.Survival.class)
  void shouldEndAnUpdateThroughAnyPowerCut(CrashFolder.Survival survival) throws Exception {
    Installer installer = (artifacts, progress, cancelled) -> readAll(artifacts);
    int cuts = 0;
    boolean cut = true;
    for (int n = 1; cut; n++) {
      int action = assign();
      installed.clear();
      int closes = server.acceptedCloses();
      folder = new CrashFolder().cutAt(n);
      cycles(agent(installer), 3);
      cut = folder.isCut();
      cuts += cut ? 1 : 0;
      folder = folder.afterCrash(survival);
      HawkbitAgent restarted = agent(installer);
      cycles(restarted, 4);
      String where = "cut at operation " + n;
      assertEquals(State.FINISHED, server.state(action), where);
      assertEquals(closes + 1, server.acceptedCloses(), where);
      assertTrue(!installed.isEmpty() && installed.size() <= 2, where);
      int before = installed.size();
      cycles(restarted, 2);
      assertEquals(before, installed.size(), where);
    }
    assertTrue(cuts >= 12, cuts + " cuts");
    System.out.println(
        "report: hawkBit agent: power cut at each of " + cuts + " operations, " + survival);
  }

  /** The same while the server wants the action given up after it was begun. */
  @ParameterizedTest
  @EnumSource(CrashFolder.Survival.class)
  void shouldGiveUpThroughAnyPowerCut(CrashFolder.Survival survival) throws Exception {
    boolean cut = true;
    for (int n = 1; cut; n++) {
      int action = assign();
      Installer installer =
          (artifacts, progress, cancelled) -> {
            server.cancel(action);
            clock.sleep(11_000_000_000L);
            return cancelled.getAsBoolean()
                ? Installation.rejected("1", List.of("given up"))
                : Installation.installed("2", List.of());
          };
      folder = new CrashFolder().cutAt(n);
      cycles(agent(installer), 3);
      cut = folder.isCut();
      folder = folder.afterCrash(survival);
      cycles(agent(installer), 4);
      assertEquals(State.CANCELED, server.state(action), "cut at operation " + n);
    }
    assertEquals(0, server.acceptedCloses());
  }
}
