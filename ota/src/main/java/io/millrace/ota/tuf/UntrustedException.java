package io.millrace.ota.tuf;

/** What came must not be believed: the message says what, and the reason which rule it broke. */
public final class UntrustedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Which rule was broken. */
  public enum Reason {
    /** It is not what its form should be. */
    FORMAT,
    /** Not signed by enough of the keys that may. */
    SIGNATURE,
    /** Older than, or not the version that, what is trusted already says. */
    VERSION,
    /** Its time is over. */
    EXPIRED,
    /** Not the bytes that were announced. */
    MISMATCH,
    /** More bytes than announced, or than such a file may have. */
    TOO_LARGE,
    /** Announced, but not there. */
    MISSING
  }

  private final Reason reason;

  public UntrustedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public UntrustedException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
