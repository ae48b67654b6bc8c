package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A chip with a FIFO as a sensor. It is looked at when about half of the FIFO, or of what the
 * caller has room for, is due. Samples are stamped by {@link SampleClock}.
 */
public final class FifoSensor extends BusSensor {
  private static final long SILENCE_MS = 200;
  private static final int SILENCE_SAMPLES = 40;

  /** Why samples are missing before the next one. */
  private enum Hole {
    NONE,
    LATE_READER,
    OUTAGE
  }

  private final FifoChip chip;
  private final SampleClock times;
  private final long silenceNs;
  private boolean started;
  private Hole hole = Hole.NONE;
  private long lookNs;
  private long heardNs;

  /**
   * Sets {@code chip} up; this closes it, also when that fails.
   *
   * @param problems hears of the first failure of an outage and of its end
   */
  public static FifoSensor open(
      FifoChip chip, Patience patience, Clock clock, Consumer<? super Exception> problems)
      throws IOException, InterruptedException {
    return started(chip, () -> new FifoSensor(chip, patience, clock, problems));
  }

  private FifoSensor(
      FifoChip chip, Patience patience, Clock clock, Consumer<? super Exception> problems) {
    super(chip, chip::resume, patience, clock, problems);
    this.chip = chip;
    this.times = new SampleClock(format.rateHz());
    this.silenceNs = SILENCE_MS * 1_000_000 + format.spanNs(SILENCE_SAMPLES);
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    requireOpen();
    int filled = 0;
    long firstNs = 0;
    long missingBefore = 0;
    while (filled < block.capacity()) {
      try {
        if (failure != null) {
          recover();
        }
        int room = block.capacity() - filled;
        int waiting = look(Math.min(room, chip.batch()), filled);
        if (waiting < 0) {
          break;
        }
        if (waiting > 0) {
          int taken = Math.min(waiting, room);
          long nextNs = times.nextNs();
          chip.take(taken, block.values(), block.offset() + filled * width);
          times.consumed(taken);
          sampled();
          if (filled == 0) {
            firstNs = nextNs;
            missingBefore = missing;
            missing = 0;
          }
          filled += taken;
        }
      } catch (IOException e) {
        if (failure != null) {
          throw e; // the patience is over; the next read begins with another try
        }
        failure = e;
        if (filled > 0) {
          break;
        }
      }
    }
    block.filled(filled, firstNs, missingBefore);
    return filled;
  }

  /**
   * Waits for {@code wanted} samples and looks how many there are.
   *
   * @return how many; -1 if samples are missing before them and the block has {@code filled} ones
   */
  private int look(int wanted, int filled) throws IOException, InterruptedException {
    if (!started) {
      chip.empty();
      started = true;
      heardNs = clock.nanoTime();
      lookNs = heardNs + (long) (wanted * times.periodNs());
    }
    clock.sleepUntil(wake(wanted));
    long beforeNs = clock.nanoTime();
    int waiting = chip.waiting();
    long afterNs = clock.nanoTime();
    lookNs = waiting < wanted ? afterNs + (long) (times.periodNs() / 2) : afterNs;
    if (waiting == FifoChip.OVERFLOWED) {
      chip.empty();
      hole = Hole.LATE_READER;
      lookNs = clock.nanoTime() + (long) (times.periodNs() * wanted);
      return filled > 0 ? -1 : 0;
    }
    if (waiting == 0) {
      hear(afterNs, wanted);
    } else {
      heardNs = afterNs;
    }
    if (times.known() && waiting > 0 && (hole != Hole.NONE || waiting >= chip.full())) {
      long lost = times.lost(beforeNs, afterNs, waiting);
      if (lost > 0 && filled > 0) {
        return -1; // the next look finds the same, or more of it
      }
      boolean outage = hole == Hole.OUTAGE;
      if (lost > 0 || outage) {
        times.skip(lost, outage);
        missing += lost;
        overruns += outage ? 0 : lost;
      }
    }
    if (waiting > 0) {
      hole = Hole.NONE;
      times.observe(beforeNs, afterNs, waiting);
    }
    return waiting;
  }

  private long wake(int wanted) {
    if (!times.known() || hole != Hole.NONE) {
      return lookNs;
    }
    long dueNs = times.dueNs(wanted);
    return dueNs - lookNs > 0 ? dueNs : lookNs;
  }

  /** A chip that says nothing for too long has been without power, or is another one. */
  private void hear(long nowNs, int wanted) throws IOException {
    if (!times.known() || hole != Hole.NONE) {
      lookNs = nowNs + (long) (times.periodNs() * wanted);
    }
    if (nowNs - heardNs > silenceNs) {
      throw new IOException(
          format.source()
              + " has given no sample for "
              + (nowNs - heardNs) / 1_000_000
              + " ms; it may have lost its power and with it its settings");
    }
  }

  private void recover() throws IOException, InterruptedException {
    outlast();
    hole = Hole.OUTAGE;
    heardNs = clock.nanoTime();
    lookNs = heardNs;
  }

  @Override
  public double measuredRateHz() {
    return 1e9 / times.periodNs();
  }
}
