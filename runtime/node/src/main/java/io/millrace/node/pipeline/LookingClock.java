package io.millrace.node.pipeline;

import io.millrace.sensors.clock.Clock;

/**
 * The clock of a sensor that is read by the thread that works on windows. While the sensor would
 * wait, windows that wait are looked at when it is their time, as they are where a thread of its
 * own reads.
 */
final class LookingClock implements Clock {
  private final Clock clock;
  private WindowWorker worker;
  private boolean looking;

  LookingClock(Clock clock) {
    this.clock = clock;
  }

  /** What the sensor is given: the machine's clock needs none of this. */
  Clock forSensor() {
    return clock.equals(Clock.system()) ? clock : this;
  }

  /** Whose waiting windows are looked at. */
  void looksAt(WindowWorker given) {
    worker = given;
  }

  @Override
  public void sleepUntil(long nanoTime) throws InterruptedException {
    if (worker != null && !looking) {
      looking = true;
      try {
        while (worker.hasWaiting() && worker.nextLookNs() < nanoTime) {
          clock.sleepUntil(worker.nextLookNs());
          worker.lookAtWaiting();
        }
      } finally {
        looking = false;
      }
    }
    clock.sleepUntil(nanoTime);
  }

  @Override
  public long nanoTime() {
    return clock.nanoTime();
  }

  @Override
  public long wallTimeEpochMs() {
    return clock.wallTimeEpochMs();
  }

  @Override
  public long systemNanoTime(long nanoTime) {
    return clock.systemNanoTime(nanoTime);
  }

  @Override
  public boolean simulated() {
    return clock.simulated();
  }
}
