package io.millrace.node.budget;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Bytes that may travel over the link on a day, in either direction.
 *
 * @param bytesPerDay the most on a day (UTC)
 * @param alertBytes how many of them are kept for alerts, which are sent in any case
 * @param folder keeps today's count, for this limit alone; empty: it begins anew with each start
 */
public record UplinkLimit(long bytesPerDay, long alertBytes, Optional<Path> folder) {
  public UplinkLimit {
    if (bytesPerDay < 1) {
      throw new IllegalArgumentException("uplink limit of " + bytesPerDay + " bytes a day");
    }
    if (alertBytes < 0 || alertBytes > bytesPerDay) {
      throw new IllegalArgumentException(
          "%d bytes kept for alerts out of %d a day".formatted(alertBytes, bytesPerDay));
    }
  }
}
