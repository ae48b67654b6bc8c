package io.millrace.node.mqtt;

import java.nio.charset.StandardCharsets;

/** The topics below one base, after MQTT 3.1.1, section 4.7. */
record Topics(String base) {
  private static final int MAX_BASE_BYTES = 1024;
  private static final int MAX_RULE_CHARS = 256;

  Topics {
    requireBase(base);
  }

  static void requireBase(String base) {
    int bytes = base.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < 1
        || bytes > MAX_BASE_BYTES
        || base.startsWith("$")
        || base.startsWith("/")
        || base.endsWith("/")
        || base.chars().anyMatch(c -> c == '+' || c == '#' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "base topic '"
              + base
              + "' must have 1 to "
              + MAX_BASE_BYTES
              + " bytes, no wildcard (+ #), no control character, no / at its ends and no $ first");
    }
  }

  /** A topic that is published to or subscribed to as it is. */
  static void requireTopic(String topic) {
    int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
    boolean bad = topic.codePoints().anyMatch(c -> c != '/' && !isSafe(c));
    if (bytes < 1 || bytes > MAX_BASE_BYTES || topic.startsWith("$") || bad) {
      throw new IllegalArgumentException(
          "topic '"
              + topic
              + "' must have 1 to "
              + MAX_BASE_BYTES
              + " bytes, no wildcard (+ #), no control character and no $ first");
    }
  }

  /** One level per rule: what would split the level or act as a wildcard becomes {@code _}. */
  String alert(String rule) {
    String level = rule.length() > MAX_RULE_CHARS ? rule.substring(0, MAX_RULE_CHARS) : rule;
    StringBuilder safe = new StringBuilder(level.length());
    level.codePoints().map(c -> isSafe(c) ? c : '_').forEach(safe::appendCodePoint);
    return base + "/alert/" + (safe.isEmpty() ? "_" : safe);
  }

  String status() {
    return base + "/status";
  }

  /** Brokers close the connection on code points that UTF-8 strings of MQTT must not hold. */
  private static boolean isSafe(int c) {
    boolean surrogate = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    boolean noncharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
    boolean structure = c == '/' || c == '+' || c == '#' || Character.isISOControl(c);
    return !surrogate && !noncharacter && !structure;
  }
}
