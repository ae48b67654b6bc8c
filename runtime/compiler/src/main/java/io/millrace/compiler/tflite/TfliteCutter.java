package io.millrace.compiler.tflite;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Cuttable;
import io.millrace.compiler.graph.Dataflow;
import io.millrace.compiler.graph.Graph;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.tflite.FlatWriter.Copied;
import io.millrace.compiler.tflite.FlatWriter.Int32;
import io.millrace.compiler.tflite.FlatWriter.Int8;
import io.millrace.compiler.tflite.FlatWriter.Part;
import io.millrace.compiler.tflite.FlatWriter.Parts;
import io.millrace.compiler.tflite.FlatWriter.Table;
import io.millrace.compiler.tflite.FlatWriter.Vector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A {@code .tflite} file to be cut in two. A half is a file of its own: the operators that it
 * needs, their tensors and buffers numbered anew, nothing else. Signatures and metadata speak of
 * the whole network and stay behind.
 */
public final class TfliteCutter implements Cuttable {
  private static final int RESHAPE_OPTIONS = 17;
  private static final int SQUEEZE_OPTIONS = 30;

  private final FlatTable[] operators;
  private final FlatTable[] codes;
  private final FlatTable[] tables;
  private final TfliteTensor[] tensors;
  private final Map<String, Integer> indices = new LinkedHashMap<>();
  private final Graph graph;
  private final Dataflow flow;
  private final List<Value> cuts;

  private TfliteCutter(Graph graph, FlatTable model) throws BadModelException {
    this.graph = graph;
    FlatTable subgraph = model.tables(2, "subgraph")[0];
    operators = subgraph.tables(3, "operator");
    codes = model.tables(1, "operator code");
    tables = subgraph.tables(0, "tensor");
    tensors = TfliteImporter.tensors(model);
    for (int i = 0; i < tensors.length; i++) {
      indices.put(tensors[i].name(), i);
    }
    List<Dataflow.Step> steps = new ArrayList<>();
    for (FlatTable operator : operators) {
      steps.add(new Dataflow.Step(names(operator.int32s(1)), names(operator.int32s(2))));
    }
    flow = new Dataflow(steps);
    cuts =
        flow.bottlenecks(graph.inputs().getFirst(), graph.outputs().getFirst()).stream()
            .map(graph.values()::get)
            .filter(v -> v != null && Cuttable.isQuantizedActivation(v))
            .toList();
  }

  /**
   * Reads a file, which must not change afterwards.
   *
   * @param file the file's bytes, from position 0 to its limit
   * @throws BadModelException if it is not a sound TensorFlow Lite file
   * @throws UnsupportedModelException if it uses what Millrace does not run, or has several inputs
   *     or outputs
   */
  public static TfliteCutter of(ByteBuffer file)
      throws BadModelException, UnsupportedModelException {
    Graph graph = TfliteImporter.read(file);
    Cuttable.requireOneWay(graph);
    return new TfliteCutter(graph, FlatTable.root(file, "model"));
  }

  private List<String> names(int[] tensorIndices) {
    return IntStream.of(tensorIndices)
        .filter(i -> i >= 0)
        .mapToObj(i -> tensors[i].name())
        .toList();
  }

  @Override
  public List<Value> cuts() {
    return cuts;
  }

  @Override
  public Value input() {
    return graph.value(graph.inputs().getFirst());
  }

  @Override
  public ByteBuffer front(Value cut) throws BadModelException {
    return part(graph.inputs().getFirst(), cut.name());
  }

  @Override
  public ByteBuffer tail(Value cut) throws BadModelException {
    return part(cut.name(), graph.outputs().getFirst());
  }

  private ByteBuffer part(String from, String to) throws BadModelException {
    Half half = new Half();
    List<Part> kept = new ArrayList<>();
    int input = half.tensor(indices.get(from));
    BitSet needed = flow.needed(to, from);
    for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
      kept.add(half.operator(operators[i]));
    }
    Table subgraph =
        new Table()
            .with(0, new Parts(half.tensors))
            .with(1, FlatWriter.int32s(input))
            .with(2, FlatWriter.int32s(half.tensor(indices.get(to))))
            .with(3, new Parts(kept))
            .with(4, FlatWriter.text(graph.name()));
    Table model =
        new Table()
            .with(0, new Int32(3)) // the schema's version
            .with(1, new Parts(half.codes))
            .with(2, new Parts(List.of(subgraph)))
            .with(4, new Parts(half.buffers));
    return FlatWriter.file(model, "TFL3");
  }

  /** The parts of a half as they are come upon, each with its new number. */
  private final class Half {
    private final List<Part> tensors = new ArrayList<>();
    private final List<Part> codes = new ArrayList<>();
    // the first buffer is the empty one, by the format's rule
    private final List<Part> buffers = new ArrayList<>(List.of(new Table()));
    private final Map<Integer, Integer> tensorNumbers = new LinkedHashMap<>();
    private final Map<Integer, Integer> codeNumbers = new LinkedHashMap<>();
    private final Map<Integer, Integer> bufferNumbers = new LinkedHashMap<>();

    Part operator(FlatTable o) throws BadModelException {
      Table operator =
          new Table()
              .with(0, new Int32(code(o.int32(0, 0))))
              .with(1, FlatWriter.int32s(renumbered(o.int32s(1))))
              .with(2, FlatWriter.int32s(renumbered(o.int32s(2))));
      int kind = o.int8(3, 0);
      Optional<FlatTable> options = o.table(4, o.what() + " options");
      if (kind != 0 && options.isPresent()) {
        operator.with(3, new Int8(kind)).with(4, options(kind, options.get()));
      }
      return operator;
    }

    /** Options of the operators that Millrace knows are numbers, but for a shape in two of them. */
    private Part options(int kind, FlatTable o) throws BadModelException {
      boolean hasShape = (kind == RESHAPE_OPTIONS || kind == SQUEEZE_OPTIONS) && o.has(0);
      return new Copied(o, hasShape ? Map.of(0, FlatWriter.int32s(o.int32s(0))) : Map.of());
    }

    private int code(int old) throws BadModelException {
      Integer known = codeNumbers.get(old);
      if (known != null) {
        return known;
      }
      FlatTable c = TfliteCutter.this.codes[old];
      codes.add(
          new Table()
              .with(0, new Int8(c.int8(0, 0)))
              .with(2, new Int32(c.int32(2, 1)))
              .with(3, new Int32(c.int32(3, 0))));
      codeNumbers.put(old, codes.size() - 1);
      return codes.size() - 1;
    }

    private int[] renumbered(int[] old) throws BadModelException {
      int[] now = new int[old.length];
      for (int i = 0; i < now.length; i++) {
        now[i] = old[i] < 0 ? -1 : tensor(old[i]);
      }
      return now;
    }

    int tensor(int old) throws BadModelException {
      Integer known = tensorNumbers.get(old);
      if (known != null) {
        return known;
      }
      FlatTable from = tables[old];
      TfliteTensor t = TfliteCutter.this.tensors[old];
      Table tensor =
          new Table()
              .with(0, FlatWriter.int32s(from.int32s(0)))
              .with(1, new Int8(t.typeCode()))
              .with(2, new Int32(buffer(from.int32(2, 0), t)))
              .with(3, FlatWriter.text(t.name()));
      Optional<FlatTable> quantization = from.table(4, from.what() + " quantization");
      if (quantization.isPresent()) {
        tensor.with(4, quantization(quantization.get()));
      }
      if (from.has(7)) {
        tensor.with(7, FlatWriter.int32s(from.int32s(7))); // the shape with its free extents
      }
      if (from.has(8)) {
        tensor.with(8, new Int8(from.int8(8, 0)));
      }
      tensors.add(tensor);
      tensorNumbers.put(old, tensors.size() - 1);
      return tensors.size() - 1;
    }

    private Part quantization(FlatTable q) throws BadModelException {
      Table out = new Table();
      for (int id = 0; id <= 2; id++) { // least and largest value, scale
        if (q.has(id)) {
          out.with(id, FlatWriter.float32s(q.float32s(id)));
        }
      }
      if (q.has(3)) {
        out.with(3, FlatWriter.int64s(q.int64s(3)));
      }
      return out.with(6, new Int32(q.int32(6, 0)));
    }

    private int buffer(int old, TfliteTensor t) {
      if (t.data().isEmpty()) {
        return 0;
      }
      Integer known = bufferNumbers.get(old);
      if (known != null) {
        return known;
      }
      ByteBuffer data = t.data().get();
      buffers.add(new Table().with(0, new Vector(data, data.remaining(), 16)));
      bufferNumbers.put(old, buffers.size() - 1);
      return buffers.size() - 1;
    }
  }
}
