package io.millrace.node.pipeline;

import io.millrace.node.admission.Admission;
import io.millrace.node.alert.Alert;
import io.millrace.node.budget.Instruments;
import io.millrace.node.budget.Readings;
import io.millrace.sensors.clock.Clock;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Looks at the board's instruments once a second: what they say goes to admission, and what a
 * person should know becomes an alert of the node's own: {@code power-model} (measured and modelled
 * power have parted), {@code under-voltage}, {@code throttled}. For one thread; allocates only when
 * there is an alert.
 */
final class NodeHealth {
  /** How often the instruments are looked at. */
  static final long EVERY_NS = 1_000_000_000L;

  private static final int PRIORITY = 900;

  /** The node's own alerts. */
  static final List<String> RULES = List.of("power-model", "under-voltage", "throttled");

  private final String node;
  private final Clock clock;
  private final Instruments instruments;
  private final Admission admission;
  private final Consumer<Alert> alerts;
  private final LongSupplier windows;
  private final Consumer<Exception> errors;
  private final Readings readings = new Readings();
  private final boolean[] raised = new boolean[RULES.size()];
  private final String start;
  private long nextNs;
  private boolean started;
  private boolean failing;
  private boolean keepFailing;
  private long alertCount;

  /**
   * @param windows how many windows there were so far
   */
  NodeHealth(
      String node,
      Clock clock,
      Instruments instruments,
      Admission admission,
      LongSupplier windows,
      Consumer<Alert> alerts,
      Consumer<Exception> errors) {
    this.node = node;
    this.clock = clock;
    this.instruments = instruments;
    this.admission = admission;
    this.windows = windows;
    this.alerts = alerts;
    this.errors = errors;
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    start = HexFormat.of().formatHex(random);
  }

  /** Looks, if it is time to; whether it was. */
  boolean look(long nowNs) {
    if (started && nowNs < nextNs) {
      return false;
    }
    started = true;
    nextNs = nowNs + EVERY_NS;
    readings.clear();
    try {
      instruments.read(readings);
      failing = false;
    } catch (IOException | RuntimeException e) {
      if (!failing) {
        errors.accept(e); // once until it works again
      }
      failing = true;
    }
    admission.observe(nowNs, readings);
    try {
      admission.keep();
      keepFailing = false;
    } catch (IOException | RuntimeException e) {
      if (!keepFailing) {
        errors.accept(e);
      }
      keepFailing = true;
    }
    step(0, admission.meterDisagrees(), admission.measuredByModelled(), nowNs);
    step(1, readings.underVoltage(), 1, nowNs);
    step(2, readings.throttled(), 1, nowNs);
    return true;
  }

  /** What the instruments said last. */
  Readings readings() {
    return readings;
  }

  private void step(int rule, boolean holds, double score, long nowNs) {
    if (holds == raised[rule]) {
      return;
    }
    raised[rule] = holds;
    alerts.accept(
        new Alert(
            node + "-" + start + "-h" + alertCount++,
            node,
            RULES.get(rule),
            RULES.get(rule),
            score,
            holds ? Alert.State.RAISED : Alert.State.CLEARED,
            PRIORITY,
            clock.wallTimeEpochMs(),
            windows.getAsLong(),
            nowNs,
            nowNs,
            Alert.Origin.BOARD,
            "board",
            "",
            0));
  }
}
