package io.millrace.sensors;

import java.io.IOException;

/**
 * Something that is on or off: a lamp, a relay, a siren. It has a safe state, which it takes when
 * it is opened, when it is closed, when setting it fails and, as far as the machine still can, when
 * the process stops. May be set by any thread.
 */
public interface BinaryOutput extends AutoCloseable {
  /** The output's name, for people: what it is and where. */
  String name();

  /** What was set last; the safe state at first and after a failure. */
  boolean isOn();

  /**
   * Switches it.
   *
   * @throws IOException if that fails; the safe state has been tried then
   */
  void set(boolean on) throws IOException;

  /**
   * Takes the safe state and frees the output. A second call does nothing.
   *
   * @throws IOException if the safe state could not be taken
   */
  @Override
  void close() throws IOException;
}
