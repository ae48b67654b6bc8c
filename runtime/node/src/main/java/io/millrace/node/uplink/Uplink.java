package io.millrace.node.uplink;

import io.millrace.node.budget.Claim;
import io.millrace.node.budget.UplinkDay;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.node.storage.LocalFolder;
import io.millrace.node.storage.SmallFiles;
import io.millrace.sensors.clock.Clock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.tinylog.Logger;

/**
 * The one account of what travels over a node's link. A node without such a limit has one too: then
 * it only counts. For any number of threads; may wait for the disk.
 */
public final class Uplink implements Closeable {
  private static final double DAY_MS = 86_400_000;

  /** Decisions get half of what neither states nor connections want. */
  private static final double DECISIONS_SHARE = 0.5;

  /** States count as told as often as they are wanted once none was held back for so long. */
  private static final long CALM_NS = 3_600_000_000_000L;

  private final Optional<UplinkDay> day;
  private final Optional<LocalFolder> folder;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final Map<Sender, Long> sent = new EnumMap<>(Sender.class);
  private final Pace states = new Pace();
  private final Pace decisions = new Pace();
  private double upkeepPerMs;
  private double statesPerMs;
  private long heldBack;
  private long heldBackNs;
  private boolean poor;
  private boolean failing;
  private boolean closed;

  private Uplink(
      Optional<UplinkDay> day,
      Optional<LocalFolder> folder,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.day = day;
    this.folder = folder;
    this.clock = clock;
    this.errors = errors;
  }

  /** One without a limit, which only counts. */
  static Uplink counting(Clock clock) {
    return new Uplink(Optional.empty(), Optional.empty(), clock, e -> {});
  }

  /**
   * Opens the account of a limit; without one, it only counts.
   *
   * @param clock the node's
   * @param errors gets what cannot be put down, once until it can again; must not block
   * @throws IOException if the day's count cannot be read, or another node keeps its own there
   */
  public static Uplink open(
      Optional<UplinkLimit> limit, Clock clock, Consumer<? super Exception> errors)
      throws IOException {
    if (limit.isEmpty()) {
      return counting(clock);
    }
    Optional<Path> path = limit.get().folder();
    LocalFolder folder = path.isEmpty() ? null : LocalFolder.open(path.get());
    boolean opened = false;
    try {
      Optional<LocalFolder> locked = Optional.ofNullable(folder);
      UplinkDay day = new UplinkDay(limit.get(), locked.map(SmallFiles::new), clock);
      opened = true;
      return new Uplink(Optional.of(day), locked, clock, errors);
    } finally {
      if (!opened && folder != null) {
        folder.close();
      }
    }
  }

  /** What the ledger's answers are paid from; empty without a limit. */
  public Optional<UplinkDay> day() {
    return day;
  }

  // --- what goes on all day ----------------------------------------------------------------------

  /**
   * Keeps bytes free for a connection that is kept open, from now on.
   *
   * @param pingBytes of one ping and its answer
   * @param everyMs how often
   * @return ends that
   * @throws IllegalArgumentException if the day has not enough for that; it says what has
   */
  public synchronized Upkeep keepUp(long pingBytes, long everyMs) {
    double perMs = pingBytes / (double) everyMs;
    keepFor(upkeepPerMs + perMs, statesPerMs);
    if (day.isPresent() && 4 * upkeepPerMs * DAY_MS > day.get().bytesPerDay()) {
      Logger.warn(
          "uplink: pings take {} of {} bytes a day; with a longer 'keep-alive' more is left",
          Math.round(upkeepPerMs * DAY_MS),
          day.get().bytesPerDay());
    }
    return () -> {
      synchronized (this) {
        keepFor(Math.max(0, upkeepPerMs - perMs), statesPerMs);
      }
    };
  }

  /** Bytes that are kept for a connection until this is closed. */
  @FunctionalInterface
  public interface Upkeep extends AutoCloseable {
    @Override
    void close();
  }

  /** States of so many bytes are wanted so often. */
  public synchronized void wants(long bytes, long everyMs) {
    keepFor(upkeepPerMs, bytes / (double) everyMs);
  }

  private void keepFor(double upkeep, double wanted) {
    day.ifPresent(d -> d.keepFor(upkeep, wanted));
    upkeepPerMs = upkeep;
    statesPerMs = wanted;
  }

  // --- bytes -------------------------------------------------------------------------------------

  /** Whether {@link #take} would let them go now. */
  public synchronized boolean affords(Sender sender, long bytes) {
    if (day.isEmpty()) {
      return true;
    }
    UplinkDay d = day.get();
    return switch (sender) {
      case ALERTS -> true;
      case UPKEEP -> bytes <= d.left(Claim.ALERTS);
      case STATES ->
          bytes <= d.left(Claim.STATES)
              && states.allows(bytes, d.left(Claim.STATES) / (double) d.leftMs(), now());
      case UPDATES, CALLS -> bytes <= d.left(Claim.REST);
      case DECISIONS ->
          bytes <= d.left(Claim.REST) && decisions.allows(bytes, decisionsPerMs(d), now());
    };
  }

  private double decisionsPerMs(UplinkDay d) {
    double left = d.left(Claim.STATES) / (double) d.leftMs();
    return Math.max(0, left - statesPerMs) * DECISIONS_SHARE;
  }

  private long now() {
    return clock.nanoTime();
  }

  /**
   * Takes bytes that are about to travel, and puts them down. Those of alerts and connections are
   * taken whatever is left.
   *
   * @return false, and nothing taken, if they are not to go now
   */
  public synchronized boolean take(Sender sender, long bytes) {
    if (sender == Sender.ALERTS || sender == Sender.UPKEEP) {
      count(sender, bytes);
      return true;
    }
    if (!affords(sender, bytes) || !putDown(sender, bytes)) {
      return false;
    }
    switch (sender) {
      case STATES -> states.spent(bytes);
      case DECISIONS -> decisions.spent(bytes);
      default -> {}
    }
    sent.merge(sender, bytes, Long::sum);
    return true;
  }

  private boolean putDown(Sender sender, long bytes) {
    if (day.isEmpty()) {
      return true;
    }
    try {
      Claim claim = sender == Sender.STATES ? Claim.STATES : Claim.REST;
      boolean taken = day.get().take(bytes, claim);
      failing = false;
      return taken;
    } catch (IOException e) {
      failed(e);
      return false;
    }
  }

  /** Bytes travel, or have travelled, whatever is left. */
  public synchronized void count(Sender sender, long bytes) {
    sent.merge(sender, bytes, Long::sum);
    if (day.isEmpty()) {
      return;
    }
    day.get().count(bytes);
    try {
      day.get().renew();
      failing = false;
    } catch (IOException e) {
      failed(e);
    }
  }

  /** Bytes that were taken or counted did not travel after all. */
  public synchronized void giveBack(Sender sender, long bytes) {
    sent.merge(sender, -bytes, Long::sum);
    day.ifPresent(d -> d.notSent(bytes));
  }

  private void failed(IOException e) {
    if (!failing && !closed) {
      errors.accept(new IOException("uplink bytes not put down: " + e.getMessage(), e));
    }
    failing = true;
  }

  /** Bytes that travelled for somebody since the start. */
  public synchronized long sent(Sender sender) {
    return sent.getOrDefault(sender, 0L);
  }

  // --- states that are held back -----------------------------------------------------------------

  /** A state was not told for want of bytes; the first in a row is logged. */
  public synchronized void heldBack() {
    heldBack++;
    heldBackNs = now();
    if (poor || day.isEmpty()) {
      return;
    }
    poor = true;
    UplinkDay d = day.get();
    long left = d.left(Claim.STATES);
    if (left == 0) {
      Logger.warn(
          "uplink: states are suspended until the day ends in {} min: {} of {} bytes are used, the rest is for alerts and connections",
          d.leftMs() / 60_000,
          d.used(),
          d.bytesPerDay());
    } else {
      Logger.warn(
          "uplink: states are told less often: {} bytes are left for them and for others in the {} min of this day, and they would take {}",
          left,
          d.leftMs() / 60_000,
          Math.round(statesPerMs * d.leftMs()));
    }
  }

  /** A state was told. */
  public synchronized void told() {
    if (poor && now() - heldBackNs > CALM_NS) {
      poor = false;
      Logger.info("uplink: states are told as often as they are wanted again");
    }
  }

  /** Whether states are told less often than they are wanted. */
  public synchronized boolean isPoor() {
    return poor;
  }

  /** How many states were not told for want of bytes. */
  public synchronized long statesHeldBack() {
    return heldBack;
  }

  /** Bytes of this day so far; empty without a limit. */
  public OptionalLong usedToday() {
    return day.map(d -> OptionalLong.of(d.used())).orElse(OptionalLong.empty());
  }

  /** Bytes that are left of this day; empty without a limit. */
  public OptionalLong leftToday() {
    return day.map(d -> OptionalLong.of(d.left())).orElse(OptionalLong.empty());
  }

  /** Puts the count down to the byte and frees its folder. A second call does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (day.isPresent()) {
        day.get().putDownAll();
      }
    } finally {
      if (folder.isPresent()) {
        folder.get().close();
      }
    }
  }
}
