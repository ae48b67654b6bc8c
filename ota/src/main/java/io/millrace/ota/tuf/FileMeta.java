package io.millrace.ota.tuf;

import io.millrace.ota.disk.Sha256;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.JsonObject;
import io.millrace.ota.tuf.UntrustedException.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one metadata file says about another.
 *
 * @param version which version it must be
 * @param length how many bytes, if it says so
 * @param sha256 its digest, if it says so
 */
record FileMeta(long version, OptionalLong length, Optional<String> sha256) {
  static FileMeta of(JsonObject form) throws BadJsonException {
    return new FileMeta(
        form.integer("version", 1, Long.MAX_VALUE),
        form.has("length")
            ? OptionalLong.of(form.integer("length", 1, Integer.MAX_VALUE))
            : OptionalLong.empty(),
        form.has("hashes") && form.object("hashes").has("sha256")
            ? Optional.of(form.object("hashes").hex("sha256", 32))
            : Optional.empty());
  }

  static Map<String, Object> form(long version, byte[] file) {
    Map<String, Object> form = new LinkedHashMap<>();
    form.put("hashes", Map.of("sha256", Sha256.of(file)));
    form.put("length", file.length);
    form.put("version", version);
    return form;
  }

  /** The most that is to be read of it. */
  long maxBytes(Role role) {
    return Math.min(length.orElse(role.maxBytes()), role.maxBytes());
  }

  /** Demands these bytes. */
  void requireBytes(byte[] file, Role role) throws UntrustedException {
    if (length.isPresent() && length.getAsLong() != file.length) {
      throw new UntrustedException(
          Reason.MISMATCH,
          "%s has %d bytes, %d were announced"
              .formatted(role.file(), file.length, length.getAsLong()));
    }
    if (sha256.isPresent() && !sha256.get().equals(Sha256.of(file))) {
      throw new UntrustedException(
          Reason.MISMATCH, role.file() + " is not the file that was announced: SHA-256 differs");
    }
  }
}
