package io.millrace.compiler.split;

import io.millrace.compiler.graph.Value;
import io.millrace.compiler.schedule.Prediction;

/**
 * A place at which a network can be cut.
 *
 * @param number 1 for the first in the order of the network
 * @param activation what goes to the cloud: its name, element type (INT8 or UINT8), shape, scale
 *     and zero point, as in the model file; its layout is the file's too
 * @param bytes of the activation, which is what has to be sent apart from the protocol's own
 * @param front predicted time and energy of the front part on the board
 * @param frontMacs multiply-accumulates on the board
 * @param tailMacs multiply-accumulates in the cloud
 * @param memoryBytes arena and constants of the front part
 * @param costProvenance how the prediction came about, as in {@link
 *     io.millrace.program.Program#costProvenance()}
 * @param isWorthwhile whether no other way, the whole network on either side included, sends as few
 *     bytes for as little energy
 */
public record CutPoint(
    int number,
    Value activation,
    long bytes,
    Prediction front,
    long frontMacs,
    long tailMacs,
    long memoryBytes,
    String costProvenance,
    boolean isWorthwhile) {
  /** The activation's name: of the front's output and of the tail's input. */
  public String name() {
    return activation.name();
  }
}
