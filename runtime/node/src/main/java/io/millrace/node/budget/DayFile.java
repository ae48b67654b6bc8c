package io.millrace.node.budget;

import io.millrace.node.storage.SmallFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A day's count on disk: {@code DAY BYTES}, the day in days since 1970-01-01. */
final class DayFile {
  private static final String NAME = "uplink";
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9}) ([0-9]{1,18})\n");

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
    Optional<byte[]> bytes = store.isEmpty() ? Optional.empty() : store.get().read(NAME, 64);
    if (bytes.isEmpty()) {
      return new Count(today, 0);
    }
    Matcher form = FORM.matcher(new String(bytes.get(), StandardCharsets.US_ASCII));
    return form.matches()
        ? new Count(Long.parseLong(form.group(1)), Long.parseLong(form.group(2)))
        : new Count(today, limit);
  }

  void write(Count count) throws IOException {
    if (store.isPresent()) {
      String text = count.day() + " " + count.bytes() + "\n";
      store.get().replace(NAME, text.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
