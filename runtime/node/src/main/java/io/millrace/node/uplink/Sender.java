package io.millrace.node.uplink;

/** For whom bytes travel, the most important first. */
public enum Sender {
  /** Alerts and the states of their rules: sent in any case. */
  ALERTS("alerts"),
  /** Connections: opening them, pings, what comes in unasked. */
  UPKEEP("upkeep"),
  /** How the node is: less often where bytes are few. */
  STATES("states"),
  /** Newer models, and the questions for them. */
  UPDATES("updates"),
  /** Answers by the cloud; asked for and counted by the ledger. */
  CALLS("calls"),
  /** Why the node decided as it did: out of what nobody else wants. */
  DECISIONS("decisions");

  private final String word;

  Sender(String word) {
    this.word = word;
  }

  /** The same, for people. */
  public String word() {
    return word;
  }
}
