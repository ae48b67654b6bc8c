package io.millrace.ota.transfer;

import io.millrace.node.budget.Claim;
import io.millrace.node.budget.UplinkDay;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.node.storage.SmallFiles;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.Optional;

/** So many bytes of updates a day, counted as the node counts its uplink: {@link UplinkDay}. */
public final class DayAllowance implements Allowance {
  private final UplinkDay day;

  private DayAllowance(UplinkDay day) {
    this.day = day;
  }

  /**
   * Goes on with what was put down.
   *
   * @param bytesPerDay at least 1
   * @param store keeps the count, of updates alone
   * @throws IOException if the folder cannot be read
   */
  public static DayAllowance open(long bytesPerDay, SmallFiles store, Clock clock)
      throws IOException {
    UplinkLimit limit = new UplinkLimit(bytesPerDay, 0, Optional.empty());
    return new DayAllowance(new UplinkDay(limit, Optional.of(store), clock));
  }

  @Override
  public Answer ask(int bytes, long waitedNs) throws IOException {
    return day.take(bytes, Claim.REST)
        ? Answer.GO
        : new Answer.Stop(
            "%d of %d bytes of this day are used, %d more are needed"
                .formatted(day.used(), day.bytesPerDay(), bytes));
  }
}
