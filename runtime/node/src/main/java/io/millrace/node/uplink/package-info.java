/**
 * All that a node sends and receives over its link, by one account: {@link
 * io.millrace.node.uplink.Uplink}, which whoever opens a connection is given. Alerts and the
 * connection that brings them come first and are sent in any case, states follow at a rate that the
 * day affords, updates and answers by the cloud after that, decisions last.
 *
 * <pre>{@code
 * Uplink uplink = Uplink.open(pipeline.budget().budgets().uplink(), clock);
 * long bytes = WireBytes.of(true).exchange(publish, acknowledgement);
 * if (uplink.take(Sender.STATES, bytes)) {
 *   send(message);                   // paid for; else the latest is kept, and asked for again
 * }
 * }</pre>
 */
package io.millrace.node.uplink;
