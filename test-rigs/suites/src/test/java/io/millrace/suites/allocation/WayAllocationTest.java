package io.millrace.suites.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.millrace.bench.way.SensedStream;
import io.millrace.engine.Executor;
import io.millrace.node.admission.Decision;
import io.millrace.node.alert.Alert;
import io.millrace.node.alert.AlertSink;
import io.millrace.node.pipeline.ModelLoader;
import io.millrace.node.pipeline.Node;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.rule.Answer;
import io.millrace.suites.Models;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bytes on the Java heap from one answer to the next window's decision: what the sensor reads, the
 * cutting, the hand-over, the decision. The whole node, on one thread.
 */
@Timeout(120)
class WayAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 300;
  private static final int WINDOWS = 200;

  @TempDir Path folder;

  /** Adds up what is allocated between an answer and the next decision. */
  private static final class Counting implements NodeListener, AlertSink {
    private Runnable stop = () -> {};
    private long before;
    private long windows;
    private long bytes;

    @Override
    public void decided(long windowIndex, Decision decision) {
      long now = THREADS.getCurrentThreadAllocatedBytes();
      if (windows > WARM_UP) {
        bytes += now - before;
      }
    }

    @Override
    public void answered(Answer answer, long latencyNs) {
      if (windows++ == WARM_UP + WINDOWS) {
        stop.run();
      }
      before = THREADS.getCurrentThreadAllocatedBytes();
    }

    @Override
    public void accept(Alert alert) {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @EnumSource
  void shouldAllocateNothingFromSensorToDecision(SensedStream stream) throws Exception {
    List<Exception> errors = new ArrayList<>();
    Counting counting = new Counting();
    // no score gets there: alerts are made for people and may take memory
    Pipeline pipeline = stream.pipeline(folder, Models.folder(), "fast", 2, "");
    Node.Parts parts =
        new Node.Parts(
            Node.clockFor(pipeline),
            ModelLoader.mill(),
            Executor::load,
            counting,
            Node.CloudOpener.NONE,
            counting,
            errors::add);
    try (Node node = Node.open(pipeline, parts)) {
      counting.stop = node::stop;
      node.run();
    }
    assertEquals(List.of(), errors);
    assertTrue(counting.windows > WARM_UP + WINDOWS, counting.windows + " windows");
    assertEquals(0, counting.bytes, "bytes in " + WINDOWS + " windows");
  }
}
