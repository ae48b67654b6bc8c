package io.millrace.ota.update;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.storage.CrashFolder;
import io.millrace.node.storage.CrashFolder.Survival;
import io.millrace.node.storage.Folder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.content.Manifest;
import io.millrace.ota.disk.Sha256;
import io.millrace.ota.publish.KeyRing;
import io.millrace.ota.publish.Release;
import io.millrace.ota.publish.Repository;
import io.millrace.ota.slot.SlotStore;
import io.millrace.ota.transfer.Allowance;
import io.millrace.ota.transfer.DayAllowance;
import io.millrace.ota.transfer.FolderSource;
import io.millrace.ota.transfer.RateLimit;
import io.millrace.ota.transfer.Source;
import io.millrace.sensors.clock.VirtualClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class UpdaterTest {
  private static final String BOARD = "rpi4b";
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Pipeline.UpdateTrial NO_TRIAL = new Pipeline.UpdateTrial(0, 0, 0);
  private static final byte[] FIRST = Networks.file(BOARD, 1, 2, 3, 4);
  private static final byte[] SECOND = Networks.file(BOARD, 1, 2, 3, 5);

  @TempDir Path temp;
  private final VirtualClock clock = new VirtualClock(0, START.toEpochMilli());
  private KeyRing keys;
  private Path published;
  private byte[] root;
  private CrashFolder folder = new CrashFolder();
  private Allowance allowance = Allowance.UNLIMITED;
  private Alone.Fitness fitness = Alone.Fitness.ANY;

  @BeforeEach
  void publishFirst() throws Exception {
    KeyRing.generate(temp.resolve("keys"), 1);
    keys = KeyRing.load(temp.resolve("keys"));
    published = temp.resolve("published");
    root = Files.readAllBytes(publish(FIRST, "1").root());
  }

  private Repository.Published publish(byte[] program, String version) throws Exception {
    return publish(Release.of("sums", version, "", program, Optional.empty()));
  }

  private Repository.Published publish(Release release) throws Exception {
    return new Repository(published)
        .publish(
            List.of(release),
            keys,
            1,
            Repository.Validity.DEFAULT,
            Instant.ofEpochMilli(clock.wallTimeEpochMs()));
  }

  private Outcome update() throws Exception {
    return update(new FolderSource(published), false);
  }

  private Outcome update(Source source, boolean again) throws Exception {
    SlotStore slots = SlotStore.open(new SmallFiles(folder));
    return new Updater(
            new Updater.Wanted("sums", BOARD, root, NO_TRIAL), slots, source, allowance, clock)
        .update(new Alone(folder, fitness), again, () -> false, (done, of) -> {});
  }

  private byte[] bytes(Folder from, String name) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(from.size(name)));
    from.read(name, 0, bytes);
    return bytes.array();
  }

  private byte[] active() throws IOException {
    SlotStore slots = SlotStore.open(new SmallFiles(folder));
    return bytes(folder, slots.activeFile().orElseThrow());
  }

  private <T extends Outcome> T as(Class<T> type, Outcome outcome) {
    return assertInstanceOf(type, outcome, outcome::text);
  }

  @Test
  void shouldInstallTheFirstAndThenOnlyWhatChanged() throws Exception {
    Outcome.Installed first = as(Outcome.Installed.class, update());
    assertEquals(Optional.empty(), first.before());
    assertArrayEquals(FIRST, active());
    as(Outcome.UpToDate.class, update());

    Release second = Release.of("sums", "2", "", SECOND, Optional.empty());
    publish(second);
    Outcome.Installed installed = as(Outcome.Installed.class, update());
    assertArrayEquals(SECOND, active());
    long golden = second.manifest().golden().storedBytes();
    var blocks = second.manifest().program().blocks();
    long lastLayer = blocks.getLast().storedBytes();
    long head = blocks.getFirst().storedBytes();
    // of what stands before the constants only the checksums differ here
    assertTrue(
        installed.fetchedBytes() <= golden + lastLayer + head
            && installed.fetchedBytes() >= lastLayer,
        installed.text());
    assertEquals("1", installed.before().orElseThrow().version());
    assertTrue(first.fetchedBytes() > Networks.LAYERS * Networks.WIDTH, first.text());
  }

  @Test
  void shouldGoBackAndNotTakeTheSameAgainByItself() throws Exception {
    update();
    publish(SECOND, "2");
    update();
    SlotStore slots = SlotStore.open(new SmallFiles(folder));
    Outcome.RolledBack back = as(Outcome.RolledBack.class, Updater.rollBack(slots));
    assertEquals("2", back.from().version());
    assertArrayEquals(FIRST, active());
    as(Outcome.Refused.class, update());
    assertArrayEquals(FIRST, active());
    as(Outcome.Installed.class, update(new FolderSource(published), true));
    assertArrayEquals(SECOND, active());
  }

  @Test
  void shouldRefuseWhatAnswersItsGoldenSamplesOtherwise() throws Exception {
    update();
    Release good = Release.of("sums", "2", "", SECOND, Optional.empty());
    // golden samples of the first program under the name of the second
    Release other = Release.of("sums", "x", "", FIRST, Optional.of(new byte[Networks.WIDTH]));
    Manifest m = good.manifest();
    Manifest mixed =
        new Manifest(
            m.name(),
            m.version(),
            m.device(),
            m.summary(),
            m.program(),
            other.manifest().samples(),
            other.manifest().golden());
    Map<String, byte[]> stored = new java.util.HashMap<>(good.stored());
    stored.putAll(other.stored());
    publish(new Release(mixed, stored));
    Outcome.Refused refused = as(Outcome.Refused.class, update());
    assertTrue(refused.why().contains("golden sample 0 of 1"), refused.text());
    assertArrayEquals(FIRST, active());
    assertEquals(List.of("a.mill", "state.json"), names("tuf-"));
    as(Outcome.Refused.class, update());
  }

  private List<String> names(String but) {
    return folder.names().stream().filter(n -> !n.startsWith(but)).toList();
  }

  @Test
  void shouldRefuseAnotherBoardsProgramAndWhatDoesNotFitItsBudget() throws Exception {
    update();
    publish(Networks.file("rpi5", 1, 2, 3, 5), "2");
    assertTrue(as(Outcome.Refused.class, update()).why().contains("rpi5"));
    fitness =
        program -> {
          throw new PipelineException("too much energy");
        };
    publish(SECOND, "3");
    assertEquals("too much energy", as(Outcome.Refused.class, update()).why());
    assertArrayEquals(FIRST, active());
  }

  @Test
  void shouldRunAVerifiedModelAfterACutAtEveryWrite() throws Exception {
    update();
    publish(SECOND, "2");
    CrashFolder before = folder;
    List<String> settled = null;
    long operations = 0;
    for (Survival survival : Survival.values()) {
      for (long n = 1; ; n++) {
        folder = before.afterCrash(Survival.ALL).cutAt(n);
        Outcome outcome;
        try {
          outcome = update();
        } catch (IOException e) {
          outcome = null; // the cut came while the slots were opened
        }
        boolean cut = folder.isCut();
        folder = folder.afterCrash(survival);
        boolean renamed =
            folder.names().contains("b.mill") && !folder.names().contains("incoming.mill");
        byte[] runs = active();
        assertTrue(
            List.of(Sha256.of(FIRST), Sha256.of(SECOND)).contains(Sha256.of(runs)),
            survival + " " + n);
        Outcome next = update();
        assertTrue(
            next instanceof Outcome.Installed || next instanceof Outcome.UpToDate,
            survival + " " + n + ": " + next.text() + " after " + outcome);
        // what is in its place already is not fetched again
        assertTrue(!renamed || next instanceof Outcome.UpToDate, survival + " " + n);
        assertArrayEquals(SECOND, active());
        settled = settled == null ? folder.names() : settled;
        assertEquals(settled, folder.names(), survival + " " + n);
        operations = Math.max(operations, n);
        if (!cut) {
          break;
        }
      }
    }
    assertTrue(operations > 40, operations + " operations were cut");
  }

  @Test
  void shouldGoOnWhereItEndedWhenTheWayIsCut() throws Exception {
    long[] served = {0};
    int[] cuts = {0};
    Source cutting =
        new Relayed() {
          @Override
          InputStream relay(String path, InputStream in) throws IOException {
            if (!path.startsWith("blocks/")) {
              return in;
            }
            byte[] all = in.readAllBytes();
            boolean cut = cuts[0]++ % 2 == 0 && all.length > 4000;
            int count = cut ? all.length / 2 : all.length;
            served[0] += count;
            return new ByteArrayInputStream(all, 0, count);
          }
        };
    Outcome outcome;
    int attempts = 0;
    do {
      outcome = update(cutting, false);
      attempts++;
    } while (outcome instanceof Outcome.Failed && attempts < 50);
    as(Outcome.Installed.class, outcome);
    assertTrue(attempts > 3, attempts + " attempts");
    Manifest m = Release.of("sums", "1", "", FIRST, Optional.empty()).manifest();
    assertEquals(m.program().storedBytes() + m.golden().storedBytes(), served[0]);
  }

  @Test
  void shouldRefuseSwappedAndChangedBlocksAndGoOnWhenTheyAreRight() throws Exception {
    List<Path> blocks;
    try (Stream<Path> files = Files.walk(published.resolve("blocks"))) {
      blocks = files.filter(Files::isRegularFile).sorted().toList();
    }
    byte[] one = Files.readAllBytes(blocks.get(0));
    byte[] two = Files.readAllBytes(blocks.get(1));
    Files.write(blocks.get(0), two);
    Files.write(blocks.get(1), one);
    Outcome outcome = update();
    assertTrue(
        outcome instanceof Outcome.Untrusted || outcome instanceof Outcome.Failed, outcome.text());
    Files.write(blocks.get(0), one);
    Files.write(blocks.get(1), two);
    as(Outcome.Installed.class, update());
    assertArrayEquals(FIRST, active());
  }

  @Test
  void shouldNotReadEndlessData() throws Exception {
    long[] given = {0};
    Source endless =
        new Relayed() {
          @Override
          InputStream relay(String path, InputStream in) {
            return new InputStream() {
              @Override
              public int read() {
                given[0]++;
                return 'x';
              }

              @Override
              public int read(byte[] to, int at, int length) {
                given[0] += length;
                java.util.Arrays.fill(to, at, at + length, (byte) 'x');
                return length;
              }
            };
          }
        };
    as(Outcome.Untrusted.class, update(endless, false));
    assertTrue(given[0] <= (512 << 10) + 16_384, given[0] + " bytes were read");
  }

  @Test
  void shouldWaitForRoomOnTheDisk() throws Exception {
    folder.diskBytes(FIRST.length);
    Outcome.Paused paused = as(Outcome.Paused.class, update());
    assertTrue(paused.why().contains("are needed"), paused.text());
    folder.diskBytes(10_000_000);
    as(Outcome.Installed.class, update());
  }

  @Test
  void shouldSurviveADiskThatFillsUpAtAnyWrite() throws Exception {
    update();
    publish(SECOND, "2");
    CrashFolder before = folder;
    for (long n = 1; n < 60; n++) {
      folder = before.afterCrash(Survival.ALL);
      folder.failOnceAfter(n);
      try {
        update();
      } catch (IOException e) {
        // while the slots were opened
      }
      update();
      as(Outcome.UpToDate.class, update());
      assertArrayEquals(SECOND, active());
    }
  }

  @Test
  void shouldKeepToARateAndToADaysBytes() throws Exception {
    allowance = new RateLimit(10_000, clock);
    long startNs = clock.nanoTime();
    Outcome.Installed first = as(Outcome.Installed.class, update());
    double seconds = (clock.nanoTime() - startNs) / 1e9;
    assertTrue(seconds >= (first.fetchedBytes() - 10_000) / 10_000.0, seconds + " s");

    folder = new CrashFolder();
    allowance = DayAllowance.open(20_000, new SmallFiles(folder), clock);
    int days = 0;
    Outcome outcome = update();
    while (outcome instanceof Outcome.Paused paused && days < 30) {
      assertTrue(paused.why().contains("of this day"), paused.text());
      as(Outcome.Paused.class, update());
      clock.advance(86_400_000_000_000L);
      days++;
      outcome = update();
    }
    as(Outcome.Installed.class, outcome);
    assertTrue(days >= first.fetchedBytes() / 20_000 - 1, days + " days");
  }

  @Test
  void shouldGiveUpAModelThatIsStartedAgainAndAgainWithoutAnswering() throws Exception {
    update();
    publish(SECOND, "2");
    update();
    for (int i = 0; i < 3; i++) {
      assertEquals(Optional.empty(), SlotStore.open(new SmallFiles(folder)).starting());
    }
    assertEquals("2", SlotStore.open(new SmallFiles(folder)).starting().orElseThrow().version());
    assertArrayEquals(FIRST, active());
    as(Outcome.Refused.class, update());
  }

  @Test
  void shouldLeaveAModelWhoseBytesAreDamaged() throws Exception {
    update();
    publish(SECOND, "2");
    update();
    folder.flip("b.mill", 5000, 3);
    assertArrayEquals(FIRST, active());
    as(Outcome.Installed.class, update());
    assertArrayEquals(SECOND, active());
  }

  @Test
  void shouldLeaveNothingBehindInManyUpdates() throws Exception {
    update();
    List<String> names = null;
    for (int i = 0; i < 100; i++) {
      byte[] next = Networks.file(BOARD, 1, 2, 3, 100 + i);
      publish(next, "n" + i);
      as(Outcome.Installed.class, update());
      names = names == null ? new ArrayList<>(folder.names()) : names;
      assertEquals(names, folder.names());
      assertArrayEquals(next, active());
    }
    assertTrue(folder.totalBytes() < 3L * FIRST.length + 20_000, folder::toString);
  }

  /** The published folder with something in between. */
  private abstract class Relayed implements Source {
    private final FolderSource behind = new FolderSource(published);

    abstract InputStream relay(String path, InputStream in) throws IOException;

    @Override
    public Optional<Body> open(String path, long offset) throws IOException {
      Optional<Body> body = behind.open(path, offset);
      return body.isEmpty()
          ? body
          : Optional.of(new Body(relay(path, body.get().in()), body.get().offset()));
    }

    @Override
    public String description() {
      return "relay";
    }

    @Override
    public void close() {}
  }
}
