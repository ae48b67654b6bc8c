package io.millrace.sensors.power;

import java.io.IOException;

/** Measures electrical power. Read by one thread at a time. */
public interface PowerMeter extends AutoCloseable {
  /** What a meter sees. */
  enum Scope {
    /** All that the board takes. */
    BOARD,
    /** All that the battery gives, the board and whatever else hangs on it. */
    BATTERY,
    /** The processor alone, or some rails of the board: less than it takes. */
    PART
  }

  /** The meter's name, for people: what it is and where. */
  String name();

  /** What it sees. */
  Scope scope();

  /**
   * Whether it counts energy, so that nothing between two calls is missed. One that does not shows
   * the power of the moment in which it is asked.
   */
  default boolean countsEnergy() {
    return false;
  }

  /**
   * Average power since the last call, in milliwatts, or since the meter was opened. A meter that
   * shows only the present power answers that; it has to be asked often. Allocates nothing where
   * the meter's own interface does not.
   *
   * @throws IOException if the meter cannot be read; the message says which and why. It may be
   *     asked again
   */
  double averageMilliW() throws IOException;

  /** Frees the meter. A second call does nothing. */
  @Override
  void close() throws IOException;
}
