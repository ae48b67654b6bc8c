package io.millrace.sensors.pi4j.settings;

/**
 * A GPIO line as an output: a lamp, a relay.
 *
 * @param name what it is, for people: {@code siren}
 * @param line number of the line, as in {@code gpioinfo}; on a Raspberry Pi the BCM number
 * @param activeLow whether the thing is on when the line is low, as with many relay boards
 * @param safeOn whether the safe state is on: a fan may have to run when nobody knows better
 */
public record OutputSettings(String name, int line, boolean activeLow, boolean safeOn) {
  public OutputSettings {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a GPIO output needs a name, such as lamp or siren");
    }
    Limits.between(name, "GPIO line", line, "", 0, 1023);
  }
}
