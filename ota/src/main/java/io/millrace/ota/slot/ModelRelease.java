package io.millrace.ota.slot;

/**
 * Which program it is.
 *
 * @param sha256 of the program file, hexadecimal digits
 * @param bytes of the program file
 * @param name of the model
 * @param version as its publisher calls it
 */
public record ModelRelease(String sha256, long bytes, String name, String version) {
  /** For people: {@code bearing 1.4 (3f2a81c09b55)}. */
  @Override
  public String toString() {
    return name + " " + version + " (" + sha256.substring(0, 12) + ")";
  }
}
