package io.millrace.sensors.live;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.Sensor;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Samples between one thread that captures and one that reads. Neither side takes a lock or
 * allocates; the reader parks while there is nothing. Each place holds one sample, its time, and
 * its ordinal: how many samples the source has taken before it, those lost included. Where ordinals
 * jump, samples are missing.
 *
 * <pre>
 *   head                tail
 *    v                   v
 *   [ sample | sample | ... |      |      ]   places: position % capacity
 *    taken by compare-and-set  written, then tail is published
 * </pre>
 *
 * <p>The reader copies first and then moves the head by compare-and-set. Where the newest samples
 * count, the writer moves the head as well to make room; a copy that the writer has overtaken is
 * thrown away and made again, so that a torn sample is never given out.
 */
public final class SampleRing {
  /** What gives way when the ring is full. */
  public enum WhenFull {
    /** The samples that come: what waits stays whole, as in a device's own buffer. */
    LOSE_NEWEST,
    /** The samples that wait longest: whoever reads sees the latest, as with pictures. */
    LOSE_OLDEST
  }

  private static final VarHandle HEAD;
  private static final VarHandle TAIL;

  static {
    try {
      HEAD = MethodHandles.lookup().findVarHandle(SampleRing.class, "head", long.class);
      TAIL = MethodHandles.lookup().findVarHandle(SampleRing.class, "tail", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SampleFormat format;
  private final int width;
  private final int capacity;
  private final boolean newestCounts;
  private final double periodNs;
  private final float[] values;
  private final long[] timesNs;
  private final long[] ordinals;

  // written by compare-and-set where the newest count, else by the reader only
  private volatile long head;
  // written by the capturing thread only
  private volatile long tail;
  private long nextOrdinal;
  private long lost;
  private volatile long overruns;

  // known to the reader only: the ordinal that follows the last sample that it took
  private long expectedOrdinal;
  private volatile Thread waiting;
  private volatile boolean ended;
  private volatile IOException failure;

  /**
   * A ring for {@code capacity} samples of {@code format}.
   *
   * @throws IllegalArgumentException if that is less than 1 or more than fits into an array
   */
  public SampleRing(SampleFormat format, int capacity, WhenFull whenFull) {
    this.format = Objects.requireNonNull(format);
    this.width = format.width();
    this.capacity = capacity;
    this.newestCounts = whenFull == WhenFull.LOSE_OLDEST;
    this.periodNs = 1e9 / format.rateHz();
    if (capacity < 1 || (long) capacity * width > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a ring of %d samples of %d values; 1 to %d samples fit"
              .formatted(capacity, width, (Integer.MAX_VALUE - 8) / width));
    }
    values = new float[capacity * width];
    timesNs = new long[capacity];
    ordinals = new long[capacity];
  }

  /** What the samples are. */
  public SampleFormat format() {
    return format;
  }

  /**
   * For the capturing thread: adds samples that have no hole between them. What does not fit is
   * lost and counted, and becomes part of the gap before what is added next.
   *
   * @param from samples one after another, from {@code offset}
   * @param firstNs when the first was taken
   * @param missing how many are missing before the first
   */
  public void write(float[] from, int offset, int samples, long firstNs, long missing) {
    nextOrdinal += missing;
    long at = tail;
    for (int i = 0; i < samples; i++) {
      if (at - head < capacity || makeRoom(at)) {
        int place = (int) (at % capacity);
        System.arraycopy(from, offset + i * width, values, place * width, width);
        timesNs[place] = firstNs + Math.round(i * periodNs);
        ordinals[place] = nextOrdinal;
        at++;
        TAIL.setRelease(this, at);
      } else {
        lost++;
      }
      nextOrdinal++;
    }
    overruns = lost;
    wake();
  }

  private boolean makeRoom(long at) {
    if (!newestCounts) {
      return false;
    }
    long oldest = at - capacity;
    if (HEAD.compareAndSet(this, oldest, oldest + 1)) {
      lost++;
    }
    // otherwise the reader has just taken it
    return true;
  }

  /** For the capturing thread: nothing more comes. */
  public void end() {
    ended = true;
    wake();
  }

  /** For the capturing thread: nothing more comes, because of this. */
  public void fail(IOException cause) {
    failure = cause;
    end();
  }

  private void wake() {
    Thread reader = waiting;
    if (reader != null) {
      LockSupport.unpark(reader);
    }
  }

  /**
   * For the reading thread: waits for samples and takes as many as fit and have no hole between
   * them.
   *
   * @return how many, or {@link Sensor#END} once all are taken and nothing more comes
   * @throws IOException what {@link #fail} was given, once all are taken
   */
  public int read(SampleBlock block) throws IOException, InterruptedException {
    for (int samples = poll(block); ; samples = poll(block)) {
      if (samples > 0) {
        return samples;
      }
      if (ended && tail == head) {
        if (failure != null) {
          throw new IOException(failure.getMessage(), failure);
        }
        return Sensor.END;
      }
      await(Long.MAX_VALUE);
    }
  }

  /** For the reading thread: waits until there is a sample, nothing more comes, or time is up. */
  public void await(long timeoutNs) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    waiting = Thread.currentThread();
    if (tail == head && !ended) {
      if (timeoutNs == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, timeoutNs);
      }
    }
    waiting = null;
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** For the reading thread: as {@link #read}, but gives 0 where it would wait or has ended. */
  public int poll(SampleBlock block) {
    while (true) {
      long from = head;
      long until = tail;
      int samples = (int) Math.min(until - from, block.capacity());
      if (samples <= 0) {
        return 0;
      }
      int place = (int) (from % capacity);
      long firstNs = timesNs[place];
      long firstOrdinal = ordinals[place];
      samples = copy(from, samples, block);
      VarHandle.acquireFence();
      if (HEAD.compareAndSet(this, from, from + samples)) {
        block.filled(samples, firstNs, firstOrdinal - expectedOrdinal);
        expectedOrdinal = firstOrdinal + samples;
        return samples;
      }
    }
  }

  /** Copies up to the first hole. */
  private int copy(long from, int samples, SampleBlock block) {
    long first = ordinals[(int) (from % capacity)];
    for (int i = 0; i < samples; i++) {
      int place = (int) ((from + i) % capacity);
      if (ordinals[place] != first + i) {
        return Math.max(1, i);
      }
      System.arraycopy(values, place * width, block.values(), block.offset() + i * width, width);
    }
    return samples;
  }

  /** Whether the stream has ended and all of it is taken. */
  public boolean isDone() {
    return ended && tail == head;
  }

  /** Why it ended; null where nothing failed. */
  public IOException failure() {
    return failure;
  }

  /** Samples that found no room or gave way. */
  public long overruns() {
    return overruns;
  }

  /** Samples that wait. */
  public int size() {
    return (int) (tail - head);
  }
}
