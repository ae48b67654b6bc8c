package io.millrace.sensors.pi4j.bus;

import java.io.IOException;

/** Another chip than the expected one answers, or none that makes sense. */
public final class WrongChipException extends IOException {
  private static final long serialVersionUID = 1L;
  private final int found;

  /**
   * At {@code where} the id register holds {@code found}, where {@code chip} has {@code expected}.
   */
  public WrongChipException(String where, String chip, int register, int found, int expected) {
    super(
        "%s: register 0x%02X holds 0x%02X, a %s has 0x%02X there; is it another chip, or wired wrongly?"
            .formatted(where, register, found, chip, expected));
    this.found = found;
  }

  /** What the id register held. */
  public int found() {
    return found;
  }
}
