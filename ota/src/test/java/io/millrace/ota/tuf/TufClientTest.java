package io.millrace.ota.tuf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.node.storage.CrashFolder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.tuf.UntrustedException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Attacks of the specification's section 1.5.2, each by somebody who holds the server. */
class TufClientTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final byte[] FILE = "a model".getBytes(StandardCharsets.UTF_8);

  private final Map<String, byte[]> server = new HashMap<>();
  private final Map<String, Long> asked = new HashMap<>();
  private final Map<Role, List<SigningKey>> keys = new EnumMap<>(Role.class);
  private CrashFolder folder = new CrashFolder();
  private Instant now = START;
  private byte[] root;

  @BeforeEach
  void publishFirst() {
    for (Role role : Role.values()) {
      keys.put(role, List.of(SigningKey.generate()));
    }
    root = root(1, 1, keys.get(Role.ROOT));
    publish(1, FILE);
  }

  private static Instant in(int days) {
    return START.plus(Duration.ofDays(days));
  }

  private byte[] root(long version, int threshold, List<SigningKey> signers) {
    Map<Role, List<TufKey>> publics = new EnumMap<>(Role.class);
    keys.forEach((role, list) -> publics.put(role, list.stream().map(SigningKey::key).toList()));
    byte[] file = Statements.root(version, in(1000), publics, threshold, signers);
    server.put("metadata/" + version + ".root.json", file);
    return file;
  }

  /** All three other roles at that version. */
  private void publish(long version, byte[] file) {
    Target target = Statements.target("bearing.update", file, Map.of());
    server.put("targets/" + target.sha256() + ".bearing.update", file);
    byte[] targets =
        Statements.targets(version, in(300), Map.of(target.path(), target), keys.get(Role.TARGETS));
    server.put("metadata/" + version + ".targets.json", targets);
    byte[] snapshot =
        Statements.snapshot(version, in(200), version, targets, keys.get(Role.SNAPSHOT));
    server.put("metadata/" + version + ".snapshot.json", snapshot);
    server.put(
        "metadata/timestamp.json",
        Statements.timestamp(version, in(30), version, snapshot, keys.get(Role.TIMESTAMP)));
  }

  private Optional<byte[]> serve(String path, long maxBytes) throws UntrustedException {
    asked.put(path, maxBytes);
    byte[] file = server.get(path);
    if (file != null && file.length > maxBytes) {
      throw new UntrustedException(Reason.TOO_LARGE, path);
    }
    return Optional.ofNullable(file);
  }

  private byte[] visit() throws Exception {
    TufClient client = new TufClient(new SmallFiles(folder), root, this::serve, () -> now);
    TufClient.Targets targets = client.refresh();
    return targets.read(targets.all().get("bearing.update"));
  }

  private void refused(Reason reason) {
    assertEquals(reason, assertThrows(UntrustedException.class, this::visit).reason());
  }

  private static String tamper(byte[] file, String from, String to) {
    String text = new String(file, StandardCharsets.UTF_8);
    if (!text.contains(from)) {
      throw new IllegalArgumentException(from + " is not in " + text);
    }
    return text.replace(from, to);
  }

  private void put(String path, String text) {
    server.put(path, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shouldBelieveWhatIsSigned() throws Exception {
    assertArrayEquals(FILE, visit());
    publish(2, "another".getBytes(StandardCharsets.UTF_8));
    assertArrayEquals("another".getBytes(StandardCharsets.UTF_8), visit());
  }

  @Test
  void shouldRefuseTheUnsigned() {
    String text = new String(server.get("metadata/timestamp.json"), StandardCharsets.UTF_8);
    put(
        "metadata/timestamp.json",
        text.replaceFirst("\"signatures\":\\[[^]]*]", "\"signatures\":[]"));
    refused(Reason.SIGNATURE);
  }

  @Test
  void shouldRefuseAnotherKey() {
    keys.put(Role.TIMESTAMP, List.of(SigningKey.generate()));
    publish(2, FILE);
    refused(Reason.SIGNATURE);
  }

  @Test
  void shouldRefuseAKeyOfAnotherRole() {
    keys.put(Role.TARGETS, keys.get(Role.TIMESTAMP));
    publish(2, FILE);
    refused(Reason.SIGNATURE);
  }

  @Test
  void shouldRefuseWhatWasChangedAfterSigning() {
    put(
        "metadata/timestamp.json",
        tamper(server.get("metadata/timestamp.json"), "\"version\":1}", "\"version\":9}"));
    refused(Reason.SIGNATURE);
  }

  @Test
  void shouldRefuseARootBelowItsThreshold() throws Exception {
    List<SigningKey> three =
        List.of(SigningKey.generate(), SigningKey.generate(), SigningKey.generate());
    keys.put(Role.ROOT, three);
    root = root(1, 2, three);
    publish(1, FILE);
    assertArrayEquals(FILE, visit());
    root(2, 2, List.of(three.get(0)));
    refused(Reason.SIGNATURE);
    // the same key twice, under two ids, is one
    String once = new String(root(2, 2, List.of(three.get(0))), StandardCharsets.UTF_8);
    put("metadata/2.root.json", once);
    refused(Reason.SIGNATURE);
    root(2, 2, three.subList(1, 3));
    assertArrayEquals(FILE, visit());
  }

  @Test
  void shouldCountAKeyUnderTwoIdsOnce() throws Exception {
    SigningKey one = keys.get(Role.ROOT).getFirst();
    SigningKey other = SigningKey.generate();
    keys.put(Role.ROOT, List.of(one, other));
    byte[] file = Statements.root(1, in(1000), publics(), 2, List.of(one, other));
    // the second id now stands for the first key, and the first key's signature is there twice
    String text = new String(file, StandardCharsets.UTF_8);
    String twice = text.replace(other.key().publicHex(), one.key().publicHex());
    root = twice.getBytes(StandardCharsets.UTF_8);
    refused(Reason.SIGNATURE);
  }

  private Map<Role, List<TufKey>> publics() {
    Map<Role, List<TufKey>> publics = new EnumMap<>(Role.class);
    keys.forEach((role, list) -> publics.put(role, list.stream().map(SigningKey::key).toList()));
    return publics;
  }

  @Test
  void shouldRefuseTheExpired() throws Exception {
    visit();
    now = in(31);
    refused(Reason.EXPIRED);
    now = in(29);
    assertArrayEquals(FILE, visit());
  }

  @Test
  void shouldNotLetAClockThatFellBackReviveTheExpired() throws Exception {
    now = in(29);
    visit();
    server.put(
        "metadata/timestamp.json",
        Statements.timestamp(
            2, in(10), 1, server.get("metadata/1.snapshot.json"), keys.get(Role.TIMESTAMP)));
    now = Instant.EPOCH;
    refused(Reason.EXPIRED);
  }

  @Test
  void shouldRefuseARollback() throws Exception {
    Map<String, byte[]> old = new HashMap<>(server);
    publish(2, "new".getBytes(StandardCharsets.UTF_8));
    visit();
    server.putAll(old); // the replayed timestamp
    refused(Reason.VERSION);
  }

  @Test
  void shouldRefuseAnOlderTimestampOfTheSameSnapshot() throws Exception {
    byte[] snapshot = server.get("metadata/1.snapshot.json");
    List<SigningKey> by = keys.get(Role.TIMESTAMP);
    server.put("metadata/timestamp.json", Statements.timestamp(3, in(30), 1, snapshot, by));
    visit();
    server.put("metadata/timestamp.json", Statements.timestamp(2, in(30), 1, snapshot, by));
    refused(Reason.VERSION);
  }

  @Test
  void shouldRefuseASnapshotThatFallsBack() throws Exception {
    publish(2, FILE);
    visit();
    server.put(
        "metadata/timestamp.json",
        Statements.timestamp(
            3, in(30), 1, server.get("metadata/1.snapshot.json"), keys.get(Role.TIMESTAMP)));
    refused(Reason.VERSION);
  }

  @Test
  void shouldRefuseTargetsThatFallBack() throws Exception {
    publish(2, FILE);
    visit();
    byte[] snapshot =
        Statements.snapshot(
            3, in(200), 1, server.get("metadata/1.targets.json"), keys.get(Role.SNAPSHOT));
    server.put("metadata/3.snapshot.json", snapshot);
    server.put(
        "metadata/timestamp.json",
        Statements.timestamp(3, in(30), 3, snapshot, keys.get(Role.TIMESTAMP)));
    refused(Reason.VERSION);
  }

  @Test
  void shouldRefuseAMixOfVersions() throws Exception {
    byte[] oldTargets = server.get("metadata/1.targets.json");
    publish(2, "new".getBytes(StandardCharsets.UTF_8));
    server.put("metadata/2.targets.json", oldTargets);
    refused(Reason.MISMATCH);
  }

  @Test
  void shouldRefuseAnotherFileInATargetsPlace() {
    server.replaceAll((path, file) ->
        path.startsWith("targets/") ? "a MODEL".getBytes(StandardCharsets.UTF_8) : file);
    refused(Reason.MISMATCH);
  }

  @Test
  void shouldReadNoMoreThanWasAnnounced() throws Exception {
    visit();
    assertEquals(
        FILE.length,
        asked.get(
            asked.keySet().stream()
                .filter(p -> p.startsWith("targets/"))
                .findFirst()
                .orElseThrow()));
    assertEquals(
        server.get("metadata/1.snapshot.json").length, asked.get("metadata/1.snapshot.json"));
    assertEquals(Role.TIMESTAMP.maxBytes(), asked.get("metadata/timestamp.json"));
    server.put("metadata/timestamp.json", new byte[Role.TIMESTAMP.maxBytes() + 1]);
    refused(Reason.TOO_LARGE);
  }

  @Test
  void shouldFollowKeysThatChangeAndForgetTheOldOnes() throws Exception {
    visit();
    SigningKey stolen = keys.get(Role.ROOT).getFirst();
    SigningKey stolenTimestamp = keys.get(Role.TIMESTAMP).getFirst();
    keys.put(Role.ROOT, List.of(SigningKey.generate()));
    keys.put(Role.TIMESTAMP, List.of(SigningKey.generate()));
    root(2, 1, List.of(stolen, keys.get(Role.ROOT).getFirst()));
    publish(2, FILE);
    assertArrayEquals(FILE, visit());
    // the thief makes a third root with the old key, and a timestamp with the old key
    List<SigningKey> mine = keys.get(Role.ROOT);
    keys.put(Role.ROOT, List.of(stolen));
    root(3, 1, List.of(stolen));
    refused(Reason.SIGNATURE);
    server.remove("metadata/3.root.json");
    keys.put(Role.ROOT, mine);
    keys.put(Role.TIMESTAMP, List.of(stolenTimestamp));
    publish(3, "evil".getBytes(StandardCharsets.UTF_8));
    refused(Reason.SIGNATURE);
  }

  @Test
  void shouldRecoverFromVersionsThatAThiefMadeHuge() throws Exception {
    byte[] snapshot =
        Statements.snapshot(
            Long.MAX_VALUE - 1,
            in(200),
            1,
            server.get("metadata/1.targets.json"),
            keys.get(Role.SNAPSHOT));
    server.put("metadata/" + (Long.MAX_VALUE - 1) + ".snapshot.json", snapshot);
    server.put(
        "metadata/timestamp.json",
        Statements.timestamp(
            Long.MAX_VALUE - 1, in(30), Long.MAX_VALUE - 1, snapshot, keys.get(Role.TIMESTAMP)));
    visit();
    publish(2, FILE);
    refused(Reason.VERSION);
    keys.put(Role.TIMESTAMP, List.of(SigningKey.generate()));
    keys.put(Role.SNAPSHOT, List.of(SigningKey.generate()));
    root(2, 1, keys.get(Role.ROOT));
    publish(2, FILE);
    assertArrayEquals(FILE, visit());
  }

  @Test
  void shouldRefuseARootThatSkipsAVersion() throws Exception {
    byte[] third = root(3, 1, keys.get(Role.ROOT));
    server.remove("metadata/3.root.json");
    server.put("metadata/2.root.json", third);
    refused(Reason.VERSION);
  }

  @Test
  void shouldNotOfferPathsThatLeadAway() throws Exception {
    for (String path :
        List.of("../evil", "/etc/passwd", "a/../../b", ".hidden", "a//b", "a\\b", "C:x")) {
      assertEquals(false, TufClient.isSafe(path), path);
    }
    assertEquals(true, TufClient.isSafe("models/bearing-1.4_b+c.update"));
    Target evil = Statements.target("../../evil", FILE, Map.of());
    byte[] targets =
        Statements.targets(2, in(300), Map.of("../../evil", evil), keys.get(Role.TARGETS));
    server.put("metadata/2.targets.json", targets);
    byte[] snapshot = Statements.snapshot(2, in(200), 2, targets, keys.get(Role.SNAPSHOT));
    server.put("metadata/2.snapshot.json", snapshot);
    server.put(
        "metadata/timestamp.json",
        Statements.timestamp(2, in(30), 2, snapshot, keys.get(Role.TIMESTAMP)));
    TufClient client = new TufClient(new SmallFiles(folder), root, this::serve, () -> now);
    assertEquals(Map.of(), client.refresh().all());
  }

  @Test
  void shouldKeepWhatWasBelievedThroughACutAtEveryWrite() throws Exception {
    visit();
    publish(2, "new".getBytes(StandardCharsets.UTF_8));
    CrashFolder before = folder;
    List<Long> done = new ArrayList<>();
    for (CrashFolder.Survival survival : CrashFolder.Survival.values()) {
      for (long n = 1; ; n++) {
        folder = before.afterCrash(CrashFolder.Survival.ALL).cutAt(n);
        boolean cut = false;
        try {
          visit();
        } catch (java.io.IOException e) {
          cut = true;
        }
        folder = folder.afterCrash(survival);
        assertArrayEquals("new".getBytes(StandardCharsets.UTF_8), visit(), survival + " " + n);
        assertEquals(
            List.of("tuf-clock", "tuf-snapshot.json", "tuf-targets.json", "tuf-timestamp.json"),
            folder.names());
        if (!cut) {
          done.add(n);
          break;
        }
      }
    }
    assertEquals(3, done.size());
    org.junit.jupiter.api.Assertions.assertTrue(done.getFirst() > 10, done::toString);
  }

  @Test
  void shouldFallBackToTheGivenRootWhenTheStoredOneIsDamaged() throws Exception {
    visit();
    root(2, 1, keys.get(Role.ROOT));
    visit();
    folder.flip("tuf-root.json", 40, 1);
    assertArrayEquals(FILE, visit());
  }
}
