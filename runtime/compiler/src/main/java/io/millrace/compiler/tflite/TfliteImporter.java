package io.millrace.compiler.tflite;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Graph;
import io.millrace.compiler.graph.GraphVerifier;
import io.millrace.compiler.graph.Node;
import io.millrace.compiler.graph.Op;
import io.millrace.compiler.graph.Value;
import io.millrace.program.ElementType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From a {@code .tflite} file to a graph: the first subgraph, the operators that Millrace knows.
 */
public final class TfliteImporter {
  /** Far above any real network; keeps the work on a hostile one small. */
  private static final int MOST_TENSORS = 100_000;

  private final FlatTable model;
  private final FlatTable subgraph;
  private final TfliteTensor[] tensors;
  private final List<String> unsupported = new ArrayList<>();
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private long constantBytes;

  private TfliteImporter(FlatTable model, FlatTable subgraph, TfliteTensor[] tensors) {
    this.model = model;
    this.subgraph = subgraph;
    this.tensors = tensors;
  }

  /** Whether {@code file} (position 0 to limit) bears TensorFlow Lite's identifier. */
  public static boolean recognizes(ByteBuffer file) {
    byte[] id = new byte[4];
    if (file.limit() < 8) {
      return false;
    }
    file.get(4, id);
    return new String(id, StandardCharsets.ISO_8859_1).equals("TFL3");
  }

  /**
   * Reads a file. Its constants become views of {@code file}, which must not change afterwards.
   *
   * @param file the file's bytes, from position 0 to its limit
   * @throws BadModelException if it is not a sound TensorFlow Lite file
   * @throws UnsupportedModelException if it is one, and uses what Millrace does not run
   */
  public static Graph read(ByteBuffer file) throws BadModelException, UnsupportedModelException {
    if (!recognizes(file)) {
      throw new BadModelException(
          "not a TensorFlow Lite file: %d bytes without the identifier TFL3 at byte 4"
              .formatted(file.limit()));
    }
    FlatTable model = FlatTable.root(file, "model");
    int version = model.int32(0, 0);
    if (version != 3) {
      throw new BadModelException("model: schema version " + version + ", known is 3");
    }
    FlatTable[] subgraphs = model.tables(2, "subgraph");
    if (subgraphs.length == 0) {
      throw new BadModelException("model: no subgraph");
    }
    TfliteImporter importer = new TfliteImporter(model, subgraphs[0], tensors(model));
    Graph graph = importer.graph();
    List<String> problems = GraphVerifier.problems(graph);
    if (!problems.isEmpty()) {
      throw new BadModelException(String.join("; ", problems));
    }
    return graph;
  }

  private static ByteBuffer[] buffers(FlatTable model) throws BadModelException {
    FlatTable[] tables = model.tables(4, "buffer");
    ByteBuffer[] buffers = new ByteBuffer[tables.length];
    for (int i = 0; i < tables.length; i++) {
      long offset = tables[i].int64(1, 0);
      // files over 2 GB keep the bytes behind the FlatBuffer; 0 and 1 mean that this one does not
      buffers[i] = offset > 1 ? tables[i].slice(offset, tables[i].int64(2, 0)) : tables[i].bytes(0);
    }
    return buffers;
  }

  /** The tensors of the first subgraph. */
  static TfliteTensor[] tensors(FlatTable model) throws BadModelException {
    ByteBuffer[] buffers = buffers(model);
    FlatTable[] tables = model.tables(2, "subgraph")[0].tables(0, "tensor");
    if (tables.length > MOST_TENSORS) {
      throw new BadModelException(
          "subgraph: %d tensors, at most %d".formatted(tables.length, MOST_TENSORS));
    }
    Set<String> names = new HashSet<>();
    TfliteTensor[] tensors = new TfliteTensor[tables.length];
    for (int i = 0; i < tables.length; i++) {
      String name = tables[i].string(3);
      // the format identifies tensors by index; names may repeat or be missing
      String unique = name.isEmpty() || names.contains(name) ? name + "#" + i : name;
      while (!names.add(unique)) {
        unique += "'";
      }
      tensors[i] = TfliteTensor.read(tables[i], unique, buffers);
    }
    return tensors;
  }

  private Graph graph() throws BadModelException, UnsupportedModelException {
    int[] codes = codes();
    List<String> inputs = names(subgraph.int32s(1), "input");
    FlatTable[] operators = subgraph.tables(3, "operator");
    for (FlatTable operator : operators) {
      int index = operator.int32(0, 0);
      if (index < 0 || index >= codes.length) {
        throw new BadModelException(
            "%s: operator code %d of %d".formatted(operator.what(), index, codes.length));
      }
      operator(operator, codes[index]);
    }
    List<String> outputs = names(subgraph.int32s(2), "output");
    if (!unsupported.isEmpty()) {
      throw new UnsupportedModelException(unsupported);
    }
    String name = subgraph.string(4);
    return new Graph(
        name.isEmpty() ? "model" : name, values, nodes, inputs, outputs, Op.Dialect.TFLITE);
  }

  private int[] codes() throws BadModelException {
    FlatTable[] tables = model.tables(1, "operator code");
    int[] codes = new int[tables.length];
    for (int i = 0; i < codes.length; i++) {
      // the old field is one byte and stops at 127; the larger of the two holds
      codes[i] = Math.max(tables[i].int8(0, 0), tables[i].int32(3, 0));
    }
    return codes;
  }

  private List<String> names(int[] indices, String role) throws BadModelException {
    List<String> names = new ArrayList<>();
    for (int i : indices) {
      names.add(value(tensor(i, "subgraph " + role), "subgraph " + role).name());
    }
    return names;
  }

  private TfliteTensor tensor(int index, String where) throws BadModelException {
    if (index < 0 || index >= tensors.length) {
      throw new BadModelException("%s: tensor %d of %d".formatted(where, index, tensors.length));
    }
    return tensors[index];
  }

  /** The graph's value for a tensor; what it cannot carry goes on the list of reasons. */
  private Value value(TfliteTensor t, String where) throws BadModelException {
    Value known = values.get(t.name());
    if (known != null) {
      return known;
    }
    Optional<ElementType> type = t.type();
    if (type.isEmpty() || t.isVariable() || t.isSparse()) {
      unsupported.add(
          "%s: tensor %s is %s"
              .formatted(
                  where,
                  t.name(),
                  t.isVariable() ? "a variable" : t.isSparse() ? "sparse" : t.typeName()));
    }
    constantBytes += t.data().map(ByteBuffer::remaining).orElse(0);
    // passes copy constants; tensors that share one buffer must not multiply a file without bound
    if (constantBytes > 4L * model.file().limit()) {
      throw new BadModelException(
          "constants stand for %d bytes, the file has %d"
              .formatted(constantBytes, model.file().limit()));
    }
    Value v =
        new Value(t.name(), type.orElse(ElementType.INT8), t.shape(), t.quantization(), t.data());
    values.put(v.name(), v);
    return v;
  }

  private void operator(FlatTable table, int code)
      throws BadModelException, UnsupportedModelException {
    String where = table.what() + " (" + BuiltinOperator.name(code) + ")";
    TfliteOperator operator = new TfliteOperator(table, where, operands(table, where));
    Optional<Op> op;
    try {
      op = operator.op(code);
    } catch (TfliteOperator.Unsupported e) {
      unsupported.add(where + ": " + e.getMessage());
      return;
    } catch (IllegalArgumentException e) {
      throw new BadModelException(where + ": " + e.getMessage(), e);
    }
    if (op.isEmpty()) {
      unsupported.add(where + ": no such operator in Millrace");
      return;
    }
    int[] outputs = table.int32s(2);
    if (outputs.length != 1) {
      throw new BadModelException(where + ": " + outputs.length + " outputs, makes 1");
    }
    List<String> names = new ArrayList<>();
    for (TfliteTensor t : operator.dataOperands(op.get())) {
      names.add(value(t, where).name());
    }
    nodes.add(new Node(op.get(), names, value(tensor(outputs[0], where), where).name()));
  }

  /** The operands; an absent optional one is left out if last and refused elsewhere. */
  private List<TfliteTensor> operands(FlatTable table, String where) throws BadModelException {
    int[] indices = table.int32s(1);
    int n = indices.length;
    while (n > 0 && indices[n - 1] == -1) {
      n--;
    }
    List<TfliteTensor> operands = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      operands.add(tensor(indices[i], where + " operand " + i));
    }
    return operands;
  }
}
