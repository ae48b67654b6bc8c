package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A chip that is asked at the moments of an even grid, which starts with the first read. A sample
 * whose successor is due already is not asked for any more: it is lost and counted.
 */
public final class PolledSensor extends BusSensor {
  private final PolledChip chip;
  private final double periodNs;
  private boolean started;
  private boolean afterOutage;
  private long startNs;
  private long next;

  /**
   * Sets {@code chip} up; this closes it, also when that fails.
   *
   * @param problems hears of the first failure of an outage and of its end
   */
  public static PolledSensor open(
      PolledChip chip, Patience patience, Clock clock, Consumer<? super Exception> problems)
      throws IOException, InterruptedException {
    return started(chip, () -> new PolledSensor(chip, patience, clock, problems));
  }

  private PolledSensor(
      PolledChip chip, Patience patience, Clock clock, Consumer<? super Exception> problems) {
    super(chip, chip::start, patience, clock, problems);
    this.chip = chip;
    this.periodNs = 1e9 / format.rateHz();
  }

  @Override
  public int read(SampleBlock block) throws IOException, InterruptedException {
    requireOpen();
    if (!started) {
      started = true;
      startNs = clock.nanoTime();
    }
    int filled = 0;
    long firstNs = 0;
    long missingBefore = 0;
    while (filled < block.capacity()) {
      if (failure != null) {
        outlast();
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
      sampled();
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
  public double measuredRateHz() {
    return format.rateHz();
  }
}
