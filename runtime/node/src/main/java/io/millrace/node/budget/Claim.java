package io.millrace.node.budget;

/** How far into a day's bytes somebody may reach; each leaves room for those before it. */
public enum Claim {
  /** To the last byte: alerts, and the connection that brings them. */
  ALERTS,
  /** All but what is kept for alerts, and for the connections until the day ends. */
  STATES,
  /** All but that, and but what the states are to have until the day ends. */
  REST
}
