package io.millrace.node.budget;

import io.millrace.node.storage.SmallFiles;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.Optional;

/**
 * So many bytes a day (UTC), whatever happens in between. Bytes are put down on disk in portions
 * before they are sent, so that a power cut can waste a portion but never forget one; a decision
 * itself never writes: {@link #renew} does, between two windows.
 *
 * <p>What is promised of the true day, whatever the wall clock does while the node runs: while it
 * is right to ten minutes, no day takes more than the limit. From a jump of more on, ahead or back,
 * by a right server or a wrong one, no 24 hours in a row do, those before the jump included, until
 * it has run a day without another. A clock that is wrong from the start and stays so has days of
 * its own: a true day may share two of them. Over a restart the wall clock is believed, but for a
 * day that is over by it already.
 */
public final class UplinkDay implements Account {
  private static final long DAY_MS = 86_400_000;
  private static final int PORTIONS = 32;

  /** A clock that was set by less counts as slow, not as wrong. */
  private static final long JUMP_MS = 600_000;

  private static final long HOUR_NS = 3_600_000_000_000L;
  private static final int HOURS = 25;

  private final UplinkLimit settings;
  private final DayFile file;
  private final Clock clock;
  private long day;
  private long used;
  private long reserved;
  private long largest = 1;
  private long mostUsed;
  private final long[] totalAtHour = new long[HOURS];
  private long lastHour;
  private long before;
  private long steadyMs;
  private boolean jumped;
  private long jumpedNs;

  /**
   * Goes on with what was put down.
   *
   * @param store keeps the count; empty: it begins anew with each start
   * @throws IOException if it cannot be read or the first portion not be put down
   */
  public UplinkDay(UplinkLimit settings, Optional<SmallFiles> store, Clock clock)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    file = new DayFile(store);
    day = today();
    steadyMs = wallByMonotonicMs();
    lastHour = Math.floorDiv(clock.nanoTime(), HOUR_NS);
    DayFile.Count count = file.read(settings.bytesPerDay(), day);
    day = Math.max(day, count.day());
    if (count.day() == day) {
      used = count.bytes();
      reserved = used;
    }
    renew();
  }

  private long today() {
    return Math.floorDiv(clock.wallTimeEpochMs(), DAY_MS);
  }

  @Override
  public Limit limit() {
    return Limit.UPLINK;
  }

  /** Bytes of this day so far. */
  public long used() {
    return used;
  }

  /** The most of any day so far. */
  public long mostUsed() {
    return mostUsed;
  }

  private long wallByMonotonicMs() {
    return clock.wallTimeEpochMs() - clock.nanoTime() / 1_000_000;
  }

  private void turn() {
    long nowNs = clock.nanoTime();
    remember(Math.floorDiv(nowNs, HOUR_NS));
    long today = today();
    if (Math.abs(wallByMonotonicMs() - steadyMs) > JUMP_MS) {
      steadyMs = wallByMonotonicMs();
      jumped = true;
      jumpedNs = nowNs;
      // by that clock this may still be the day that it was, or long another
      day = today;
      count(lastDay());
      reserved = used;
    }
    jumped = jumped && nowNs - jumpedNs < DAY_MS * 1_000_000;
    if (today > day) {
      day = today;
      count(jumped ? lastDay() : 0);
      reserved = used;
    } else if (jumped) {
      count(Math.min(used, lastDay()));
    }
  }

  private void count(long bytes) {
    before += used - bytes;
    used = bytes;
  }

  /** Bytes until each of the last hours began, by the clock that never jumps. */
  private void remember(long hour) {
    lastHour = Math.max(lastHour, hour - HOURS);
    while (lastHour < hour) {
      lastHour++;
      totalAtHour[(int) Math.floorMod(lastHour, (long) HOURS)] = before + used;
    }
  }

  /** Bytes of the last 24 hours, and of the part of an hour before them. */
  private long lastDay() {
    return before + used - totalAtHour[(int) Math.floorMod(lastHour + 1, (long) HOURS)];
  }

  /**
   * Puts down another portion if the last one is nearly used.
   *
   * @throws IOException if it cannot be written; then no more than the last portion is allowed
   */
  public void renew() throws IOException {
    turn();
    long portion =
        Math.max(Math.max(1, settings.bytesPerDay() / PORTIONS), Math.multiplyExact(4, largest));
    if (reserved - used < portion / 2 && reserved < settings.bytesPerDay()) {
      long next = Math.min(settings.bytesPerDay(), used + portion);
      file.write(new DayFile.Count(day, next));
      reserved = next;
    }
  }

  @Override
  public boolean allows(long nowNs, Charge charge) {
    if (charge.sentBytes() == 0) {
      return true;
    }
    turn();
    largest = Math.max(largest, Math.min(charge.sentBytes(), settings.bytesPerDay()));
    return used + charge.sentBytes()
        <= Math.min(reserved, settings.bytesPerDay() - settings.alertBytes());
  }

  @Override
  public long possibleAtNs(long nowNs, Charge charge) {
    if (allows(nowNs, charge)) {
      return nowNs;
    }
    long most = settings.bytesPerDay() - settings.alertBytes();
    if (used + charge.sentBytes() <= most) {
      return nowNs + 1_000_000_000L; // as soon as a portion is put down
    }
    long msLeft = (day + 1) * DAY_MS - clock.wallTimeEpochMs();
    return charge.sentBytes() > most ? Long.MAX_VALUE : nowNs + Math.max(1, msLeft) * 1_000_000;
  }

  @Override
  public void take(long nowNs, Charge charge) {
    turn();
    used += charge.sentBytes();
    mostUsed = Math.max(mostUsed, used);
  }

  /** Bytes that were taken did not leave the board. */
  void notSent(long bytes) {
    used = Math.max(0, used - bytes);
  }

  /** Bytes that the calls of a day may still take, by the second that is left of it. */
  public double sustainableBytesPerSecond() {
    turn();
    long msLeft = Math.max(1, (day + 1) * DAY_MS - clock.wallTimeEpochMs());
    long left = settings.bytesPerDay() - settings.alertBytes() - used;
    return Math.max(0, left) / (msLeft / 1e3);
  }

  /** Whether a larger share of the bytes is gone than of the day. */
  boolean isAhead() {
    double even = (settings.bytesPerDay() - settings.alertBytes()) / (DAY_MS / 1e3);
    return sustainableBytesPerSecond() < even;
  }

  @Override
  public double sustainableMilliW(long nowNs) {
    return Double.POSITIVE_INFINITY;
  }
}
