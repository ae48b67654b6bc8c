package io.millrace.sensors.pi4j.bus;

import java.io.IOException;
import java.util.Locale;

/** A transfer that failed; the message says where, what was tried and what the kernel answered. */
public final class BusException extends IOException {
  private static final long serialVersionUID = 1L;

  /** {@code what} was tried at {@code where}; {@code cause} says why it failed, may be null. */
  BusException(String where, String what, Throwable cause) {
    super(where + ": " + what + " failed" + reason(cause), cause);
  }

  private static String reason(Throwable cause) {
    if (cause == null) {
      return "";
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String said = root.getMessage() == null ? root.toString() : root.getMessage();
    return ": " + said + hint(said.toLowerCase(Locale.ROOT));
  }

  /**
   * The kernel's fault codes for I²C (Documentation/i2c/fault-codes.rst): ENXIO and EREMOTEIO for
   * an address that is not acknowledged, ETIMEDOUT and EAGAIN for lines that are held.
   */
  private static String hint(String said) {
    if (said.contains("remote i/o error") || said.contains("no such device or address")) {
      return " (no chip answers: is it wired, powered, at this address?)";
    }
    if (said.contains("timed out") || said.contains("temporarily unavailable")) {
      return " (a line is held low: a stuck bus, or a chip that stretches the clock for too long)";
    }
    return "";
  }
}
