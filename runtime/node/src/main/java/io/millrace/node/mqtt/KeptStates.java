package io.millrace.node.mqtt;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The latest message of each retained topic, and which of them this connection has not had. */
final class KeptStates {
  static final int MAX_TOPICS = 256;
  static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /** A topic and its latest message. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Kept(String topic, byte[] message) {}

  private final Map<String, byte[]> latest = new LinkedHashMap<>();
  private final Set<String> unsent = new LinkedHashSet<>();

  synchronized void keep(String topic, byte[] message) {
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
    latest.put(topic, message.clone());
    unsent.add(topic);
  }

  /** A new connection has had nothing. */
  synchronized void connected() {
    unsent.addAll(latest.keySet());
  }

  synchronized int size() {
    return latest.size();
  }

  synchronized boolean allSent() {
    return unsent.isEmpty();
  }

  /** One that this connection has not had; counts as sent from now on. */
  synchronized Optional<Kept> next() {
    for (String topic : unsent) {
      unsent.remove(topic);
      return Optional.of(new Kept(topic, latest.get(topic)));
    }
    return Optional.empty();
  }

  /** The broker does not take it. */
  synchronized void giveUp(String topic) {
    latest.remove(topic);
    unsent.remove(topic);
  }
}
