/**
 * What a node tells the world besides alerts: how its channels were over the last period, how it
 * fares itself, which rules are raised, and why it decided as it did. States, not events: only the
 * last value counts, so that a slow or absent broker costs no memory and never holds up a window.
 *
 * <p>The node calls {@link io.millrace.node.report.NodeStates}; a {@link
 * io.millrace.node.report.StateReporter} sums up and hands on to {@link
 * io.millrace.node.report.Outlet}s: JSON topics here, Sparkplug B and Home Assistant in the
 * packages below.
 *
 * <pre>{@code
 * try (StateReporter states = StateReporter.start(subject, settings, outlets, uplink, clock, errors)) {
 *   states.samples(block);                       // each block that the sensor filled
 *   states.figure(NodeFigure.POWER, 2_400);      // as often as it is known anew
 *   if (states.decided(kind)) {
 *     states.decision(report);                   // once a second, and when the kind changes
 *   }
 *   states.alert(alert);
 * }
 * }</pre>
 */
package io.millrace.node.report;
