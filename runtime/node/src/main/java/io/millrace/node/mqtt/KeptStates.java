package io.millrace.node.mqtt;

import io.millrace.node.uplink.Sender;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The latest message of each retained topic, and which of them this connection has not had. One
 * that the uplink did not bear waits until it is tried again, and is replaced by the next.
 */
final class KeptStates {
  static final int MAX_TOPICS = 256;
  static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /**
   * A topic and its latest message.
   *
   * @param sender on whose account; what a broker had already is a state, whatever it was
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Kept(String topic, byte[] message, Sender sender) {}

  private final Map<String, Kept> latest = new LinkedHashMap<>();
  private final Set<String> unsent = new LinkedHashSet<>();
  private final Set<String> held = new LinkedHashSet<>();
  private final Set<String> told = new HashSet<>();

  synchronized void keep(Sender sender, String topic, byte[] message) {
    Topics.requireTopic(topic);
    if (message.length > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "state of "
              + message.length
              + " bytes for topic "
              + topic
              + " not kept; at most "
              + MAX_MESSAGE_BYTES
              + " are");
    }
    if (!latest.containsKey(topic) && latest.size() >= MAX_TOPICS) {
      throw new IllegalArgumentException(
          "topic " + topic + " not kept: " + MAX_TOPICS + " topics are kept already");
    }
    latest.put(topic, new Kept(topic, message.clone(), sender));
    told.remove(topic);
    held.remove(topic);
    unsent.add(topic);
  }

  /** A new connection has had nothing. */
  synchronized void connected() {
    held.clear();
    unsent.addAll(latest.keySet());
  }

  synchronized int size() {
    return latest.size();
  }

  /** Whether nothing is to be sent now; what is held back is not. */
  synchronized boolean allSent() {
    return unsent.isEmpty();
  }

  /** One that this connection has not had; counts as sent from now on. */
  synchronized Optional<Kept> next() {
    for (String topic : unsent) {
      unsent.remove(topic);
      Kept kept = latest.get(topic);
      return Optional.of(
          told.add(topic) || kept.sender() != Sender.ALERTS
              ? kept
              : new Kept(topic, kept.message(), Sender.STATES));
    }
    return Optional.empty();
  }

  /** It was not sent after all; a later message of its topic takes its place. */
  synchronized void holdBack(Kept kept) {
    if (latest.containsKey(kept.topic()) && !unsent.contains(kept.topic())) {
      held.add(kept.topic());
      if (kept.sender() == latest.get(kept.topic()).sender()) {
        told.remove(kept.topic());
      }
    }
  }

  /** Tries again what was held back; whether there is any. */
  synchronized boolean tryAgain() {
    boolean any = !held.isEmpty();
    unsent.addAll(held);
    held.clear();
    return any;
  }

  /** Whether something is held back. */
  synchronized boolean holdsBack() {
    return !held.isEmpty();
  }

  /** The broker does not take it. */
  synchronized void giveUp(String topic) {
    latest.remove(topic);
    unsent.remove(topic);
    held.remove(topic);
  }
}
