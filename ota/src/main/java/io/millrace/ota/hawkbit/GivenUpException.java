package io.millrace.ota.hawkbit;

import java.io.IOException;

/** Stops a download because the server wants the action given up. */
final class GivenUpException extends IOException {
  private static final long serialVersionUID = 1L;

  GivenUpException(String action) {
    super("the server wants action " + action + " given up");
  }
}
