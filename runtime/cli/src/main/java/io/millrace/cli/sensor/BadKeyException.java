package io.millrace.cli.sensor;

/** A key that is missing or has a bad value; whoever read the keys knows where they stand. */
public final class BadKeyException extends Exception {
  private static final long serialVersionUID = 1L;
  private final String key;

  BadKeyException(String key, String problem) {
    super(problem);
    this.key = key;
  }

  /** The key; empty where several together are wrong. */
  public String key() {
    return key;
  }
}
