package io.millrace.node.pipeline;

import io.millrace.sensors.BinaryOutput;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A lamp, a relay, a siren as a pipeline file describes it; nothing is opened yet. Whoever wires
 * brings the kinds that there are ({@link OutputKind}).
 */
public interface OutputDevice {
  /** What it takes for itself alone, in the words of {@link SensorSettings#places}. */
  String place();

  /**
   * Opens it in its safe state.
   *
   * @param errors hears of what goes wrong in the background
   * @throws IOException if it is not there, or taken by another
   */
  BinaryOutput open(Consumer<? super Exception> errors) throws IOException;
}
