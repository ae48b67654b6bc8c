package io.millrace.sensors.message;

import java.io.IOException;

/** Where messages of one topic come from. */
public interface MessageSource {
  /** What takes messages. */
  interface Receiver {
    /**
     * A message came.
     *
     * @param payload the receiver's own from now on
     */
    void message(byte[] payload);

    /** No more can come, because of this. */
    void failed(IOException cause);
  }

  /**
   * Subscribes, and stays subscribed through lost connections until it is closed.
   *
   * @param receiver called by one thread at a time; must not block
   * @throws IOException if it can never succeed; a broker that is down is waited for
   */
  AutoCloseable subscribe(Receiver receiver) throws IOException;

  /** What it is, for people: the topic and the broker. */
  String name();
}
