package io.millrace.node.budget;

/** What can stand in the way of an answer. */
public enum Limit {
  /** Nothing stood in the way. */
  NONE("within all limits"),
  /** Average power over a span. */
  ENERGY("energy"),
  /** Power at one moment. */
  PEAK("peak power"),
  /** What the battery must keep. */
  BATTERY("battery"),
  /** The board's temperature. */
  HEAT("heat"),
  /** Bytes of a day. */
  UPLINK("uplink"),
  /** A better plan would be paid for now, but not for all windows that come. */
  PACE("pace"),
  /** The time left until the deadline. */
  DEADLINE("deadline"),
  /** The cloud: it cannot be reached, or it failed. */
  CLOUD("cloud"),
  /** The places for waiting windows. */
  QUEUE("queue");

  private final String word;

  Limit(String word) {
    this.word = word;
  }

  /** The limit in words. */
  public String word() {
    return word;
  }
}
