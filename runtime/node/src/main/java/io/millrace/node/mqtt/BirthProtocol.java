package io.millrace.node.mqtt;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A protocol whose messages belong to one connection: its will announces the death of what its
 * births bring to life, and nothing counts before them. {@link BirthSession} calls all methods on
 * one thread but {@link #arrived}.
 */
public interface BirthProtocol {
  /** A topic and what is sent to it; never retained. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Message(String topic, byte[] payload) {}

  /** A connection is about to be tried: what the broker is to publish at QoS 1 when it breaks. */
  Message will();

  /** What is subscribed to, at QoS 1, before the births. */
  List<String> subscriptions();

  /** The broker listens: what is sent first, at QoS 0, in this order. */
  List<Message> births();

  /**
   * What has become due since, at QoS 0; empty once nothing is.
   *
   * @param affordable whether the uplink bears a message now; one that it does not bear stays due,
   *     with the latest values
   */
  Optional<Message> next(Predicate<Message> affordable);

  /** The session ends on purpose: what is sent before that, at QoS 0. */
  Message death();

  /** A message that was subscribed to; from the network's thread, must not block. */
  void arrived(String topic, byte[] message);
}
