package io.millrace.bench.way;

import io.millrace.node.admission.Decision;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.mqtt.MqttAlertSink;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.rule.Answer;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
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
  private final Map<Stage, long[]> tookNs = new EnumMap<>(Stage.class);
  private final long[] wholeWayNs;
  private final Thread watcher;
  private TimedRun run;
  private long decidedNs;
  private final Map<Stage, long[]> passed = new EnumMap<>(Stage.class);
  private long windows;
  private volatile long acceptedNs;
  private final AtomicLong accepted = new AtomicLong();
  private volatile boolean closed;
  private volatile int recorded;

  /**
   * @param skipped windows at the start that are not counted
   * @param most how many are
   */
  WayRecorder(MqttAlertSink sink, int skipped, int most) {
    this.sink = sink;
    this.skipped = skipped;
    for (Stage stage : Stage.values()) {
      tookNs.put(stage, new long[most]);
      passed.put(stage, new long[1]);
    }
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
    passed.get(Stage.ARRIVAL)[0] = wholeNs - answer.endNs();
    passed.get(Stage.DECISION)[0] = decidedNs - wholeNs;
    passed.get(Stage.FEATURES)[0] = run.beganNs() - decidedNs;
    passed.get(Stage.ANSWER)[0] = run.endedNs() - run.beganNs();
    windows++;
  }

  @Override
  public void accept(Alert alert) throws IOException {
    boolean free = sink.stats().outbox().acknowledged() == accepted.get();
    sink.accept(alert);
    long now = System.nanoTime();
    passed.get(Stage.ALERT)[0] = now - run.endedNs();
    if (free && windows > skipped && recorded < wholeWayNs.length) {
      passed.forEach((stage, ns) -> tookNs.get(stage)[recorded] = ns[0]);
      acceptedNs = now;
    } else {
      acceptedNs = 0;
    }
    accepted.incrementAndGet();
    LockSupport.unpark(watcher);
  }

  private void watch() {
    long seen = 0;
    while (!closed) {
      if (accepted.get() == seen) {
        LockSupport.park(this);
        continue;
      }
      long waitFor = accepted.get();
      long sinceNs = acceptedNs;
      while (!closed && sink.stats().outbox().acknowledged() < waitFor) {
        LockSupport.parkNanos(LOOK_EVERY_NS);
      }
      seen = waitFor;
      if (sinceNs != 0 && !closed && accepted.get() == waitFor) {
        int at = recorded;
        tookNs.get(Stage.ACKNOWLEDGED)[at] = System.nanoTime() - sinceNs;
        for (long[] stage : tookNs.values()) {
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
    return Arrays.copyOf(tookNs.get(stage), recorded);
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
