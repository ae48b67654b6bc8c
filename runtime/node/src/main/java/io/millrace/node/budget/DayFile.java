package io.millrace.node.budget;

import io.millrace.node.storage.SmallFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A day's count on disk: {@code DAY BYTES}, the day in days since 1970-01-01. Earlier versions
 * counted updates in {@code uplink.json}, which is read where there is nothing else.
 */
final class DayFile {
  private static final String NAME = "uplink";
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}) ([0-9]{1,18})\n");

  private static final String OLD_NAME = "uplink.json";

  /** Canonical JSON: keys in order, no spaces. */
  private static final Pattern OLD_FORM =
      Pattern.compile("\\{\"bytes\":([0-9]{1,18}),\"day\":([0-9]{1,9})\\}");

  /** So many bytes on a day. */
  record Count(long day, long bytes) {}

  private final Optional<SmallFiles> store;

  DayFile(Optional<SmallFiles> store) {
    this.store = store;
  }

  /**
   * What was put down; nothing at {@code today} if there is none. A damaged file stands for a day
   * that is used up: the limit holds, and it ends with the day.
   */
  Count read(long limit, long today) throws IOException {
    if (store.isEmpty()) {
      return new Count(today, 0);
    }
    Optional<byte[]> bytes = store.get().read(NAME, 256);
    if (bytes.isPresent()) {
      Matcher form = FORM.matcher(text(bytes.get()));
      return form.matches() ? count(form.group(1), form.group(2)) : new Count(today, limit);
    }
    Optional<byte[]> old = store.get().read(OLD_NAME, 256);
    if (old.isPresent()) {
      Matcher form = OLD_FORM.matcher(text(old.get()));
      return form.matches() ? count(form.group(2), form.group(1)) : new Count(today, limit);
    }
    return new Count(today, 0);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static Count count(String day, String bytes) {
    return new Count(Long.parseLong(day), Long.parseLong(bytes));
  }

  void write(Count count) throws IOException {
    if (store.isPresent()) {
      String text = count.day() + " " + count.bytes() + "\n";
      store.get().replace(NAME, text.getBytes(StandardCharsets.US_ASCII));
      store.get().delete(OLD_NAME);
    }
  }
}
