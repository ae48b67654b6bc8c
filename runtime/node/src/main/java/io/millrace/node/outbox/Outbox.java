package io.millrace.node.outbox;

import io.millrace.node.storage.Folder;
import io.millrace.node.storage.LocalFolder;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tinylog.Logger;

/**
 * Records on disk until they have arrived. {@link #accept} returns when the record survives a power
 * cut; {@link #acknowledge} takes it out. An acknowledgement is not synced: at worst the record is
 * delivered once more. Safe for several threads.
 *
 * <p>Bounded: of {@code maxDiskBytes}, half hold waiting records. When these are full, the oldest
 * of the lowest priority goes, is counted and logged; a record below all that wait is refused.
 */
public final class Outbox implements Closeable {
  /** Largest payload that is taken, in bytes. */
  public static final int MAX_PAYLOAD_BYTES = 64 * 1024;

  private static final int MAX_SEGMENT_BYTES = 1024 * 1024;

  private record Held(long sequence, int priority, SegmentLog.Place place) {}

  private final Folder folder;
  private final SegmentLog log;
  private final long maxDiskBytes;
  private final long maxWaitingBytes;
  private final int maxRecordBytes;

  /** Room that is kept free, so that the oldest segment can be copied before it is deleted. */
  private final long reserveBytes;

  private final TreeMap<Long, Held> bySequence = new TreeMap<>();
  private final TreeSet<Held> byImportance =
      new TreeSet<>(Comparator.comparingInt(Held::priority).thenComparingLong(Held::sequence));
  private final Map<Long, Integer> heldPerSegment = new HashMap<>();
  private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
  private long nextSequence = 1;
  private long waitingBytes;
  private long accepted;
  private long acknowledged;
  private long recovered;
  private long tornBytes;
  private boolean closed;

  private Outbox(Folder folder, long maxDiskBytes) {
    this.folder = folder;
    this.maxDiskBytes = maxDiskBytes;
    maxWaitingBytes = maxDiskBytes / 2;
    maxRecordBytes = (int) Math.min(Entry.MAX_BODY_BYTES, maxDiskBytes / 8);
    long segmentBytes = Math.min(MAX_SEGMENT_BYTES, maxDiskBytes / 16);
    reserveBytes = segmentBytes + maxRecordBytes;
    log = new SegmentLog(folder, segmentBytes);
  }

  /**
   * Opens the outbox of a folder, and recovers what waits in it.
   *
   * @throws IOException if the folder cannot be used, or another process has it
   */
  public static Outbox open(OutboxConfig config) throws IOException {
    return open(LocalFolder.open(config.folder()), config.maxDiskBytes());
  }

  /** The same, on any folder; it is closed with the outbox, or when this fails. */
  public static Outbox open(Folder folder, long maxDiskBytes) throws IOException {
    Outbox outbox = new Outbox(folder, maxDiskBytes);
    boolean open = false;
    try {
      outbox.recover();
      open = true;
      return outbox;
    } finally {
      if (!open) {
        folder.close();
      }
    }
  }

  private void recover() throws IOException {
    List<SegmentScan> scans = log.recover();
    for (SegmentScan scan : scans) {
      nextSequence = Math.max(nextSequence, scan.firstSequence());
      for (Entry.Located located : scan.entries()) {
        long sequence = located.entry().sequence();
        nextSequence = Math.max(nextSequence, sequence + 1);
        release(sequence);
        if (located.entry() instanceof Entry.Put put) {
          hold(
              new Held(
                  sequence,
                  put.priority(),
                  new SegmentLog.Place(scan.number(), located.offset(), located.bytes())));
        }
      }
      long tail = scan.sizeBytes() - scan.soundBytes();
      boolean last = scan.number() == scans.getLast().number();
      if (tail > 0 && last) {
        tornBytes += tail;
        Logger.warn("Outbox {}: cut {} torn bytes off its end", folder.description(), tail);
      }
      int damaged = scan.damaged() + (tail > 0 && !last ? 1 : 0);
      for (int i = 0; i < damaged; i++) {
        countLoss(LossReason.CORRUPT, "a damaged stretch of segment " + scan.number());
      }
    }
    recovered = bySequence.size();
    deleteFinished();
  }

  /**
   * Takes a record. When this returns, it survives a power cut.
   *
   * @param id what a receiver drops repeats by
   * @param priority 0 is the lowest
   * @return its place in the order of delivery
   * @throws OutboxFullException if the outbox is full of more important records
   * @throws IOException if it could not be made safe, for example because the disk is full; what
   *     was taken before is not touched, and the next call tries again
   */
  public synchronized long accept(String id, int priority, String topic, byte[] payload)
      throws IOException {
    if (closed) {
      throw new IOException(
          "alert " + id + " not accepted: outbox " + folder.description() + " is closed");
    }
    long sequence = nextSequence;
    byte[] body = Entry.encodeBody(new Entry.Put(sequence, priority, id, topic, payload));
    int bytes = Entry.HEADER_BYTES + body.length;
    if (payload.length > MAX_PAYLOAD_BYTES || bytes > maxRecordBytes) {
      countLoss(LossReason.REFUSED_TOO_LARGE, id);
      throw new IOException(
          "alert "
              + id
              + " has "
              + bytes
              + " bytes on disk, the outbox takes at most "
              + Math.min(MAX_PAYLOAD_BYTES, maxRecordBytes)
              + "; shorten its texts or give the outbox more than "
              + maxDiskBytes
              + " bytes");
    }
    List<Held> victims = victimsFor(bytes, priority, id);
    try {
      reclaim(bytes);
      SegmentLog.Place place = log.append(List.of(body), nextSequence).getFirst();
      log.sync(place);
      hold(new Held(sequence, priority, place));
    } catch (IOException e) {
      countLoss(LossReason.REFUSED_IO, id);
      throw new IOException(
          "alert "
              + id
              + " not accepted: writing "
              + bytes
              + " bytes to "
              + folder.description()
              + " failed ("
              + e
              + "); "
              + bySequence.size()
              + " alerts accepted before are safe. Is the disk full or read-only?",
          e);
    }
    nextSequence = sequence + 1;
    accepted++;
    evict(victims);
    return sequence;
  }

  /** Who must go so that {@code bytes} fit, the oldest of the lowest priority first. */
  private List<Held> victimsFor(int bytes, int priority, String id) throws OutboxFullException {
    List<Held> victims = new ArrayList<>();
    long excess = waitingBytes + bytes - maxWaitingBytes;
    for (Held held : byImportance) {
      if (excess <= 0) {
        break;
      }
      if (held.priority > priority) {
        countLoss(LossReason.REFUSED_FULL, id);
        throw new OutboxFullException(
            "alert "
                + id
                + " of priority "
                + priority
                + " not accepted: the outbox holds "
                + waitingBytes
                + " of "
                + maxWaitingBytes
                + " bytes of more important alerts; is the broker reachable?");
      }
      victims.add(held);
      excess -= held.place.bytes();
    }
    return victims;
  }

  private void evict(List<Held> victims) {
    for (Held victim : victims) {
      countLoss(LossReason.EVICTED, idOf(victim));
      remove(victim.sequence);
    }
  }

  private String idOf(Held held) {
    try {
      if (log.read(held.place).orElse(null) instanceof Entry.Put put) {
        return put.id();
      }
    } catch (IOException unreadable) {
      // only wanted for the log line
    }
    return "number " + held.sequence;
  }

  /**
   * The first record behind {@code sequence} that waits, in the order in which they were taken.
   * Damaged ones are counted, taken out and passed over.
   *
   * @param sequence 0 for the first of all
   * @throws IOException if the disk cannot be read now
   */
  public synchronized Optional<Waiting> next(long sequence) throws IOException {
    Map.Entry<Long, Held> found = bySequence.higherEntry(sequence);
    while (found != null) {
      Held held = found.getValue();
      Optional<Entry> entry = log.read(held.place);
      if (entry.orElse(null) instanceof Entry.Put put) {
        return Optional.of(
            new Waiting(put.sequence(), put.id(), put.priority(), put.topic(), put.payload()));
      }
      countLoss(LossReason.CORRUPT, "number " + held.sequence);
      remove(held.sequence);
      found = bySequence.higherEntry(held.sequence);
    }
    return Optional.empty();
  }

  /**
   * Takes a record out because it has arrived.
   *
   * @return false if it was not waiting any more
   */
  public synchronized boolean acknowledge(long sequence) {
    boolean waited = remove(sequence);
    if (waited) {
      acknowledged++;
    }
    return waited;
  }

  /**
   * Takes a record out because it cannot be delivered, and counts it as lost.
   *
   * @return false if it was not waiting any more
   */
  public synchronized boolean giveUp(long sequence) {
    Held held = bySequence.get(sequence);
    if (closed || held == null) {
      return false;
    }
    countLoss(LossReason.UNDELIVERABLE, idOf(held));
    return remove(sequence);
  }

  private boolean remove(long sequence) {
    if (closed || release(sequence) == null) {
      return false;
    }
    try {
      log.append(List.of(Entry.encodeBody(new Entry.Removed(sequence))), nextSequence);
    } catch (IOException e) {
      // not on disk: after a restart it is delivered once more, which receivers must expect
      Logger.warn("Outbox {}: removal not written: {}", folder.description(), e.toString());
    }
    try {
      deleteFinished();
      reclaim(0);
    } catch (IOException e) {
      Logger.warn("Outbox {}: not cleaned: {}", folder.description(), e.toString());
    }
    return true;
  }

  private void hold(Held held) {
    bySequence.put(held.sequence, held);
    byImportance.add(held);
    heldPerSegment.merge(held.place.segment(), 1, Integer::sum);
    waitingBytes += held.place.bytes();
  }

  private Held release(long sequence) {
    Held held = bySequence.remove(sequence);
    if (held != null) {
      byImportance.remove(held);
      heldPerSegment.computeIfPresent(
          held.place.segment(), (segment, count) -> count == 1 ? null : count - 1);
      waitingBytes -= held.place.bytes();
    }
    return held;
  }

  /** Deletes the oldest segments as long as nothing waits in them. */
  private void deleteFinished() throws IOException {
    Optional<Long> oldest = log.oldestSealed();
    while (oldest.isPresent() && !heldPerSegment.containsKey(oldest.get())) {
      log.deleteOldest();
      oldest = log.oldestSealed();
    }
  }

  /** Makes room for {@code bytes}: copies what waits in the oldest segments, deletes these. */
  private void reclaim(int bytes) throws IOException {
    long limit = maxDiskBytes - reserveBytes - bytes;
    // each round ends one segment; one round more than there are has seen them all
    for (int round = log.segments() + 1; log.diskBytes() > limit && round > 0; round--) {
      if (log.oldestSealed().isEmpty()) {
        log.roll(nextSequence);
      }
      copyToEnd(log.oldestSealed().orElseThrow());
      log.deleteOldest();
    }
  }

  /** The originals count until the copies are safe. */
  private void copyToEnd(long segment) throws IOException {
    List<Held> copies = new ArrayList<>();
    List<Held> damaged = new ArrayList<>();
    for (Held held : bySequence.values()) {
      if (held.place.segment() == segment) {
        Optional<Entry> entry = log.read(held.place);
        if (entry.isEmpty()) {
          damaged.add(held);
          continue;
        }
        byte[] body = Entry.encodeBody(entry.get());
        SegmentLog.Place place = log.append(List.of(body), nextSequence).getFirst();
        copies.add(new Held(held.sequence, held.priority, place));
      }
    }
    log.sync();
    for (Held copy : copies) {
      release(copy.sequence);
      hold(copy);
    }
    for (Held held : damaged) {
      release(held.sequence);
      countLoss(LossReason.CORRUPT, "number " + held.sequence);
    }
  }

  private void countLoss(LossReason reason, String what) {
    lost.merge(reason, 1L, Long::sum);
    Logger.warn("Outbox {}: lost {} ({})", folder.description(), what, reason);
  }

  /** Counters since it was opened. */
  public synchronized OutboxStats stats() {
    return new OutboxStats(
        accepted,
        acknowledged,
        recovered,
        tornBytes,
        bySequence.size(),
        waitingBytes,
        log.diskBytes(),
        lost);
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (folder) {
      log.close();
    }
  }
}
