package io.millrace.sensors.power;

import java.io.IOException;

/** How full a battery is. Read by one thread at a time. */
public interface BatteryGauge extends AutoCloseable {
  /** What the battery does. */
  enum State {
    CHARGING,
    DISCHARGING,
    /** At the supply, neither charging nor discharging. */
    RESTING,
    FULL,
    /** Its driver cannot say. */
    UNKNOWN
  }

  /** The battery's name, for people. */
  String name();

  /**
   * What it does.
   *
   * @throws IOException if it cannot be read; it may be asked again
   */
  State state() throws IOException;

  /**
   * How much of a full charge is left, from 0 to 1, as the gauge itself has it.
   *
   * @throws IOException if it cannot be read; it may be asked again
   */
  double chargeShare() throws IOException;

  /**
   * The energy that is left, in millijoules; NaN where the gauge does not say, neither as energy
   * nor as charge at a nominal voltage.
   *
   * @throws IOException if it cannot be read; it may be asked again
   */
  double remainingMilliJ() throws IOException;

  /** Frees the gauge. A second call does nothing. */
  @Override
  void close() throws IOException;
}
