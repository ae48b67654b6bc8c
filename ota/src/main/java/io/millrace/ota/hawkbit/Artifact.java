package io.millrace.ota.hawkbit;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * One file of an action.
 *
 * @param name as the server calls it; a plain file name
 * @param size its bytes
 * @param sha256 lower-case hexadecimal
 * @param link where it is downloaded
 */
public record Artifact(String name, long size, String sha256, URI link) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_NAME_CHARS = 255;

  /** What is wrong with it, empty if nothing is. */
  String fault(long maxBytes) {
    if (name.isEmpty()
        || name.length() > MAX_NAME_CHARS
        || name.startsWith(".")
        || name.chars().anyMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c))) {
      return "an artifact's name is not a plain file name";
    }
    if (size < 0 || size > maxBytes) {
      return "artifact " + name + " has " + size + " bytes; 0 to " + maxBytes + " are taken";
    }
    if (!SHA256.matcher(sha256).matches()) {
      return "artifact " + name + " has no SHA-256";
    }
    return "";
  }
}
