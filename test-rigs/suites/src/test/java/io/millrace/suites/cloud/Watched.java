package io.millrace.suites.cloud;

import com.sun.management.UnixOperatingSystemMXBean;
import io.millrace.node.admission.Decision;
import io.millrace.node.admission.DecisionCounts;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.rule.Answer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a node did, and what its process held meanwhile. */
final class Watched implements NodeListener, AlertSink {
  final List<Alert> alerts = new ArrayList<>();
  final List<String> reasons = new ArrayList<>();
  final Map<Long, Alert.Origin> answeredBy = new HashMap<>();
  final Map<Long, DecisionCounts.Kind> decided = new HashMap<>();
  long heapAtFirst = -1;
  long clientThreads;
  long filesAtFirst;
  long files;

  @Override
  public void decided(long windowIndex, Decision decision) {
    if (heapAtFirst < 0) {
      heapAtFirst = heapInUse();
      filesAtFirst = openFiles();
    }
    decided.put(windowIndex, DecisionCounts.Kind.of(decision));
    if (windowIndex % 64 == 0) {
      count();
    }
  }

  private void count() {
    clientThreads = Math.max(clientThreads, threadsOfClients());
    files = Math.max(files, openFiles());
  }

  @Override
  public void answered(Answer answer, long latencyNs) {
    if (answeredBy.put(answer.windowIndex(), answer.computedOn()) != null) {
      throw new IllegalStateException("window " + answer.windowIndex() + " is answered twice");
    }
  }

  @Override
  public void cloudFailed(long windowIndex, String reason) {
    reasons.add(reason);
    count();
  }

  @Override
  public void accept(Alert alert) {
    alerts.add(alert);
  }

  @Override
  public void close() {}

  /** Live objects, bytes. */
  static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Files and sockets that this process has open; servers under test are in it. */
  static long openFiles() {
    return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getOpenFileDescriptorCount();
  }

  /** Threads of HTTP clients that are alive. */
  static long threadsOfClients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith("HttpClient-"))
        .count();
  }
}
