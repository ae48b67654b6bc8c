package io.millrace.sensors.pi4j.stream;

import java.io.IOException;

/** Not a failure: tells whoever was told of one that the chip answers again. */
public final class ChipReturnedException extends IOException {
  private static final long serialVersionUID = 1L;

  ChipReturnedException(String source, long outageMs, long failures) {
    super(
        "%s answers again after %d ms and %d failures; it was set up anew where it had forgotten its settings"
            .formatted(source, outageMs, failures));
  }
}
