package io.millrace.ota.update;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.Executor;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.NodeSummary;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.node.rule.Answer;
import io.millrace.node.storage.LocalFolder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.publish.KeyRing;
import io.millrace.ota.publish.Release;
import io.millrace.ota.publish.Repository;
import io.millrace.ota.slot.SlotStore;
import io.millrace.ota.transfer.Allowance;
import io.millrace.ota.transfer.FolderSource;
import io.millrace.sensors.clock.Clock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Updates one after another while windows flow. */
@Timeout(300)
class UpdatesUnderLoadTest {
  private static final int UPDATES = 500;
  private static final long HEAP_SLACK_BYTES = 8 << 20;

  @TempDir Path temp;
  private final List<Exception> errors = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private volatile long lastIndex = -1;

  private Node open() throws Exception {
    byte[] windows = new byte[Networks.WIDTH * 20];
    new java.util.Random(1).nextBytes(windows);
    Files.write(temp.resolve("in.bin"), windows);
    Pipeline pipeline =
        PipelineFile.read(
            Files.writeString(
                temp.resolve("p.yaml"),
                """
                node: n1
                board: rpi4b
                sensor: {replay: in.bin, type: int8, shape: [8192], rate: 50 Hz, loop: true}
                model: {file: first.mill}
                budget: {waiting: 64}
                rules: [{name: r, classes: [0], on: 0.5, off: 0.4, priority: 1}]
                """));
    AlertSink nowhere =
        new AlertSink() {
          @Override
          public void accept(Alert alert) {}

          @Override
          public void close() {}
        };
    NodeListener listener =
        new NodeListener() {
          @Override
          public void answered(Answer answer, long latencyNs) {
            skipped.addAndGet(answer.windowIndex() - lastIndex - 1);
            lastIndex = answer.windowIndex();
            answers.incrementAndGet();
          }
        };
    return Node.open(
        pipeline,
        new Node.Parts(
            Clock.system(),
            ModelLoader.mill(),
            Executor::load,
            nowhere,
            Node.CloudOpener.NONE,
            listener,
            errors::add));
  }

  private static long heapBytes() {
    System.gc();
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long openFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private static long mappings() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/maps")).size();
  }

  @Test
  void shouldUpdateAgainAndAgainWithoutLosingAWindowOrGrowing() throws Exception {
    Files.write(temp.resolve("first.mill"), Networks.file("rpi4b", 1, 2, 3, 4));
    KeyRing.generate(temp.resolve("keys"), 1);
    KeyRing keys = KeyRing.load(temp.resolve("keys"));
    Path published = temp.resolve("published");
    Repository repository = new Repository(published);
    byte[] root =
        Files.readAllBytes(
            repository
                .publish(List.of(), keys, 1, Repository.Validity.DEFAULT, Instant.now())
                .root());
    Path slotFolder = temp.resolve("slots");
    List<String> files = null;
    long heap = 0;
    long open = 0;
    long mapped = 0;
    byte[] golden = new byte[Networks.WIDTH];
    try (LocalFolder folder = LocalFolder.open(slotFolder);
        Node node = open()) {
      CompletableFuture<NodeSummary> run =
          CompletableFuture.supplyAsync(() -> {
            try {
              return node.run();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      SlotStore slots = SlotStore.open(new SmallFiles(folder));
      Updater updater =
          new Updater(
              new Updater.Wanted(
                  "sums", "rpi4b", root, new Pipeline.UpdateTrial(1, 10_000_000_000L, 1)),
              slots,
              new FolderSource(published),
              Allowance.UNLIMITED,
              Clock.system());
      BesideNode beside = new BesideNode(slotFolder, node.models());
      for (int i = 0; i < UPDATES; i++) {
        byte[] program = Networks.file("rpi4b", 1, 2, 3, 100 + i);
        repository.publish(
            List.of(Release.of("sums", "v" + i, "", program, Optional.of(golden))),
            keys,
            1,
            Repository.Validity.DEFAULT,
            Instant.now());
        Outcome outcome = updater.update(beside, false, () -> false, (done, of) -> {});
        assertInstanceOf(Outcome.Installed.class, outcome, outcome::text);
        slots.confirm();
        if (i == UPDATES / 5) {
          files = folder.names();
          heap = heapBytes();
          open = openFiles();
          mapped = mappings();
        }
      }
      assertEquals(files, folder.names());
      assertEquals(open, openFiles());
      long heapNow = heapBytes();
      assertTrue(heapNow < heap + HEAP_SLACK_BYTES, heap + " bytes of heap became " + heapNow);
      long mappedNow = mappings();
      assertTrue(mappedNow < mapped + 40, mapped + " mappings became " + mappedNow);
      node.stop();
      NodeSummary summary = run.get(30, TimeUnit.SECONDS);
      assertEquals(0, summary.windowsOverrun());
      assertEquals(0, summary.failed());
      assertEquals(0, skipped.get(), "windows without an answer");
      assertTrue(answers.get() > UPDATES, answers + " answers");
      assertEquals(List.of(), errors);
    }
  }

  @Test
  void shouldRefuseACandidateWhoseAlertsStandOtherwiseOnLiveWindows() throws Exception {
    Pipeline.UpdateTrial strict = new Pipeline.UpdateTrial(20, 60_000_000_000L, 0);
    refusedOnLiveWindows(strict, "of 20 live windows");
  }

  @Test
  void shouldRefuseACandidateThatIsTooSlowOnLiveWindows() throws Exception {
    Pipeline.UpdateTrial hasty = new Pipeline.UpdateTrial(20, 60_000_000_000L, 1).within(1);
    refusedOnLiveWindows(hasty, "the deadline is 0.000 ms");
  }

  private void refusedOnLiveWindows(Pipeline.UpdateTrial trial, String why) throws Exception {
    Files.write(temp.resolve("first.mill"), Networks.file("rpi4b", 1, 2, 3, 4));
    KeyRing.generate(temp.resolve("keys"), 1);
    KeyRing keys = KeyRing.load(temp.resolve("keys"));
    Path published = temp.resolve("published");
    Repository.Published first =
        new Repository(published)
            .publish(
                List.of(
                    Release.of(
                        "sums",
                        "other",
                        "",
                        Networks.file("rpi4b", 21, 22, 23, 24),
                        Optional.of(new byte[Networks.WIDTH]))),
                keys,
                1,
                Repository.Validity.DEFAULT,
                Instant.now());
    Path slotFolder = temp.resolve("slots");
    try (LocalFolder folder = LocalFolder.open(slotFolder);
        Node node = open()) {
      CompletableFuture<NodeSummary> run =
          CompletableFuture.supplyAsync(() -> {
            try {
              return node.run();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      SlotStore slots = SlotStore.open(new SmallFiles(folder));
      Updater updater =
          new Updater(
              new Updater.Wanted("sums", "rpi4b", Files.readAllBytes(first.root()), trial),
              slots,
              new FolderSource(published),
              Allowance.UNLIMITED,
              Clock.system());
      Outcome outcome =
          updater.update(
              new BesideNode(slotFolder, node.models()), false, () -> false, (done, of) -> {});
      assertInstanceOf(Outcome.Refused.class, outcome, outcome::text);
      assertTrue(outcome.text().contains(why), outcome.text());
      assertEquals(Optional.empty(), slots.active());
      long before = answers.get();
      while (answers.get() < before + 3) {
        Thread.sleep(10);
      }
      node.stop();
      assertEquals(0, run.get(30, TimeUnit.SECONDS).windowsOverrun());
      assertEquals(0, skipped.get());
    }
  }
}
