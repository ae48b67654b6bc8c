package io.millrace.sensors.pi4j.settings;

import java.util.Objects;

/**
 * A GPIO line as an input: a motion detector (PIR), a button, a contact.
 *
 * @param name what it is, for people: {@code pir}
 * @param line number of the line, as in {@code gpioinfo}; on a Raspberry Pi the BCM number
 * @param rateHz how often the level is looked at
 * @param debounceMs for how long a new level must hold to count; 0 for a line that does not bounce
 * @param pull the resistor on the board's side
 * @param activeLow whether the line is low when the thing is on: a button to ground
 */
public record LevelSettings(
    String name, int line, double rateHz, long debounceMs, Pull pull, boolean activeLow)
    implements ChipSettings {
  /** The resistor on the board's side of a line. */
  public enum Pull {
    /** None. */
    OFF,
    /** To ground. */
    DOWN,
    /** To the supply. */
    UP
  }

  public LevelSettings {
    Objects.requireNonNull(pull);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a GPIO input needs a name, such as pir or door");
    }
    Limits.between(name, "GPIO line", line, "", 0, 1023);
    Limits.between(name, "rate", rateHz, "Hz", 0.0001, 1000);
    Limits.between(name, "debounce", (double) debounceMs, "ms", 0, 10_000);
  }

  @Override
  public String chip() {
    return name;
  }

  @Override
  public String place() {
    return "gpio " + line;
  }
}
