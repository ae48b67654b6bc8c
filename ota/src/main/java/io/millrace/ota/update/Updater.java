package io.millrace.ota.update;

import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineException;
import io.millrace.node.pipeline.TrialReport;
import io.millrace.node.storage.Folder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.content.GoldenSamples;
import io.millrace.ota.content.Manifest;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.slot.ModelRelease;
import io.millrace.ota.slot.SlotStore;
import io.millrace.ota.transfer.Allowance;
import io.millrace.ota.transfer.Download;
import io.millrace.ota.transfer.LocalBlocks;
import io.millrace.ota.transfer.Source;
import io.millrace.ota.tuf.Target;
import io.millrace.ota.tuf.TufClient;
import io.millrace.ota.tuf.UntrustedException;
import io.millrace.program.BadProgramException;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Brings the newest release of one model to a board and into use. Whatever an attempt ends with,
 * what ran before it runs on, or its successor does. For one thread.
 */
public final class Updater {
  /** Room that is left for everything else on the disk. */
  private static final long SPARE_BYTES = 256 << 10;

  private final String model;
  private final String device;
  private final Pipeline.UpdateTrial trial;
  private final SlotStore slots;
  private final SmallFiles files;
  private final Folder folder;
  private final TufClient trust;
  private final Source source;
  private final Allowance allowance;
  private final Clock clock;

  /**
   * What to look for.
   *
   * @param model its name
   * @param device the board that it must be compiled for, a device profile's id
   * @param root the root of trust that the board was given by hand
   * @param trial what a candidate must show on live windows
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Wanted(String model, String device, byte[] root, Pipeline.UpdateTrial trial) {}

  public Updater(Wanted wanted, SlotStore slots, Source source, Allowance allowance, Clock clock) {
    model = wanted.model();
    device = wanted.device();
    trial = wanted.trial();
    this.slots = slots;
    files = slots.files();
    folder = files.folder();
    this.source = source;
    this.allowance = allowance;
    this.clock = clock;
    trust =
        new TufClient(
            files, wanted.root(), source, () -> Instant.ofEpochMilli(clock.wallTimeEpochMs()));
  }

  /** What is published for this board. */
  private record Found(ModelRelease release, Manifest manifest) {}

  private Found find() throws IOException, InterruptedException, UntrustedException {
    TufClient.Targets targets = trust.refresh();
    String path = Manifest.target(model);
    Target target = targets.all().get(path);
    if (target == null) {
      throw new IOException(
          "%s publishes no %s; there %s %s"
              .formatted(
                  source.description(),
                  path,
                  targets.all().size() == 1 ? "is" : "are",
                  targets.all().isEmpty() ? "none" : String.join(", ", targets.all().keySet())));
    }
    if (target.length() > Manifest.MAX_BYTES) {
      throw new UntrustedException(
          UntrustedException.Reason.TOO_LARGE,
          "%s has %d bytes, a manifest at most %d"
              .formatted(path, target.length(), Manifest.MAX_BYTES));
    }
    try {
      Manifest manifest = Manifest.read(targets.read(target));
      if (!manifest.name().equals(model)) {
        throw new UntrustedException(
            UntrustedException.Reason.MISMATCH, path + " is a manifest of " + manifest.name());
      }
      return new Found(
          new ModelRelease(
              manifest.program().sha256(),
              manifest.program().bytes(),
              manifest.name(),
              manifest.version()),
          manifest);
    } catch (BadJsonException e) {
      throw new UntrustedException(UntrustedException.Reason.FORMAT, e.getMessage(), e);
    }
  }

  private boolean runsAlready(ModelRelease release) {
    return slots.active().map(ModelRelease::sha256).filter(release.sha256()::equals).isPresent();
  }

  private LocalBlocks localBlocks() {
    List<String> here = new ArrayList<>();
    slots.activeFile().ifPresent(here::add);
    slots.previousFile().ifPresent(here::add);
    return LocalBlocks.of(folder, here);
  }

  /** Looks; changes nothing but what is trusted. */
  public Outcome check() throws InterruptedException {
    try {
      Found found = find();
      if (runsAlready(found.release())) {
        return new Outcome.UpToDate(slots.active().orElseThrow());
      }
      if (slots.isRefused(found.release().sha256())) {
        return refusedBefore(found.release());
      }
      LocalBlocks here = localBlocks();
      long bytes =
          here.missingBytes(found.manifest().program().blocks())
              + here.missingBytes(found.manifest().golden().blocks());
      return new Outcome.Available(found.release(), bytes, slots.active());
    } catch (UntrustedException e) {
      return new Outcome.Untrusted(e.getMessage(), slots.active());
    } catch (IOException e) {
      return new Outcome.Failed(message(e), e, slots.active());
    }
  }

  private Outcome refusedBefore(ModelRelease release) {
    return new Outcome.Refused(
        release, "it failed here before; 'update --apply' tries it again", slots.active());
  }

  private static String message(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /**
   * Looks, and installs what is newer.
   *
   * @param stage where a candidate shows itself
   * @param again whether one that failed here before is tried again
   * @param cancelled asked between pieces; what has come is kept
   * @param progress hears how far the program file is
   */
  public Outcome update(
      Stage stage, boolean again, BooleanSupplier cancelled, Download.Progress progress)
      throws InterruptedException {
    try {
      Found found = find();
      ModelRelease release = found.release();
      if (runsAlready(release)) {
        slots.drop();
        return new Outcome.UpToDate(slots.active().orElseThrow());
      }
      if (slots.isRefused(release.sha256())) {
        if (!again) {
          return refusedBefore(release);
        }
        slots.forgive(release.sha256());
      }
      return install(found, stage, cancelled, progress);
    } catch (UntrustedException e) {
      return new Outcome.Untrusted(e.getMessage(), slots.active());
    } catch (IOException e) {
      return new Outcome.Failed(message(e), e, slots.active());
    }
  }

  private Outcome install(
      Found found, Stage stage, BooleanSupplier cancelled, Download.Progress progress)
      throws IOException, InterruptedException, UntrustedException {
    ModelRelease release = found.release();
    Manifest manifest = found.manifest();
    Optional<ModelRelease> before = slots.active();
    slots.stage(release);
    if (!manifest.device().equals(device)) {
      return refuse(
          release,
          "it is compiled for %s, this board is a %s".formatted(manifest.device(), device));
    }
    long room = release.bytes() + manifest.golden().bytes() + SPARE_BYTES - staged();
    if (folder.usableBytes() < room) {
      return new Outcome.Paused(
          release,
          "%d bytes are free in %s, %d are needed"
              .formatted(folder.usableBytes(), folder.description(), room),
          before);
    }
    Download download =
        new Download(folder, source, localBlocks(), allowance, clock, cancelled, progress);
    try {
      download.complete(SlotStore.INCOMING, manifest.program());
      download.complete(SlotStore.GOLDEN, manifest.golden());
    } catch (Download.PausedException e) {
      return new Outcome.Paused(release, e.getMessage(), before);
    }
    if (!slots.beginTrial()) {
      return refuse(release, "its trials did not come to an end");
    }
    try (Stage.Candidate candidate = stage.open(SlotStore.INCOMING, release)) {
      Optional<String> fault = fault(candidate, manifest);
      if (fault.isPresent()) {
        return refuse(release, fault.get());
      }
      slots.commit();
      candidate.takeOver();
      return new Outcome.Installed(release, before, download.fetchedBytes());
    } catch (BadProgramException | PipelineException e) {
      return refuse(release, e.getMessage());
    }
  }

  private long staged() throws IOException {
    long bytes = 0;
    for (String name : List.of(SlotStore.INCOMING, SlotStore.GOLDEN)) {
      bytes += files.exists(name) ? folder.size(name) : 0;
    }
    return bytes;
  }

  private Outcome refuse(ModelRelease release, String why) throws IOException {
    slots.refuse();
    return new Outcome.Refused(release, why, slots.active());
  }

  /** What speaks against a candidate. */
  private Optional<String> fault(Stage.Candidate candidate, Manifest manifest)
      throws IOException, InterruptedException {
    byte[] golden =
        files
            .read(SlotStore.GOLDEN, Manifest.MAX_GOLDEN_BYTES)
            .orElseThrow(() -> new IOException(SlotStore.GOLDEN + " is gone"));
    try {
      int wrong = GoldenSamples.firstWrong(candidate.executor(), golden, manifest.samples());
      if (wrong >= 0) {
        return Optional.of(
            "its answer to golden sample %d of %d is not the one that it was published with"
                .formatted(wrong, manifest.samples()));
      }
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    Optional<TrialReport> report = candidate.runBeside(trial.windows(), trial.patienceNs());
    return report.flatMap(this::fault);
  }

  private Optional<String> fault(TrialReport report) {
    if (report.failure().isPresent()) {
      return Optional.of("it failed on a live window: " + report.failure().get());
    }
    if (report.candidate().p99Ns() > trial.latestNs()) {
      return Optional.of(
          "99 of 100 of its answers took up to %.3f ms on live windows, the deadline is %.3f ms; what runs took %.3f ms"
              .formatted(
                  report.candidate().p99Ns() / 1e6,
                  trial.latestNs() / 1e6,
                  report.active().p99Ns() / 1e6));
    }
    double share = report.windows() == 0 ? 0 : report.alertsDiffer() / (double) report.windows();
    if (share > trial.mayDiffer()) {
      return Optional.of(
          "its alerts stood otherwise after %d of %d live windows, at most a share of %s is allowed"
              .formatted(report.alertsDiffer(), report.windows(), trial.mayDiffer()));
    }
    return Optional.empty();
  }

  /** Goes back to what ran before. What runs now is not taken again by itself. */
  public static Outcome rollBack(SlotStore slots) {
    try {
      if (slots.active().isEmpty()) {
        return new Outcome.Failed(
            "nothing is installed, so there is nothing to give up", null, slots.active());
      }
      slots.drop();
      ModelRelease given = slots.goBack().orElseThrow();
      return new Outcome.RolledBack(given, slots.active());
    } catch (IOException e) {
      return new Outcome.Failed(message(e), e, slots.active());
    }
  }
}
