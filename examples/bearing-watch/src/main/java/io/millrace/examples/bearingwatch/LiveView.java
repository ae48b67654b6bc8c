package io.millrace.examples.bearingwatch;

import io.millrace.node.admission.Decision;
import io.millrace.node.alert.Alert;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.rule.Answer;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lines for people while the node runs, and a tally of what it said and what arrived. The node's
 * thread writes, a ticker's reads, the subscriber's does both.
 */
final class LiveView implements NodeListener {
  private final PrintStream out;
  private final boolean colours;
  private final SimulatedBearing bearing;
  private final double allowedMilliW;
  private long startNs = System.nanoTime();
  private final Set<String> accepted = ConcurrentHashMap.newKeySet();
  private final Set<String> received = ConcurrentHashMap.newKeySet();

  private long local;
  private long cloud;
  private long deferred;
  private long dropped;
  private long cloudFailures;
  private int seen;
  private float score;
  private double spentMicroJ;
  private long repeats;
  private double spentBeforeMicroJ;
  private long tickNs = startNs;

  /**
   * A view.
   *
   * @param allowedMilliW the power budget without the idle board
   */
  LiveView(PrintStream out, boolean colours, SimulatedBearing bearing, double allowedMilliW) {
    this.out = out;
    this.colours = colours;
    this.bearing = bearing;
    this.allowedMilliW = allowedMilliW;
  }

  /** The run begins now. */
  synchronized void begin() {
    startNs = System.nanoTime();
    tickNs = startNs;
  }

  @Override
  public synchronized void decided(long windowIndex, Decision decision) {
    switch (decision) {
      case Decision.RunLocal here -> {}
      case Decision.Offload there -> {}
      case Decision.Defer later -> deferred++;
      case Decision.Drop never -> dropped++;
    }
  }

  @Override
  public synchronized void answered(Answer answer, long latencyNs) {
    float[] scores = answer.outputs().getFirst();
    seen = 0;
    for (int c = 1; c < scores.length; c++) {
      seen = scores[c] > scores[seen] ? c : seen;
    }
    score = scores[seen];
    boolean there = answer.computedOn() == Alert.Origin.CLOUD;
    cloud += there ? 1 : 0;
    local += there ? 0 : 1;
    spentMicroJ += answer.energyMicroJ();
  }

  @Override
  public synchronized void cloudFailed(long windowIndex, String reason) {
    cloudFailures++;
    if (cloudFailures == 1) {
      line("cloud gave no answer: " + reason);
    }
  }

  @Override
  public void alerted(Alert alert) {
    accepted.add(alert.id());
  }

  /** An alert came back from the broker. */
  synchronized void received(Map<String, Object> alert) {
    if (!received.add(String.valueOf(alert.get("id")))) {
      repeats++;
      return;
    }
    boolean raised = "raised".equals(alert.get("state"));
    line(
        "%s %s %s, score %.2f, answered by the %s"
            .formatted(
                paint(raised ? "31;1" : "32", "ALERT received"),
                alert.get("label"),
                alert.get("state"),
                ((Number) alert.get("score")).doubleValue(),
                alert.get("computed_on")));
  }

  /** One line on how things stand; to be called about once a second. */
  synchronized void tick() {
    Condition truth = bearing.truth();
    long now = System.nanoTime();
    double milliW = (spentMicroJ - spentBeforeMicroJ) / 1e3 / ((now - tickNs) / 1e9);
    spentBeforeMicroJ = spentMicroJ;
    tickNs = now;
    line(
        "%-10s %2.0f Hz | sees %-10s %.2f | board %3d cloud %3d defer %2d drop %2d | %4.1f of %.1f mW above idle"
            .formatted(
                truth.fault().label(),
                truth.shaftHz(),
                Fault.ofClass(seen).label(),
                score,
                local,
                cloud,
                deferred,
                dropped,
                milliW,
                allowedMilliW));
  }

  /** One line with the time in front. */
  synchronized void line(String text) {
    double seconds = (System.nanoTime() - startNs) / 1e9;
    out.println(paint("2", String.format(Locale.ROOT, "%6.1f s ", seconds)) + text);
  }

  private String paint(String code, String text) {
    return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }

  /** Ids of alerts that the node promised to deliver and that have not arrived. */
  List<String> missing() {
    return accepted.stream().filter(id -> !received.contains(id)).sorted().toList();
  }

  /** How many different alerts arrived. */
  int arrived() {
    return received.size();
  }

  /** How many came more than once. */
  synchronized long repeats() {
    return repeats;
  }
}
