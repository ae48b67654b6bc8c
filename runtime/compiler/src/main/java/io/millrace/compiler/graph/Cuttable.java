package io.millrace.compiler.graph;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.program.ElementType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A model file that can be cut in two where one quantized activation is all that goes on. Both
 * halves are model files in the format of the whole.
 */
public interface Cuttable {
  /**
   * The activations at which it can be cut, in the order in which they are made; name and shape are
   * the file's.
   */
  List<Value> cuts();

  /** The network's input; name and shape are the file's. */
  Value input();

  /** From the network's input to {@code cut}, which becomes the output. */
  ByteBuffer front(Value cut) throws BadModelException;

  /** From {@code cut}, which becomes the input, to the network's output. */
  ByteBuffer tail(Value cut) throws BadModelException;

  /** Whether {@code v} is made by the network and holds bytes with one scale and zero point. */
  static boolean isQuantizedActivation(Value v) {
    return !v.isConstant()
        && (v.type() == ElementType.INT8 || v.type() == ElementType.UINT8)
        && !v.quantization().isNone()
        && !v.quantization().isPerAxis();
  }

  /**
   * Returns if there is one input and one output: then there is one way through.
   *
   * @throws UnsupportedModelException if not; it names them
   */
  static void requireOneWay(Graph graph) throws UnsupportedModelException {
    List<String> reasons = new ArrayList<>();
    if (graph.inputs().size() != 1) {
      reasons.add("%d inputs %s; split takes one".formatted(graph.inputs().size(), graph.inputs()));
    }
    if (graph.outputs().size() != 1) {
      reasons.add(
          "%d outputs %s; split takes one".formatted(graph.outputs().size(), graph.outputs()));
    }
    if (!reasons.isEmpty()) {
      throw new UnsupportedModelException(reasons);
    }
  }
}
