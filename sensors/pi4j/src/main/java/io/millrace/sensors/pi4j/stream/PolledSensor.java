package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A chip that is asked at the moments of an even grid, which starts with the first read. A sample
 * whose successor is due already is not asked for any more: it is lost and counted.
 */
public final class PolledSensor implements ChipSensor {
  private final PolledChip chip;
  private final Clock clock;
  private final SampleFormat format;
  private final Outage outage;
  private final Outage.Resumption resumption;
  private final int width;
  private final double periodNs;
  private boolean started;
  private boolean closed;
  private boolean afterOutage;
  private IOException failure;
  private long startNs;
  private long next;
  private long missing;
  private long overruns;

  /**
   * Sets {@code chip} up; this closes it, also when that fails.
   *
   * @param problems hears of the first failure of an outage and of its end
   */
  public static PolledSensor open(
      PolledChip chip, Patience patience, Clock clock, Consumer<? super Exception> problems)
      throws IOException, InterruptedException {
    try {
      chip.start();
      return new PolledSensor(chip, patience, clock, problems);
    } catch (IOException | InterruptedException | RuntimeException e) {
      chip.close();
      throw e;
    }
  }

  private PolledSensor(
      PolledChip chip, Patience patience, Clock clock, Consumer<? super Exception> problems) {
    this.chip = chip;
    this.clock = clock;
    this.format = chip.format();
    this.width = format.width();
    this.periodNs = 1e9 / format.rateHz();
    this.outage = new Outage(format.source(), patience, clock, problems);
    this.resumption = chip::start;
  }

  @Override
  public SampleFormat format() {
    return format;
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    if (closed) {
      throw new IOException(format.source() + " is closed");
    }
    if (!started) {
      started = true;
      startNs = clock.nanoTime();
    }
    int filled = 0;
    long firstNs = 0;
    long missingBefore = 0;
    while (filled < block.capacity()) {
      if (failure != null) {
        outage.outlast(failure, resumption); // the patience may end here: the next read tries again
        failure = null;
        afterOutage = true;
      }
      long dueNs = startNs + format.spanNs(next);
      clock.sleepUntil(dueNs);
      long late = (long) ((clock.nanoTime() - dueNs) / periodNs);
      if (late > 0) {
        if (filled > 0) {
          break;
        }
        lose(late);
        continue;
      }
      afterOutage = false;
      try {
        chip.sample(block.values(), block.offset() + filled * width);
      } catch (IOException e) {
        failure = e;
        if (filled > 0) {
          break;
        }
        continue;
      }
      if (filled == 0) {
        firstNs = dueNs;
        missingBefore = missing;
        missing = 0;
      }
      filled++;
      next++;
    }
    block.filled(filled, firstNs, missingBefore);
    return filled;
  }

  private void lose(long samples) {
    next += samples;
    missing += samples;
    overruns += afterOutage ? 0 : samples;
  }

  @Override
  public long overruns() {
    return overruns;
  }

  @Override
  public long failures() {
    return outage.failures();
  }

  @Override
  public long outages() {
    return outage.outages();
  }

  @Override
  public double measuredRateHz() {
    return format.rateHz();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      chip.close();
    }
  }
}
