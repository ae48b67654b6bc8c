package io.millrace.bench.way;

/** A stretch of the way, from the end of the one before. */
enum Stage {
  /** From the last sample's own moment to the window being whole: the reader wakes up. */
  ARRIVAL("sample to whole window"),
  DECISION("hand-over and decision"),
  FEATURES("features"),
  ANSWER("network"),
  ALERT("rules, alert on disk"),
  ACKNOWLEDGED("sent, acknowledged by broker");

  private final String title;

  Stage(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
