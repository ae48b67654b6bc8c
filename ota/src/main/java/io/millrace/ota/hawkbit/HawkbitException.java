package io.millrace.ota.hawkbit;

import java.io.IOException;
import java.util.OptionalLong;

/** What went wrong with the update server; the message says what to do. */
public final class HawkbitException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure, as far as it decides what to do next. */
  public enum Kind {
    /** 401 or 403: the token is wrong, or the server does not know the device. */
    REFUSED,
    /** 404: no such action or artifact. */
    NOT_FOUND,
    /** 410: the server has closed the action; nothing more is to be done for it. */
    CLOSED,
    /** 429 or 5xx: later, perhaps. */
    BUSY,
    /** No connection, or one that broke. */
    UNREACHABLE,
    /** No whole answer in time. */
    TIMED_OUT,
    /** An answer that cannot be used. */
    BAD_ANSWER,
    /** More bytes than were announced or are allowed. */
    TOO_LARGE,
    /** This device's own settings are of no use. */
    SETTINGS
  }

  private final Kind kind;
  private final long retryAfterMs;

  HawkbitException(Kind kind, String message) {
    this(kind, message, -1, null);
  }

  HawkbitException(Kind kind, String message, long retryAfterMs, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }

  /** Which kind. */
  public Kind kind() {
    return kind;
  }

  /** What the server asked to wait, milliseconds. */
  public OptionalLong retryAfterMs() {
    return retryAfterMs < 0 ? OptionalLong.empty() : OptionalLong.of(retryAfterMs);
  }

  /** Whether the same request may succeed later. */
  public boolean isPassing() {
    return kind == Kind.BUSY || kind == Kind.UNREACHABLE || kind == Kind.TIMED_OUT;
  }
}
