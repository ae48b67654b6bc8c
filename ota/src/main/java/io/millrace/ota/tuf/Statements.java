package io.millrace.ota.tuf;

import io.millrace.ota.disk.Sha256;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.CanonicalJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Metadata files, made and signed (specification, sections 4.3 to 4.6). */
public final class Statements {
  static final String SPEC_VERSION = "1.0.31";

  private Statements() {}

  /**
   * A root.
   *
   * @param keys who may sign for each role
   * @param rootThreshold how many of root's keys must sign a root; one is enough for other roles
   * @param signers who signs this one
   */
  public static byte[] root(
      long version,
      Instant expires,
      Map<Role, List<TufKey>> keys,
      int rootThreshold,
      List<SigningKey> signers) {
    Map<String, Object> forms = new LinkedHashMap<>();
    Map<String, Object> roles = new LinkedHashMap<>();
    for (Role role : Role.values()) {
      List<String> ids = new ArrayList<>();
      for (TufKey key : keys.get(role)) {
        forms.put(key.id(), key.form());
        ids.add(key.id());
      }
      int threshold = role == Role.ROOT ? rootThreshold : 1;
      roles.put(role.word(), Map.of("keyids", ids, "threshold", threshold));
    }
    Map<String, Object> signed = header(Role.ROOT, version, expires);
    signed.put("consistent_snapshot", true);
    signed.put("keys", forms);
    signed.put("roles", roles);
    return signed(signed, signers);
  }

  /**
   * What files there are.
   *
   * @param targets by path: length, digest and what else is said of each
   */
  public static byte[] targets(
      long version, Instant expires, Map<String, Target> targets, List<SigningKey> signers) {
    Map<String, Object> forms = new LinkedHashMap<>();
    targets.forEach((path, target) -> {
      Map<String, Object> form = new LinkedHashMap<>();
      form.put("length", target.length());
      form.put("hashes", Map.of("sha256", target.sha256()));
      if (!target.custom().isEmpty()) {
        form.put("custom", target.custom());
      }
      forms.put(path, form);
    });
    Map<String, Object> signed = header(Role.TARGETS, version, expires);
    signed.put("targets", forms);
    return signed(signed, signers);
  }

  /** Which targets file goes with it. */
  public static byte[] snapshot(
      long version, Instant expires, long targetsVersion, byte[] targets, List<SigningKey> by) {
    return pointer(Role.SNAPSHOT, version, expires, Role.TARGETS, targetsVersion, targets, by);
  }

  /** Which snapshot is the newest. */
  public static byte[] timestamp(
      long version, Instant expires, long snapshotVersion, byte[] snapshot, List<SigningKey> by) {
    return pointer(Role.TIMESTAMP, version, expires, Role.SNAPSHOT, snapshotVersion, snapshot, by);
  }

  private static byte[] pointer(
      Role role,
      long version,
      Instant expires,
      Role to,
      long toVersion,
      byte[] toFile,
      List<SigningKey> signers) {
    Map<String, Object> signed = header(role, version, expires);
    signed.put("meta", Map.of(to.file(), FileMeta.form(toVersion, toFile)));
    return signed(signed, signers);
  }

  /** A target for a file. */
  public static Target target(String path, byte[] file, Map<String, Object> custom) {
    return new Target(path, file.length, Sha256.of(file), custom);
  }

  private static Map<String, Object> header(Role role, long version, Instant expires) {
    Map<String, Object> signed = new LinkedHashMap<>();
    signed.put("_type", role.word());
    signed.put("spec_version", SPEC_VERSION);
    signed.put("version", version);
    signed.put("expires", expires.truncatedTo(ChronoUnit.SECONDS).toString());
    return signed;
  }

  private static byte[] signed(Map<String, Object> signed, List<SigningKey> signers) {
    try {
      byte[] canonical = CanonicalJson.bytes(signed);
      Map<String, Object> signatures = new LinkedHashMap<>();
      for (SigningKey signer : signers) {
        signatures.put(signer.key().id(), signer.sign(canonical));
      }
      List<Object> list = new ArrayList<>();
      signatures.forEach((id, sig) -> list.add(Map.of("keyid", id, "sig", sig)));
      return CanonicalJson.bytes(Map.of("signed", signed, "signatures", list));
    } catch (BadJsonException e) {
      throw new IllegalArgumentException("cannot be signed: " + e.getMessage(), e);
    }
  }
}
