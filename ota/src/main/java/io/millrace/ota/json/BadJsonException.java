package io.millrace.ota.json;

/** A text that is not the JSON that it should be; the message says where and why. */
public final class BadJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadJsonException(String message) {
    super(message);
  }

  public BadJsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
