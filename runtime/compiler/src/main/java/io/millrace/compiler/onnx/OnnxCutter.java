package io.millrace.compiler.onnx;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Cuttable;
import io.millrace.compiler.graph.Dataflow;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.onnx.WireMessage.Field;
import io.millrace.program.ElementType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An {@code .onnx} file to be cut in two. A half is a file of its own: the nodes that it needs and
 * the initializers that they read, each byte for byte as it was; the activation at which the
 * network is cut becomes an output of the one and an input of the other. In the QDQ form that is
 * what a QuantizeLinear makes and a DequantizeLinear reads.
 *
 * <p>Field numbers are those of {@code onnx.proto}.
 */
public final class OnnxCutter implements Cuttable {
  // of ModelProto
  private static final int GRAPH = 7;
  private static final int TRAINING_INFO = 20;

  // of GraphProto
  private static final int NODE = 1;
  private static final int INITIALIZER = 5;
  private static final int INPUT = 11;
  private static final int OUTPUT = 12;
  private static final int VALUE_INFO = 13;
  private static final int QUANTIZATION_ANNOTATION = 14;

  /** No field has this number. */
  private static final int UNKNOWN = 0;

  private static final int NAME_OF_TENSOR = 8;
  private static final int NAME_OF_VALUE_INFO = 1;

  private final byte[] file;
  private final OnnxModel model;
  private final Value input;
  private final String output;
  private final Dataflow flow;
  private final List<Value> cuts;

  private OnnxCutter(byte[] file, OnnxImporter.Imported imported) {
    this.file = file;
    this.model = imported.model();
    this.input = imported.graph().value(imported.graph().inputs().getFirst());
    this.output = imported.graph().outputs().getFirst();
    List<Dataflow.Step> steps = new ArrayList<>();
    for (OnnxNode n : model.nodes()) {
      steps.add(new Dataflow.Step(present(n.inputs()), present(n.outputs())));
    }
    flow = new Dataflow(steps);
    cuts =
        flow.bottlenecks(input.name(), output).stream()
            .map(imported.computed()::get)
            .filter(v -> v != null && Cuttable.isQuantizedActivation(v))
            .toList();
  }

  /**
   * Reads a file, which must not change afterwards.
   *
   * @param file the file's bytes, from position 0 to its limit
   * @throws BadModelException if it is not a sound ONNX file
   * @throws UnsupportedModelException if it uses what Millrace does not run, or has several inputs
   *     or outputs
   */
  public static OnnxCutter of(ByteBuffer file) throws BadModelException, UnsupportedModelException {
    byte[] bytes = OnnxImporter.array(file);
    OnnxImporter.Imported imported = OnnxImporter.imported(bytes);
    Cuttable.requireOneWay(imported.graph());
    return new OnnxCutter(bytes, imported);
  }

  private static List<String> present(List<String> names) {
    return names.stream().filter(n -> !n.isEmpty()).toList();
  }

  @Override
  public List<Value> cuts() {
    return cuts;
  }

  @Override
  public Value input() {
    return input;
  }

  @Override
  public ByteBuffer front(Value cut) throws BadModelException {
    return half(input.name(), cut.name(), cut);
  }

  @Override
  public ByteBuffer tail(Value cut) throws BadModelException {
    return half(cut.name(), output, cut);
  }

  private ByteBuffer half(String from, String to, Value cut) throws BadModelException {
    WireMessage whole = WireMessage.of(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Field f : whole.fields()) {
      if (f.number() == GRAPH && f.isMessage()) {
        WireMessage.append(GRAPH, graph(whole.message(f), from, to, cut), out);
      } else if (f.number() != TRAINING_INFO) {
        whole.copy(f, out);
      }
    }
    return ByteBuffer.wrap(out.toByteArray());
  }

  private byte[] graph(WireMessage graph, String from, String to, Value cut)
      throws BadModelException {
    BitSet needed = flow.needed(to, from);
    Set<String> names = new HashSet<>(Set.of(from, to));
    needed.stream().forEach(i -> names.addAll(flow.steps().get(i).reads()));
    needed.stream().forEach(i -> names.addAll(flow.steps().get(i).makes()));
    byte[] port = port(cut);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int node = 0;
    for (Field f : graph.fields()) {
      boolean isKept =
          switch (f.isMessage() ? f.number() : UNKNOWN) {
            case NODE -> needed.get(node++);
            case INITIALIZER -> names.contains(graph.message(f).text(NAME_OF_TENSOR));
            // files of old list the initializers among the inputs
            case INPUT -> names.contains(graph.message(f).text(NAME_OF_VALUE_INFO));
            case OUTPUT -> graph.message(f).text(NAME_OF_VALUE_INFO).equals(to);
            case VALUE_INFO -> {
              String name = graph.message(f).text(NAME_OF_VALUE_INFO);
              yield names.contains(name) && !name.equals(cut.name());
            }
            case QUANTIZATION_ANNOTATION -> false;
            default -> true;
          };
      if (isKept) {
        graph.copy(f, out);
      }
    }
    WireMessage.append(to.equals(cut.name()) ? OUTPUT : INPUT, port, out);
    return out.toByteArray();
  }

  /** A ValueInfoProto: name, and a type that is a tensor of an element type and a shape. */
  private static byte[] port(Value v) {
    byte[] shape =
        WireMessage.written(out -> {
          for (int extent : v.shape().toArray()) {
            out.writeByteArray(1, WireMessage.written(dim -> dim.writeInt64(1, extent)));
          }
        });
    byte[] tensor =
        WireMessage.written(out -> {
          out.writeInt32(1, v.type() == ElementType.INT8 ? OnnxTensor.INT8 : OnnxTensor.UINT8);
          out.writeByteArray(2, shape);
        });
    byte[] type = WireMessage.written(out -> out.writeByteArray(1, tensor));
    return WireMessage.written(out -> {
      out.writeByteArray(1, v.name().getBytes(StandardCharsets.UTF_8));
      out.writeByteArray(2, type);
    });
  }
}
