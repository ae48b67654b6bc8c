package io.millrace.ota.tuf;

import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.JsonObject;
import io.millrace.ota.tuf.UntrustedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.tinylog.Logger;

/**
 * Follows a repository: the client workflow of the specification, section 5. What was believed once
 * is kept in a folder, so that nothing older is believed later. For one thread.
 */
public final class TufClient {
  private static final String PREFIX = "tuf-";
  private static final String CLOCK = "tuf-clock";
  private static final int MAX_NEW_ROOTS = 256;
  private static final int MAX_TARGETS = 100_000;
  private static final Duration CLOCK_STEP = Duration.ofHours(6);

  private final SmallFiles store;
  private final byte[] firstRoot;
  private final Fetcher fetcher;
  private final Supplier<Instant> clock;

  /**
   * For one repository.
   *
   * @param store keeps what was believed
   * @param firstRoot the root file that the board was given by hand
   * @param clock the wall clock; the time of the last accepted visit stands in for one that is
   *     behind it, as on a board without a battery for its clock
   */
  public TufClient(SmallFiles store, byte[] firstRoot, Fetcher fetcher, Supplier<Instant> clock) {
    this.store = store;
    this.firstRoot = firstRoot.clone();
    this.fetcher = fetcher;
    this.clock = clock;
  }

  /** What the targets role says now, and where its files stand. */
  public final class Targets {
    private final boolean consistentSnapshot;
    private final Map<String, Target> targets;

    private Targets(boolean consistentSnapshot, Map<String, Target> targets) {
      this.consistentSnapshot = consistentSnapshot;
      this.targets = Map.copyOf(targets);
    }

    /** By path. */
    public Map<String, Target> all() {
      return targets;
    }

    /**
     * The bytes of a target.
     *
     * @throws UntrustedException if they are not those that were signed, or not there
     */
    public byte[] read(Target target) throws IOException, UntrustedException, InterruptedException {
      String at = target.location(consistentSnapshot);
      byte[] bytes = required(at, target.length());
      target.requireBytes(bytes);
      return bytes;
    }
  }

  /**
   * Visits the repository.
   *
   * @throws UntrustedException if anything it says must not be believed; what was believed before
   *     stays
   * @throws IOException if it cannot be reached, or the folder not be written
   */
  public Targets refresh() throws IOException, UntrustedException, InterruptedException {
    store.sweep();
    Instant now = trustedNow();
    RootMetadata root = updateRoot(now);
    FileMeta snapshotMeta = updateTimestamp(root, now);
    FileMeta targetsMeta = updateSnapshot(root, snapshotMeta, now);
    Map<String, Target> targets = updateTargets(root, targetsMeta, now);
    remember(now);
    return new Targets(root.consistentSnapshot(), targets);
  }

  // --- time -----------------------------------------------------------------------------------

  private Instant trustedNow() throws IOException {
    Instant now = clock.get();
    Instant last = remembered();
    return now.isBefore(last) ? last : now;
  }

  private Instant remembered() throws IOException {
    Optional<byte[]> text = store.read(CLOCK, 64);
    try {
      return text.isEmpty()
          ? Instant.EPOCH
          : Instant.parse(new String(text.get(), StandardCharsets.US_ASCII));
    } catch (java.time.format.DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  private void remember(Instant now) throws IOException {
    // seldom, for the sake of the memory card
    if (now.isAfter(remembered().plus(CLOCK_STEP))) {
      store.replace(CLOCK, now.toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  // --- root (5.3) ------------------------------------------------------------------------------

  private RootMetadata updateRoot(Instant now)
      throws IOException, UntrustedException, InterruptedException {
    Envelope envelope = trustedRoot();
    RootMetadata root = RootMetadata.of(envelope);
    for (int i = 0; ; i++) {
      String name = Role.ROOT.file(root.version() + 1);
      Optional<byte[]> next = fetcher.fetch("metadata/" + name, Role.ROOT.maxBytes());
      if (next.isEmpty()) {
        break;
      }
      if (i == MAX_NEW_ROOTS) {
        throw new UntrustedException(
            Reason.TOO_LARGE, "more than " + MAX_NEW_ROOTS + " new versions of root at once");
      }
      Envelope candidate = Envelope.parse(next.get(), Role.ROOT);
      candidate.requireSignedBy(root);
      RootMetadata newer = RootMetadata.of(candidate);
      candidate.requireSignedBy(newer);
      candidate.requireVersion(root.version() + 1);
      if (!newer.sameKeys(Role.TIMESTAMP, root) || !newer.sameKeys(Role.SNAPSHOT, root)) {
        // a stolen key may have signed versions so high that nothing true could follow
        forget(Role.TIMESTAMP);
        forget(Role.SNAPSHOT);
        store.folder().sync();
      }
      store.replace(PREFIX + Role.ROOT.file(), next.get());
      envelope = candidate;
      root = newer;
    }
    envelope.requireFresh(now);
    return root;
  }

  /** The newest root that was believed; the one given by hand if that file is damaged. */
  private Envelope trustedRoot() throws IOException, UntrustedException {
    Optional<byte[]> stored = store.read(PREFIX + Role.ROOT.file(), Role.ROOT.maxBytes());
    if (stored.isPresent()) {
      try {
        return selfSigned(stored.get());
      } catch (UntrustedException e) {
        Logger.warn(
            "stored root cannot be used, the first one takes its place: {}", e.getMessage());
      }
    }
    return selfSigned(firstRoot);
  }

  private static Envelope selfSigned(byte[] file) throws UntrustedException {
    Envelope envelope = Envelope.parse(file, Role.ROOT);
    envelope.requireSignedBy(RootMetadata.of(envelope));
    return envelope;
  }

  private void forget(Role role) throws IOException {
    store.delete(PREFIX + role.file());
  }

  // --- timestamp (5.4) -------------------------------------------------------------------------

  private FileMeta updateTimestamp(RootMetadata root, Instant now)
      throws IOException, UntrustedException, InterruptedException {
    Optional<Envelope> trusted = stored(Role.TIMESTAMP, root);
    byte[] file = required("metadata/" + Role.TIMESTAMP.file(), Role.TIMESTAMP.maxBytes());
    Envelope candidate = Envelope.parse(file, Role.TIMESTAMP);
    candidate.requireSignedBy(root);
    FileMeta snapshot = meta(candidate, Role.SNAPSHOT);
    if (trusted.isPresent()) {
      long before = trusted.get().version();
      if (candidate.version() < before) {
        throw new UntrustedException(
            Reason.VERSION,
            "timestamp.json is version %d, version %d was seen before"
                .formatted(candidate.version(), before));
      }
      FileMeta trustedSnapshot = meta(trusted.get(), Role.SNAPSHOT);
      if (snapshot.version() < trustedSnapshot.version()) {
        throw new UntrustedException(
            Reason.VERSION,
            "timestamp.json announces snapshot version %d, version %d was announced before"
                .formatted(snapshot.version(), trustedSnapshot.version()));
      }
      if (candidate.version() == before) {
        trusted.get().requireFresh(now);
        return trustedSnapshot;
      }
    }
    candidate.requireFresh(now);
    store.replace(PREFIX + Role.TIMESTAMP.file(), file);
    return snapshot;
  }

  // --- snapshot (5.5) --------------------------------------------------------------------------

  private FileMeta updateSnapshot(RootMetadata root, FileMeta announced, Instant now)
      throws IOException, UntrustedException, InterruptedException {
    Optional<Envelope> trusted = stored(Role.SNAPSHOT, root);
    if (trusted.isPresent() && isStill(Role.SNAPSHOT, trusted.get(), announced)) {
      trusted.get().requireFresh(now);
      return meta(trusted.get(), Role.TARGETS);
    }
    byte[] file = announcedFile(Role.SNAPSHOT, announced, root);
    Envelope candidate = Envelope.parse(file, Role.SNAPSHOT);
    candidate.requireSignedBy(root);
    candidate.requireVersion(announced.version());
    if (trusted.isPresent()) {
      requireNoRollback(trusted.get(), candidate);
    }
    candidate.requireFresh(now);
    FileMeta targets = meta(candidate, Role.TARGETS);
    store.replace(PREFIX + Role.SNAPSHOT.file(), file);
    return targets;
  }

  private static void requireNoRollback(Envelope trusted, Envelope candidate)
      throws UntrustedException {
    try {
      JsonObject now = candidate.signed().object("meta");
      for (Map.Entry<String, JsonObject> was :
          trusted.signed().object("meta").members().entrySet()) {
        long before = FileMeta.of(was.getValue()).version();
        if (!now.has(was.getKey())) {
          throw new UntrustedException(
              Reason.VERSION, "snapshot.json does not name " + was.getKey() + " any more");
        }
        long after = FileMeta.of(now.object(was.getKey())).version();
        if (after < before) {
          throw new UntrustedException(
              Reason.VERSION,
              "snapshot.json announces version %d of %s, version %d was announced before"
                  .formatted(after, was.getKey(), before));
        }
      }
    } catch (BadJsonException e) {
      throw new UntrustedException(Reason.FORMAT, e.getMessage(), e);
    }
  }

  // --- targets (5.6) ---------------------------------------------------------------------------

  private Map<String, Target> updateTargets(RootMetadata root, FileMeta announced, Instant now)
      throws IOException, UntrustedException, InterruptedException {
    Optional<Envelope> trusted = stored(Role.TARGETS, root);
    if (trusted.isPresent() && isStill(Role.TARGETS, trusted.get(), announced)) {
      trusted.get().requireFresh(now);
      return targets(trusted.get());
    }
    byte[] file = announcedFile(Role.TARGETS, announced, root);
    Envelope candidate = Envelope.parse(file, Role.TARGETS);
    candidate.requireSignedBy(root);
    candidate.requireVersion(announced.version());
    candidate.requireFresh(now);
    Map<String, Target> targets = targets(candidate);
    store.replace(PREFIX + Role.TARGETS.file(), file);
    return targets;
  }

  private static Map<String, Target> targets(Envelope envelope) throws UntrustedException {
    try {
      Map<String, Target> targets = new LinkedHashMap<>();
      Map<String, JsonObject> members = envelope.signed().object("targets").members();
      if (members.size() > MAX_TARGETS) {
        throw new UntrustedException(
            Reason.TOO_LARGE, members.size() + " targets, at most " + MAX_TARGETS);
      }
      for (Map.Entry<String, JsonObject> each : members.entrySet()) {
        JsonObject form = each.getValue();
        long length = form.integer("length", 0, Long.MAX_VALUE);
        // a target under another digest alone cannot be checked here, so it cannot be had
        if (form.object("hashes").has("sha256") && isSafe(each.getKey())) {
          String sha256 = form.object("hashes").hex("sha256", 32);
          Map<String, Object> custom =
              form.has("custom") ? form.object("custom").fields() : Map.of();
          targets.put(each.getKey(), new Target(each.getKey(), length, sha256, custom));
        }
      }
      return targets;
    } catch (BadJsonException e) {
      throw new UntrustedException(Reason.FORMAT, e.getMessage(), e);
    }
  }

  /** Whether a path stays below the folder it is looked up in, whoever looks. */
  static boolean isSafe(String path) {
    return path.matches("[A-Za-z0-9_+-][A-Za-z0-9._+-]*(/[A-Za-z0-9_+-][A-Za-z0-9._+-]*){0,15}")
        && path.length() <= 255;
  }

  // --- of all ----------------------------------------------------------------------------------

  /** A file that was believed, if it still can be: under a newer root it may not. */
  private Optional<Envelope> stored(Role role, RootMetadata root) throws IOException {
    Optional<byte[]> file = store.read(PREFIX + role.file(), role.maxBytes());
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Envelope envelope = Envelope.parse(file.get(), role);
      envelope.requireSignedBy(root);
      return Optional.of(envelope);
    } catch (UntrustedException e) {
      Logger.info("stored {} does not count any more: {}", role.file(), e.getMessage());
      return Optional.empty();
    }
  }

  private boolean isStill(Role role, Envelope trusted, FileMeta announced) throws IOException {
    if (trusted.version() != announced.version()) {
      return false;
    }
    Optional<byte[]> file = store.read(PREFIX + role.file(), role.maxBytes());
    try {
      announced.requireBytes(file.orElse(new byte[0]), role);
      return true;
    } catch (UntrustedException e) {
      return false;
    }
  }

  private byte[] announcedFile(Role role, FileMeta announced, RootMetadata root)
      throws IOException, UntrustedException, InterruptedException {
    String name = root.consistentSnapshot() ? role.file(announced.version()) : role.file();
    byte[] file = required("metadata/" + name, announced.maxBytes(role));
    announced.requireBytes(file, role);
    return file;
  }

  private byte[] required(String path, long maxBytes)
      throws IOException, UntrustedException, InterruptedException {
    return fetcher
        .fetch(path, maxBytes)
        .orElseThrow(() ->
            new UntrustedException(
                Reason.MISSING, path + " is not there: not a repository, or one cut short"));
  }

  private static FileMeta meta(Envelope envelope, Role of) throws UntrustedException {
    try {
      return FileMeta.of(envelope.signed().object("meta").object(of.file()));
    } catch (BadJsonException e) {
      throw new UntrustedException(Reason.FORMAT, e.getMessage(), e);
    }
  }
}
