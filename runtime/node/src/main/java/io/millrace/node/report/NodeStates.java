package io.millrace.node.report;

import io.millrace.node.alert.Alert;
import io.millrace.sensors.SampleBlock;

/**
 * Where a node puts what it knows. No method blocks, waits for a network, or throws for what it is
 * given; none but {@link #alert} and {@link #decision} allocates.
 */
public interface NodeStates extends AutoCloseable {
  /** Tells nobody. */
  NodeStates NONE =
      new NodeStates() {
        @Override
        public void samples(SampleBlock block) {}

        @Override
        public void figure(NodeFigure figure, double value) {}

        @Override
        public boolean decided(Enum<?> kind) {
          return false;
        }

        @Override
        public void decision(DecisionReport report) {}

        @Override
        public void alert(Alert alert) {}

        @Override
        public void close() {}
      };

  /** Samples as the sensor gave them; on the thread that reads it, before the block is reused. */
  void samples(SampleBlock block);

  /**
   * A figure as it is now, in its unit; NaN where it is not known (any more). From any thread,
   * cheap enough for each window.
   */
  void figure(NodeFigure figure, double value);

  /**
   * A decision was made; on the thread that decides.
   *
   * @return whether it is to be told: at most once a second, and when the kind is another than the
   *     last time, then at most ten times a second
   */
  boolean decided(Enum<?> kind);

  /** The decision that was asked for by {@link #decided}; on the same thread. */
  void decision(DecisionReport report);

  /** A rule raised or cleared; on the thread that looks at answers. */
  void alert(Alert alert);

  /** Nothing is told after this. */
  @Override
  void close();
}
