package io.millrace.node.budget;

import java.io.IOException;

/** A board's instruments: power meter, thermometer, battery gauge, flags. None need be there. */
public interface Instruments extends AutoCloseable {
  /** No instrument at all. */
  Instruments NONE =
      new Instruments() {
        @Override
        public boolean measurePower() {
          return false;
        }

        @Override
        public void read(Readings into) {}

        @Override
        public void close() {}
      };

  /** Whether the power of the whole board is among what is read. */
  boolean measurePower();

  /** Whether a battery's charge is among what is read. */
  default boolean gaugeBattery() {
    return false;
  }

  /**
   * Fills in what is there and leaves the rest.
   *
   * @throws IOException naming the instrument that failed; the others were read
   */
  void read(Readings into) throws IOException;

  @Override
  void close() throws IOException;
}
