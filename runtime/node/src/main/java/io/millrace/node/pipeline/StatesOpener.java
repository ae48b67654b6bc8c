package io.millrace.node.pipeline;

import io.millrace.node.report.NodeStates;
import io.millrace.sensors.SampleFormat;
import java.io.IOException;

/** Opens the place where a node puts its states, once it knows what its sensor gives. */
@FunctionalInterface
public interface StatesOpener {
  /** Tells nobody. */
  StatesOpener NONE = format -> NodeStates.NONE;

  /**
   * Opens it; the node closes it before its sink.
   *
   * @throws IOException if what was told at an earlier start cannot be read or remembered
   */
  NodeStates open(SampleFormat format) throws IOException;
}
