package io.millrace.ota.report;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * What there is and what there could be.
 *
 * @param installedVersion what runs; empty before the first installation
 * @param latestVersion what could run; the installed one if there is nothing newer
 * @param title what is updated, for people
 * @param releaseSummary what is new; shortened to 255 characters
 * @param inProgress whether it is being installed
 * @param percent how far, 0 to 100, where that is known
 */
public record UpdateStatus(
    String installedVersion,
    String latestVersion,
    String title,
    String releaseSummary,
    boolean inProgress,
    OptionalInt percent) {
  /** Home Assistant refuses longer states. */
  private static final int MAX_CHARS = 255;

  public UpdateStatus {
    Objects.requireNonNull(percent);
    installedVersion = shorten(installedVersion);
    latestVersion = shorten(latestVersion);
    title = shorten(title);
    releaseSummary = shorten(releaseSummary);
    if (percent.isPresent() && (percent.getAsInt() < 0 || percent.getAsInt() > 100)) {
      throw new IllegalArgumentException(percent.getAsInt() + " is not a percentage");
    }
  }

  private static String shorten(String text) {
    return text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS - 1) + "…" : text;
  }
}
