package io.millrace.node.budget;

import io.millrace.node.storage.SmallFiles;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

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
 *
 * <p>For any number of threads: all that travels is counted here, whoever sends it. Nobody waits
 * for the disk but who writes.
 */
public final class UplinkDay implements Account {
  private static final long DAY_MS = 86_400_000;
  private static final int PORTIONS = 32;

  /** A clock that was set by less counts as slow, not as wrong. */
  private static final long JUMP_MS = 600_000;

  private static final long HOUR_NS = 3_600_000_000_000L;
  private static final int HOURS = 25;

  /** Of what is left beside alerts and connections, the share that the states can count on. */
  private static final double STATES_SHARE = 0.5;

  private final UplinkLimit settings;
  private final DayFile file;
  private final Clock clock;
  private final ReentrantLock writing = new ReentrantLock();

  // guarded by this
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
  private double upkeepPerMs;
  private double statesPerMs;

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
    // loads what claims are now: the first decision takes no bytes of the heap either
    left(Claim.REST);
  }

  private long today() {
    return Math.floorDiv(clock.wallTimeEpochMs(), DAY_MS);
  }

  @Override
  public Limit limit() {
    return Limit.UPLINK;
  }

  /** Bytes that a day has. */
  public long bytesPerDay() {
    return settings.bytesPerDay();
  }

  /** Bytes of this day so far. */
  public synchronized long used() {
    turn();
    return used;
  }

  /** Bytes that are left of this day, those for alerts included. */
  public synchronized long left() {
    turn();
    return Math.max(0, settings.bytesPerDay() - used);
  }

  /** Milliseconds that are left of this day. */
  public synchronized long leftMs() {
    turn();
    return Math.max(1, (day + 1) * DAY_MS - clock.wallTimeEpochMs());
  }

  /** The most of any day so far. */
  public synchronized long mostUsed() {
    return mostUsed;
  }

  private long wallByMonotonicMs() {
    return clock.wallTimeEpochMs() - clock.nanoTime() / 1_000_000;
  }

  /**
   * Keeps bytes free for what goes on all day.
   *
   * @param upkeepBytesPerMs what open connections take
   * @param statesBytesPerMs what states would take as often as they are wanted; at most half of
   *     what a day has beside alerts and connections is kept for them
   * @throws IllegalArgumentException if the connections alone take more than the day has
   */
  public synchronized void keepFor(double upkeepBytesPerMs, double statesBytesPerMs) {
    if (upkeepBytesPerMs * DAY_MS > forOthers()) {
      throw new IllegalArgumentException(
          "connections that are kept open take %.0f bytes a day, an uplink of %d bytes a day has %d beside what it keeps for alerts; ping less often ('keep-alive') or allow more"
              .formatted(upkeepBytesPerMs * DAY_MS, settings.bytesPerDay(), forOthers()));
    }
    upkeepPerMs = upkeepBytesPerMs;
    statesPerMs = statesBytesPerMs;
  }

  private long forOthers() {
    return settings.bytesPerDay() - settings.alertBytes();
  }

  /** What is kept for others than who claims, for each millisecond that is left of the day. */
  private double keptPerMs(Claim claim) {
    if (claim == Claim.ALERTS) {
      return 0;
    }
    if (claim == Claim.STATES) {
      return upkeepPerMs;
    }
    double share = STATES_SHARE * (forOthers() / (double) DAY_MS - upkeepPerMs);
    return upkeepPerMs + Math.min(statesPerMs, share);
  }

  /** The most that a day's bytes may come to now, by who claims them. */
  private long most(Claim claim) {
    double kept = keptPerMs(claim);
    long limit = claim == Claim.ALERTS ? settings.bytesPerDay() : forOthers();
    return kept == 0 ? limit : limit - (long) Math.ceil(kept * leftMs());
  }

  /** Bytes that are left of this day for who claims them. */
  public synchronized long left(Claim claim) {
    turn();
    return Math.max(0, most(claim) - used);
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
      recount(lastDay());
      reserved = used;
    }
    jumped = jumped && nowNs - jumpedNs < DAY_MS * 1_000_000;
    if (today > day) {
      day = today;
      recount(jumped ? lastDay() : 0);
      reserved = used;
    } else if (jumped) {
      recount(Math.min(used, lastDay()));
    }
  }

  /** From now on so many are counted for this day. */
  private void recount(long bytes) {
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
    writing.lock();
    try {
      DayFile.Count next = due();
      if (next != null) {
        file.write(next);
        putDown(next);
      }
    } finally {
      writing.unlock();
    }
  }

  /** What is to be put down; null if enough is. */
  private synchronized DayFile.Count due() {
    turn();
    long limit = settings.bytesPerDay();
    long portion = Math.max(Math.max(1, limit / PORTIONS), Math.multiplyExact(4, largest));
    boolean nearlyUsed = reserved - used < portion / 2 && reserved < limit;
    return nearlyUsed || reserved < used
        ? new DayFile.Count(day, Math.max(used, Math.min(limit, used + portion)))
        : null;
  }

  private synchronized void putDown(DayFile.Count count) {
    if (count.day() == day) {
      reserved = count.bytes();
    }
  }

  /**
   * Puts down exactly what was used, at the end.
   *
   * @throws IOException if it cannot be written; a portion is wasted then
   */
  public void putDownAll() throws IOException {
    writing.lock();
    try {
      DayFile.Count exact;
      synchronized (this) {
        turn();
        exact = new DayFile.Count(day, used);
        reserved = used;
      }
      file.write(exact);
    } finally {
      writing.unlock();
    }
  }

  @Override
  public synchronized boolean allows(long nowNs, Charge charge) {
    if (charge.sentBytes() == 0) {
      return true;
    }
    turn();
    largest = Math.max(largest, Math.min(charge.sentBytes(), settings.bytesPerDay()));
    return used + charge.sentBytes() <= Math.min(reserved, most(Claim.REST));
  }

  @Override
  public synchronized long possibleAtNs(long nowNs, Charge charge) {
    if (allows(nowNs, charge)) {
      return nowNs;
    }
    long spare = forOthers() - used - charge.sentBytes();
    if (spare >= 0) {
      double kept = keptPerMs(Claim.REST);
      double waitMs = kept == 0 ? 0 : leftMs() - spare / kept;
      // at the soonest once a portion is put down
      return nowNs + (long) (Math.max(1000, waitMs) * 1e6);
    }
    return charge.sentBytes() > forOthers() ? Long.MAX_VALUE : nowNs + leftMs() * 1_000_000;
  }

  @Override
  public void take(long nowNs, Charge charge) {
    count(charge.sentBytes());
  }

  /** Bytes leave the board, whatever is left. */
  public synchronized void count(long bytes) {
    turn();
    used += bytes;
    mostUsed = Math.max(mostUsed, used);
  }

  /**
   * Takes bytes if they are there, and puts them down before it returns. May wait for the disk.
   *
   * @return false, and nothing taken, if they are not
   * @throws IOException if they cannot be put down; nothing is taken then
   */
  public boolean take(long bytes, Claim claim) throws IOException {
    synchronized (this) {
      turn();
      if (used + bytes > most(claim)) {
        return false;
      }
      count(bytes);
      if (used <= reserved) {
        return true;
      }
    }
    try {
      renew();
      return true;
    } catch (IOException e) {
      notSent(bytes);
      throw e;
    }
  }

  /** Bytes that were taken did not leave the board. */
  public synchronized void notSent(long bytes) {
    used = Math.max(0, used - bytes);
  }

  /** Bytes that the calls of a day may still take, by the second that is left of it. */
  public synchronized double sustainableBytesPerSecond() {
    return left(Claim.REST) / (leftMs() / 1e3);
  }

  /** Whether a larger share of the bytes is gone than of the day. */
  synchronized boolean isAhead() {
    double even = (settings.bytesPerDay() - settings.alertBytes()) / (DAY_MS / 1e3);
    return sustainableBytesPerSecond() < even;
  }

  @Override
  public double sustainableMilliW(long nowNs) {
    return Double.POSITIVE_INFINITY;
  }
}
