package io.millrace.node.pipeline;

import java.util.List;

/**
 * A kind of output that the node itself does not know, such as GPIO lines. Whoever wires hands it
 * to {@link PipelineFile#read(java.nio.file.Path, java.util.Map, java.util.Map)} under its name:
 *
 * <pre>{@code
 * outputs:
 *   - {kind: gpio, line: 17, active: low, rules: keyword}
 * }</pre>
 */
public interface OutputKind {
  /** Keys that this kind has beside {@code kind}, {@code rules}, {@code name} and {@code safe}. */
  List<String> keys();

  /**
   * Reads what {@link #keys} say.
   *
   * @param name what it is, for people
   * @param safeOn whether it is on in its safe state
   * @throws PipelineException of an entry of {@code section}, if something is wrong
   */
  OutputDevice read(Section section, String name, boolean safeOn) throws PipelineException;
}
