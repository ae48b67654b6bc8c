package io.millrace.node.pipeline;

/**
 * A kind of sensor that the node itself does not know, such as chips on a bus. Whoever wires hands
 * it to {@link PipelineFile#read(java.nio.file.Path, java.util.Map)} under the key that names it:
 *
 * <pre>{@code
 * sensor:
 *   adxl345: {bus: 1, rate: 3.2 kHz}
 *
 * PipelineFile.read(file, Map.of("adxl345", entry -> {
 *   Section s = entry.section("bus", "rate");
 *   int bus = s.required("bus").integer(0, 63);
 *   ...
 * }));
 * }</pre>
 */
@FunctionalInterface
public interface SensorKind {
  /**
   * Reads the value of the kind's key.
   *
   * @throws PipelineException of {@code entry} or an entry in it, if something is wrong
   */
  SensorSettings read(Entry entry) throws PipelineException;
}
