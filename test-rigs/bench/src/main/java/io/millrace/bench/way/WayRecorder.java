package io.millrace.bench.way;

import io.millrace.node.admission.Decision;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.rule.Answer;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows each window through the node: the node's own thread says when a stage ended, and a thread
 * that watches the sink's counters when the broker has acknowledged, a few dozen microseconds late
 * at most. Windows of which the alert before was still on its way are left out.
 */
final class WayRecorder implements NodeListener, AlertSink {
  private static final int LOOK_EVERY_NS = 10_000;

  private final MqttAlertSink sink;
  private final int skipped;
  private final long[][] tookNs;
  private final long[] wholeWayNs;
  private final Thread watcher;
  private TimedRun run;
  private long decidedNs;
  private final long[] passed = new long[Stage.values().length];
  private long windows;
  private volatile long acceptedNs;
  private volatile long accepted;
  private volatile boolean closed;
  private volatile int recorded;

  /**
   * @param skipped windows at the start that are not counted
   * @param most how many are
   */
  WayRecorder(MqttAlertSink sink, int skipped, int most) {
    this.sink = sink;
    this.skipped = skipped;
    tookNs = new long[Stage.values().length][most];
    wholeWayNs = new long[most];
    watcher = Thread.ofPlatform().daemon().name("rig-watcher").start(this::watch);
  }

  /** Who answers. */
  void runs(TimedRun given) {
    run = given;
  }

  Thread watcher() {
    return watcher;
  }

  @Override
  public void decided(long windowIndex, Decision decision) {
    decidedNs = System.nanoTime();
  }

  @Override
  public void answered(Answer answer, long latencyNs) {
    long wholeNs = System.nanoTime() - latencyNs;
    passed[Stage.ARRIVAL.ordinal()] = wholeNs - answer.windowEndNs();
    passed[Stage.DECISION.ordinal()] = decidedNs - wholeNs;
    passed[Stage.FEATURES.ordinal()] = run.beganNs() - decidedNs;
    passed[Stage.ANSWER.ordinal()] = run.endedNs() - run.beganNs();
    windows++;
  }

  @Override
  public void accept(Alert alert) throws IOException {
    boolean free = sink.stats().outbox().acknowledged() == accepted;
    sink.accept(alert);
    long now = System.nanoTime();
    passed[Stage.ALERT.ordinal()] = now - run.endedNs();
    if (free && windows > skipped && recorded < wholeWayNs.length) {
      for (int stage = 0; stage < Stage.ACKNOWLEDGED.ordinal(); stage++) {
        tookNs[stage][recorded] = passed[stage];
      }
      acceptedNs = now;
    } else {
      acceptedNs = 0;
    }
    accepted++;
    LockSupport.unpark(watcher);
  }

  private void watch() {
    long seen = 0;
    while (!closed) {
      if (accepted == seen) {
        LockSupport.park(this);
        continue;
      }
      long waitFor = accepted;
      long sinceNs = acceptedNs;
      while (!closed && sink.stats().outbox().acknowledged() < waitFor) {
        LockSupport.parkNanos(LOOK_EVERY_NS);
      }
      seen = waitFor;
      if (sinceNs != 0 && !closed && accepted == waitFor) {
        int at = recorded;
        tookNs[Stage.ACKNOWLEDGED.ordinal()][at] = System.nanoTime() - sinceNs;
        for (long[] stage : tookNs) {
          wholeWayNs[at] += stage[at];
        }
        recorded = at + 1;
      }
    }
  }

  /** How many windows were followed to their end. */
  int recorded() {
    return recorded;
  }

  /** What a stage took, nanoseconds, window by window. */
  long[] tookNs(Stage stage) {
    return Arrays.copyOf(tookNs[stage.ordinal()], recorded);
  }

  /** What the whole way took, nanoseconds, window by window. */
  long[] wholeWayNs() {
    return Arrays.copyOf(wholeWayNs, recorded);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    LockSupport.unpark(watcher);
    sink.close();
  }
}
