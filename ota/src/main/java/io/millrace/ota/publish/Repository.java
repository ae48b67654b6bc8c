package io.millrace.ota.publish;

import io.millrace.ota.content.Manifest;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.JsonObject;
import io.millrace.ota.tuf.Role;
import io.millrace.ota.tuf.SigningKey;
import io.millrace.ota.tuf.Statements;
import io.millrace.ota.tuf.Target;
import io.millrace.ota.tuf.TufKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A published folder.
 *
 * <pre>
 * metadata/1.root.json  2.root.json …  timestamp.json  7.snapshot.json  5.targets.json
 * targets/SHA256.bearing.update
 * blocks/3f/3f….zst
 * </pre>
 */
public final class Repository {
  private final Path folder;
  private final Path metadata;

  /**
   * How long what is signed holds.
   *
   * @param root until boards no longer believe whose keys count
   * @param targets until a release must be signed anew
   * @param snapshot the same for the set of files
   * @param timestamp how long a board may be kept from news without noticing
   */
  public record Validity(Duration root, Duration targets, Duration snapshot, Duration timestamp) {
    /** Ten years, a year, a year, 30 days. */
    public static final Validity DEFAULT =
        new Validity(
            Duration.ofDays(3650), Duration.ofDays(365), Duration.ofDays(365), Duration.ofDays(30));
  }

  /**
   * What a publication came to.
   *
   * @param root the newest root file, which a new board is given by hand
   * @param versions of root, targets, snapshot and timestamp
   * @param newBytes bytes of blocks and manifests that were not there before
   */
  public record Published(Path root, Map<Role, Long> versions, long newBytes) {
    public Published {
      versions = Map.copyOf(versions);
    }
  }

  public Repository(Path folder) {
    this.folder = folder;
    metadata = folder.resolve("metadata");
  }

  /**
   * Publishes releases beside those that are there already, in place of those of the same name, and
   * signs everything anew; without any release, only signs anew.
   *
   * @param rootThreshold how many root keys must sign a root
   * @throws IOException also if what is there cannot be read, or the keys cannot sign the next root
   */
  public Published publish(
      List<Release> releases, KeyRing keys, int rootThreshold, Validity validity, Instant now)
      throws IOException {
    try {
      return publishChecked(releases, keys, rootThreshold, validity, now);
    } catch (BadJsonException e) {
      throw new IOException(
          folder + " holds no repository that can be gone on with: " + e.getMessage(), e);
    }
  }

  private Published publishChecked(
      List<Release> releases, KeyRing keys, int rootThreshold, Validity validity, Instant now)
      throws IOException, BadJsonException {
    if (rootThreshold < 1 || rootThreshold > keys.byRole().get(Role.ROOT).size()) {
      throw new IOException(
          "%d root keys must sign, but there are %d"
              .formatted(rootThreshold, keys.byRole().get(Role.ROOT).size()));
    }
    long rootVersion = publishRoot(keys, rootThreshold, now.plus(validity.root()), now);
    long newBytes = 0;
    Map<String, Target> targets = targets();
    for (Release release : releases) {
      for (Map.Entry<String, byte[]> block : release.stored().entrySet()) {
        newBytes += writeOnce(block.getKey(), block.getValue());
      }
      Manifest manifest = release.manifest();
      byte[] file = manifest.bytes();
      if (file.length > Manifest.MAX_BYTES) {
        throw new IOException("the manifest has " + file.length + " bytes: too many blocks");
      }
      String path = Manifest.target(manifest.name());
      Map<String, Object> custom =
          Map.of("version", manifest.version(), "device", manifest.device());
      Target target = Statements.target(path, file, custom);
      newBytes += writeOnce("targets/" + target.sha256() + "." + path, file);
      targets.put(path, target);
    }
    long targetsVersion = highest(Role.TARGETS) + 1;
    byte[] targetsFile =
        Statements.targets(
            targetsVersion, now.plus(validity.targets()), targets, keys.byRole().get(Role.TARGETS));
    write("metadata/" + Role.TARGETS.file(targetsVersion), targetsFile);
    long snapshotVersion = highest(Role.SNAPSHOT) + 1;
    byte[] snapshotFile =
        Statements.snapshot(
            snapshotVersion,
            now.plus(validity.snapshot()),
            targetsVersion,
            targetsFile,
            keys.byRole().get(Role.SNAPSHOT));
    write("metadata/" + Role.SNAPSHOT.file(snapshotVersion), snapshotFile);
    long timestampVersion = timestampVersion() + 1;
    byte[] timestampFile =
        Statements.timestamp(
            timestampVersion,
            now.plus(validity.timestamp()),
            snapshotVersion,
            snapshotFile,
            keys.byRole().get(Role.TIMESTAMP));
    write("metadata/" + Role.TIMESTAMP.file(), timestampFile);
    return new Published(
        metadata.resolve(Role.ROOT.file(rootVersion)),
        Map.of(
            Role.ROOT,
            rootVersion,
            Role.TARGETS,
            targetsVersion,
            Role.SNAPSHOT,
            snapshotVersion,
            Role.TIMESTAMP,
            timestampVersion),
        newBytes);
  }

  // --- root ------------------------------------------------------------------------------------

  private long publishRoot(KeyRing ring, int threshold, Instant expires, Instant now)
      throws IOException, BadJsonException {
    Map<Role, List<TufKey>> keys = new EnumMap<>(Role.class);
    ring.byRole()
        .forEach((role, signers) -> keys.put(role, signers.stream().map(SigningKey::key).toList()));
    long version = highest(Role.ROOT);
    List<SigningKey> signers = new ArrayList<>(ring.byRole().get(Role.ROOT));
    if (version > 0) {
      JsonObject current = current(Role.ROOT.file(version));
      if (says(current, keys, threshold) && farFromOver(current, expires, now)) {
        return version;
      }
      signers.addAll(ring.retiredRoot());
      requireMaySign(current, signers);
    }
    byte[] file = Statements.root(version + 1, expires, keys, threshold, signers);
    write("metadata/" + Role.ROOT.file(version + 1), file);
    return version + 1;
  }

  private static boolean says(JsonObject root, Map<Role, List<TufKey>> keys, int threshold)
      throws BadJsonException {
    for (Map.Entry<Role, List<TufKey>> each : keys.entrySet()) {
      JsonObject role = root.object("roles").object(each.getKey().word());
      Set<String> ids = new HashSet<>();
      each.getValue().forEach(key -> ids.add(key.id()));
      int needed = each.getKey() == Role.ROOT ? threshold : 1;
      if (!ids.equals(new HashSet<>(role.texts("keyids")))
          || role.integer("threshold", 1, Integer.MAX_VALUE) != needed) {
        return false;
      }
    }
    return true;
  }

  /** Whether more than half of its time is left. */
  private static boolean farFromOver(JsonObject root, Instant wouldExpire, Instant now)
      throws BadJsonException {
    Instant expires = Instant.parse(root.text("expires"));
    return Duration.between(now, expires).compareTo(Duration.between(now, wouldExpire).dividedBy(2))
        > 0;
  }

  private static void requireMaySign(JsonObject root, List<SigningKey> signers)
      throws IOException, BadJsonException {
    JsonObject role = root.object("roles").object(Role.ROOT.word());
    Set<String> may = new HashSet<>(role.texts("keyids"));
    long have = signers.stream().map(s -> s.key().id()).distinct().filter(may::contains).count();
    long needed = role.integer("threshold", 1, Integer.MAX_VALUE);
    if (have < needed) {
      throw new IOException(
          "the next root needs the signatures of %d root keys of version %d, and %d are here: put the old ones into the folder 'retired' of the keys"
              .formatted(needed, root.integer("version", 1, Long.MAX_VALUE), have));
    }
  }

  // --- what is there ---------------------------------------------------------------------------

  private JsonObject current(String name) throws IOException, BadJsonException {
    Path file = metadata.resolve(name);
    return JsonObject.parse(Files.readAllBytes(file), file.toString()).object("signed");
  }

  private long highest(Role role) throws IOException {
    if (!Files.isDirectory(metadata)) {
      return 0;
    }
    String ending = "." + role.file();
    try (Stream<Path> files = Files.list(metadata)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.matches("[1-9][0-9]{0,17}" + java.util.regex.Pattern.quote(ending)))
          .mapToLong(n -> Long.parseLong(n.substring(0, n.length() - ending.length())))
          .max()
          .orElse(0);
    }
  }

  private long timestampVersion() throws IOException, BadJsonException {
    return Files.exists(metadata.resolve(Role.TIMESTAMP.file()))
        ? current(Role.TIMESTAMP.file()).integer("version", 1, Long.MAX_VALUE - 1)
        : 0;
  }

  private Map<String, Target> targets() throws IOException, BadJsonException {
    Map<String, Target> targets = new TreeMap<>();
    long version = highest(Role.TARGETS);
    if (version == 0) {
      return targets;
    }
    for (Map.Entry<String, JsonObject> each :
        current(Role.TARGETS.file(version)).object("targets").members().entrySet()) {
      JsonObject form = each.getValue();
      targets.put(
          each.getKey(),
          new Target(
              each.getKey(),
              form.integer("length", 0, Long.MAX_VALUE),
              form.object("hashes").hex("sha256", 32),
              form.has("custom")
                  ? form.object("custom").fields()
                  : new LinkedHashMap<String, Object>()));
    }
    return targets;
  }

  // --- writing ---------------------------------------------------------------------------------

  /** Writes what is named by its digest; what is there already is left alone. */
  private long writeOnce(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    if (Files.exists(file) && Files.size(file) == bytes.length) {
      return 0;
    }
    write(path, bytes);
    return bytes.length;
  }

  private void write(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
