package io.millrace.ota.tuf;

import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.CanonicalJson;
import io.millrace.ota.json.JsonObject;
import io.millrace.ota.tuf.UntrustedException.Reason;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A metadata file taken apart: what is signed, and by whom it says to be. Nothing is believed. */
final class Envelope {
  private static final int MAX_SIGNATURES = 256;

  private final Role role;
  private final JsonObject signed;
  private final byte[] canonical;
  private final Map<String, String> signatures = new LinkedHashMap<>();
  private final long version;
  private final Instant expires;

  private Envelope(byte[] file, Role role) throws BadJsonException {
    this.role = role;
    JsonObject whole = JsonObject.parse(file, role.file());
    signed = whole.object("signed");
    canonical = CanonicalJson.bytes(signed.fields());
    var list = whole.objects("signatures");
    if (list.size() > MAX_SIGNATURES) {
      throw whole.bad("signatures", list.size() + " of them, at most " + MAX_SIGNATURES);
    }
    for (JsonObject each : list) {
      String id = each.text("keyid");
      if (signatures.put(id, each.text("sig")) != null) {
        throw whole.bad("signatures", "key " + id + " signs twice");
      }
    }
    String type = signed.text("_type");
    if (!type.equals(role.word())) {
      throw signed.bad("_type", "'" + type + "' must be '" + role.word() + "'");
    }
    String spec = signed.text("spec_version");
    if (!spec.matches("1(\\.\\d+){1,2}")) {
      throw signed.bad("spec_version", "'" + spec + "' is not 1.x: update this Millrace first");
    }
    version = signed.integer("version", 1, Long.MAX_VALUE);
    try {
      expires = Instant.parse(signed.text("expires"));
    } catch (DateTimeParseException e) {
      throw signed.bad("expires", "is no time such as 2030-01-31T00:00:00Z");
    }
  }

  static Envelope parse(byte[] file, Role role) throws UntrustedException {
    try {
      return new Envelope(file, role);
    } catch (BadJsonException e) {
      throw new UntrustedException(Reason.FORMAT, e.getMessage(), e);
    }
  }

  JsonObject signed() {
    return signed;
  }

  long version() {
    return version;
  }

  Instant expires() {
    return expires;
  }

  /** Demands that enough of the keys that {@code root} names for this role have signed. */
  void requireSignedBy(RootMetadata root) throws UntrustedException {
    RoleKeys may = root.roleKeys(role);
    // one key listed under two ids is still one
    Set<String> signers = new HashSet<>();
    for (Map.Entry<String, String> signature : signatures.entrySet()) {
      TufKey key = root.keys().get(signature.getKey());
      if (key != null
          && may.keyIds().contains(key.id())
          && !signers.contains(key.publicHex())
          && key.signed(canonical, signature.getValue())) {
        signers.add(key.publicHex());
      }
    }
    if (signers.size() < may.threshold()) {
      throw new UntrustedException(
          Reason.SIGNATURE,
          "%s version %d is signed by %d of the keys that version %d of root names for it, %d are needed"
              .formatted(role.file(), version, signers.size(), root.version(), may.threshold()));
    }
  }

  /** Demands that its time is not over. */
  void requireFresh(Instant now) throws UntrustedException {
    if (!expires.isAfter(now)) {
      throw new UntrustedException(
          Reason.EXPIRED,
          "%s version %d expired at %s, it is %s here: whoever publishes must sign anew, or this clock is wrong"
              .formatted(role.file(), version, expires, now));
    }
  }

  /** Demands a version. */
  void requireVersion(long expected) throws UntrustedException {
    if (version != expected) {
      throw new UntrustedException(
          Reason.VERSION,
          "%s is version %d, version %d was announced".formatted(role.file(), version, expected));
    }
  }
}
