package io.millrace.sensors.power;

import io.millrace.sensors.clock.Clock;
import java.io.IOException;

/**
 * Average power from counters of energy in microjoules, which the kernel keeps: what they went on
 * by since the last call, by the time since then. Nothing between two calls is missed.
 */
final class EnergyCounter implements AutoCloseable {
  private final Clock clock;
  private final KernelFile[] counters;

  /** By counter: where it starts anew, in microjoules; 0 where it never does. */
  private final long[] wrapMicroJ;

  private final long[] lastMicroJ;
  private long lastNs;
  private boolean started;
  private double lastMilliW = Double.NaN;

  EnergyCounter(Clock clock, KernelFile[] counters, long[] wrapMicroJ) {
    this.clock = clock;
    this.counters = counters;
    this.wrapMicroJ = wrapMicroJ;
    this.lastMicroJ = new long[counters.length];
  }

  /** Takes the first reading. */
  void start() throws IOException {
    for (int i = 0; i < counters.length; i++) {
      lastMicroJ[i] = counters[i].number();
    }
    lastNs = clock.nanoTime();
    started = true;
  }

  /**
   * Average power since the last call, in milliwatts; the last answer if no time has passed.
   *
   * @throws IOException if a counter cannot be read, or has gone back though it does not wrap;
   *     counting starts anew then
   */
  double averageMilliW() throws IOException {
    if (!started) {
      start();
      throw new IOException(counters[0].path() + ": counting starts anew; ask again");
    }
    long now = clock.nanoTime();
    if (now - lastNs <= 0 && !Double.isNaN(lastMilliW)) {
      return lastMilliW;
    }
    started = false;
    long microJ = 0;
    for (int i = 0; i < counters.length; i++) {
      long counter = counters[i].number();
      long more = counter - lastMicroJ[i];
      if (more < 0 && wrapMicroJ[i] > 0) {
        more += wrapMicroJ[i];
      }
      if (more < 0) {
        throw new IOException(
            "%s went back from %d to %d: its device started anew"
                .formatted(counters[i].path(), lastMicroJ[i], counter));
      }
      lastMicroJ[i] = counter;
      microJ += more;
    }
    // microjoules a nanosecond are megawatts
    lastMilliW = now == lastNs ? 0 : 1e6 * microJ / (now - lastNs);
    lastNs = now;
    started = true;
    return lastMilliW;
  }

  @Override
  public void close() throws IOException {
    for (KernelFile counter : counters) {
      counter.close();
    }
  }
}
