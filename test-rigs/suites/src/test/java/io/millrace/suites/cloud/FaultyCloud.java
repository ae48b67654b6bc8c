package io.millrace.suites.cloud;

import java.net.URI;

/** Something at the other end of the wire, until it is closed. */
interface FaultyCloud extends AutoCloseable {
  /** Where it is, or should be. */
  URI uri();

  @Override
  void close();

  /** Nobody there. */
  static FaultyCloud nobodyAt(URI uri) {
    return new FaultyCloud() {
      @Override
      public URI uri() {
        return uri;
      }

      @Override
      public void close() {}
    };
  }
}
