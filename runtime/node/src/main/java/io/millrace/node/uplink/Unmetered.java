package io.millrace.node.uplink;

import io.millrace.sensors.clock.Clock;

/**
 * Uplinks that nobody meters, for programs that are no node: demonstrations, benchmarks, tests. A
 * node, its updates and its commands open the account of their pipeline ({@link Uplink#open}).
 */
public final class Unmetered {
  private Unmetered() {}

  /** One without a limit; it counts all the same. */
  public static Uplink uplink(Clock clock) {
    return Uplink.counting(clock);
  }
}
