package io.millrace.ota.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.secret.Secret;
import io.millrace.node.storage.CrashFolder;
import io.millrace.node.storage.CrashFolder.Survival;
import io.millrace.node.storage.SmallFiles;
import io.millrace.node.uplink.Unmetered;
import io.millrace.ota.hawkbit.HawkbitAgent;
import io.millrace.ota.hawkbit.HawkbitClient;
import io.millrace.ota.hawkbit.HawkbitConfig;
import io.millrace.ota.hawkbit.HawkbitServer;
import io.millrace.ota.hawkbit.HawkbitServer.Fault;
import io.millrace.ota.hawkbit.HawkbitServer.State;
import io.millrace.ota.publish.KeyRing;
import io.millrace.ota.publish.Release;
import io.millrace.ota.publish.Repository;
import io.millrace.ota.slot.SlotStore;
import io.millrace.ota.transfer.Allowance;
import io.millrace.ota.update.Alone;
import io.millrace.ota.update.Networks;
import io.millrace.ota.update.Updater;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.SkippingClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way: an action of the update server to a slot, with what is signed in between. */
@Timeout(120)
class SignedInstallerTest {
  private static final String BOARD = "rpi4b";

  @TempDir Path temp;
  private final SkippingClock clock = new SkippingClock();
  private CrashFolder folder = new CrashFolder();
  private HawkbitServer server;
  private HawkbitClient client;
  private KeyRing keys;
  private Path published;
  private byte[] root;

  @BeforeEach
  void start() throws Exception {
    server = new HawkbitServer("pi", "t", 0);
    Path token = Files.writeString(temp.resolve("token"), "t");
    client =
        HawkbitClient.open(
            HawkbitConfig.of(server.uri(), "pi", new Secret.FromFile(token)),
            Unmetered.uplink(Clock.system()));
    KeyRing.generate(temp.resolve("keys"), 1);
    keys = KeyRing.load(temp.resolve("keys"));
    published = temp.resolve("published");
    root = Files.readAllBytes(publish(1).root());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  private Repository.Published publish(long lastLayer) throws Exception {
    byte[] program = Networks.file(BOARD, 1, 2, 3, lastLayer);
    return new Repository(published)
        .publish(
            List.of(Release.of("sums", "v" + lastLayer, "", program, Optional.empty())),
            keys,
            1,
            Repository.Validity.DEFAULT,
            Instant.now());
  }

  /** Everything that is published, as artifacts of one action. */
  private int assign() throws IOException {
    Map<String, byte[]> artifacts = new HashMap<>();
    try (Stream<Path> files = Files.walk(published)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        artifacts.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return server.assign(artifacts, "forced");
  }

  private void cycles(int count) throws Exception {
    SlotStore slots = SlotStore.open(new SmallFiles(folder));
    Updater.Wanted wanted =
        new Updater.Wanted("sums", BOARD, root, new Pipeline.UpdateTrial(0, 0, 0));
    HawkbitAgent agent =
        new HawkbitAgent(
            client,
            new SignedInstaller(
                wanted, slots, Allowance.UNLIMITED, new Alone(folder, Alone.Fitness.ANY), clock),
            Map.of(),
            folder,
            clock,
            e -> {});
    for (int i = 0; i < count && !folder.isCut(); i++) {
      clock.sleep(agent.cycle() * 1_000_000);
    }
  }

  private String runs() throws IOException {
    return SlotStore.open(new SmallFiles(folder)).active().orElseThrow().version();
  }

  @Test
  void shouldInstallWhatAnActionBringsAndFetchOnlyWhatChanged() throws Exception {
    int first = assign();
    cycles(3);
    assertEquals(State.FINISHED, server.state(first));
    assertEquals("closed success", server.history(first).getLast());
    assertEquals("v1", runs());
    long whole = server.artifactBytes();
    publish(2);
    int second = assign();
    cycles(3);
    assertEquals("closed success", server.history(second).getLast());
    assertEquals("v2", runs());
    long more = server.artifactBytes() - whole;
    // golden samples (random bytes, four in and four out) travel each time; three of four layers
    // not
    assertTrue(more < whole - 2L * Networks.WIDTH, more + " of " + whole);
  }

  @Test
  void shouldRejectWhatIsNotSigned() throws Exception {
    assign();
    cycles(3);
    publish(2);
    Path timestamp = published.resolve("metadata/timestamp.json");
    Files.writeString(
        timestamp, Files.readString(timestamp).replaceFirst("\"expires\":\"2", "\"expires\":\"3"));
    int action = assign();
    cycles(3);
    assertEquals("closed failure", server.history(action).getLast());
    assertEquals("v1", runs());
  }

  @Test
  void shouldEndAnActionAfterACutAtEveryWrite() throws Exception {
    assign();
    cycles(3);
    publish(2);
    CrashFolder before = folder;
    for (long n = 1; ; n += 3) {
      folder = before.afterCrash(Survival.ALL).cutAt(n);
      int action = assign();
      try {
        cycles(2);
      } catch (IOException e) {
        // the cut came while the slots were opened
      }
      boolean cut = folder.isCut();
      folder = folder.afterCrash(n % 2 == 0 ? Survival.HALF : Survival.SYNCED_ONLY);
      cycles(4);
      assertEquals(State.FINISHED, server.state(action), n + ": " + server.history(action));
      assertEquals("v2", runs());
      if (!cut) {
        break;
      }
    }
  }

  @Test
  void shouldGoOnAfterABrokenDownload() throws Exception {
    int action = assign();
    server.fail(Fault.RESET_MID_BODY, ".zst", 3);
    cycles(4);
    assertEquals("closed success", server.history(action).getLast());
    assertEquals("v1", runs());
  }
}
