package io.millrace.sensors.pi4j.stream;

import io.millrace.sensors.Sensor;

/** A sensor on a bus, with counters of what went wrong there. */
public interface ChipSensor extends Sensor {
  /** Transfers and attempts to set the chip up that failed so far. */
  long failures();

  /** How often the chip has stopped answering so far; most outages have several failures. */
  long outages();

  /**
   * Samples per second as they really come, by the board's clock: the nominal rate at first and
   * where the board sets the pace.
   */
  double measuredRateHz();
}
