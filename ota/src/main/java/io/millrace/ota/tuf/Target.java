package io.millrace.ota.tuf;

import io.millrace.ota.disk.Sha256;
import io.millrace.ota.tuf.UntrustedException.Reason;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file that the targets role vouches for.
 *
 * @param path its name, parts divided by slashes
 * @param length bytes
 * @param sha256 digest, hexadecimal digits
 * @param custom what else is said of it
 */
public record Target(String path, long length, String sha256, Map<String, Object> custom) {
  public Target {
    custom = Collections.unmodifiableMap(new LinkedHashMap<>(custom));
  }

  /** Where it stands in a repository: its digest before its name where snapshots are consistent. */
  String location(boolean consistentSnapshot) {
    if (!consistentSnapshot) {
      return "targets/" + path;
    }
    int name = path.lastIndexOf('/') + 1;
    return "targets/" + path.substring(0, name) + sha256 + "." + path.substring(name);
  }

  void requireBytes(byte[] file) throws UntrustedException {
    if (file.length != length || !Sha256.of(file).equals(sha256)) {
      throw new UntrustedException(
          Reason.MISMATCH,
          "%s is not the file that was signed: %d bytes of %d, or another SHA-256"
              .formatted(path, file.length, length));
    }
  }
}
