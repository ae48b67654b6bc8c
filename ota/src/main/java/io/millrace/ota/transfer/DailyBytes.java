package io.millrace.ota.transfer;

import io.millrace.node.storage.SmallFiles;
import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.CanonicalJson;
import io.millrace.ota.json.JsonObject;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * So many bytes a day (UTC), whatever happens in between: bytes are put down on disk in portions
 * before they are fetched, so that a power cut can waste a portion but never forget one. A clock
 * that goes back begins no new day. For one thread.
 */
public final class DailyBytes implements Allowance {
  private static final String FILE = "uplink.json";
  private static final long DAY_MS = 86_400_000;
  private static final int PORTIONS = 16;

  private final SmallFiles store;
  private final Clock clock;
  private final long limit;
  private final long portion;
  private long day;
  private long used;
  private long reserved;

  /**
   * Goes on with what was put down.
   *
   * @param bytesPerDay at least 1
   * @throws IOException if the folder cannot be read
   */
  public DailyBytes(long bytesPerDay, SmallFiles store, Clock clock) throws IOException {
    if (bytesPerDay < 1) {
      throw new IllegalArgumentException("limit of " + bytesPerDay + " bytes a day");
    }
    limit = bytesPerDay;
    portion = Math.max(1, bytesPerDay / PORTIONS);
    this.store = store;
    this.clock = clock;
    Optional<byte[]> file = store.read(FILE, 256);
    if (file.isPresent()) {
      try {
        JsonObject form = JsonObject.parse(file.get(), FILE);
        day = form.integer("day", 0, Long.MAX_VALUE);
        reserved = form.integer("bytes", 0, Long.MAX_VALUE);
        used = reserved;
      } catch (BadJsonException e) {
        // damaged: as if today's were used up, which ends with the day
        day = today();
        reserved = limit;
        used = limit;
      }
    }
  }

  private long today() {
    return clock.wallTimeEpochMs() / DAY_MS;
  }

  @Override
  public Answer ask(int bytes, long waitedNs) throws IOException {
    long today = today();
    if (today > day) {
      day = today;
      used = 0;
      reserved = 0;
    }
    if (used + bytes > limit) {
      return new Answer.Stop(
          "%d of %d bytes of this day are used, %d more are needed".formatted(used, limit, bytes));
    }
    if (used + bytes > reserved) {
      long next = Math.min(limit, Math.max(used + bytes, reserved + portion));
      write(next);
      reserved = next;
    }
    used += bytes;
    return Answer.GO;
  }

  /** Bytes of this day so far. */
  public long used() {
    return used;
  }

  private void write(long bytes) throws IOException {
    try {
      store.replace(FILE, CanonicalJson.bytes(Map.of("day", day, "bytes", bytes)));
    } catch (BadJsonException e) {
      throw new IllegalStateException("whole numbers have a canonical form", e);
    }
  }
}
