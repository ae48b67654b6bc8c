package io.millrace.compiler.onnx;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Graph;
import io.millrace.compiler.graph.GraphVerifier;
import io.millrace.compiler.graph.Node;
import io.millrace.compiler.graph.Op;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.onnx.GraphBuilder.Operand;
import io.millrace.program.ElementType;
import io.millrace.program.Quantization;
import io.millrace.program.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From an {@code .onnx} file to a graph: opsets 10 to 21, channels last inside. */
public final class OnnxImporter {
  private static final long FIRST_OPSET = 10;
  private static final long LAST_OPSET = 21;

  private final OnnxModel model;
  private final GraphBuilder builder;
  private final List<String> unsupported = new ArrayList<>();
  private final List<String> inputs = new ArrayList<>();

  private OnnxImporter(OnnxModel model) {
    this.model = model;
    this.builder = new GraphBuilder(model);
  }

  /**
   * Reads a file. Its constants become views of a copy of {@code file}, or of its array if it has
   * one, which must not change afterwards. A first axis without a fixed extent counts as 1.
   *
   * @param file the file's bytes, from position 0 to its limit
   * @throws BadModelException if it is not a sound ONNX file
   * @throws UnsupportedModelException if it is one, and uses what Millrace does not run
   */
  public static Graph read(ByteBuffer file) throws BadModelException, UnsupportedModelException {
    return imported(array(file)).graph();
  }

  /**
   * A file that was read.
   *
   * @param computed what the nodes make, by the names, in the shapes and orders of the file
   */
  record Imported(OnnxModel model, Graph graph, Map<String, Value> computed) {}

  static Imported imported(byte[] file) throws BadModelException, UnsupportedModelException {
    OnnxModel model = withConstantNodes(OnnxReader.read(file));
    if (model.opset() < FIRST_OPSET || model.opset() > LAST_OPSET) {
      throw new UnsupportedModelException(
          List.of(
              "operator set %d; known are %d to %d"
                  .formatted(model.opset(), FIRST_OPSET, LAST_OPSET)));
    }
    OnnxImporter importer = new OnnxImporter(model);
    Graph graph = importer.graph();
    List<String> problems = GraphVerifier.problems(graph);
    if (!problems.isEmpty()) {
      throw new BadModelException(String.join("; ", problems));
    }
    return new Imported(model, graph, importer.computed());
  }

  private Map<String, Value> computed() {
    Map<String, Value> computed = new LinkedHashMap<>();
    for (OnnxNode n : model.nodes()) {
      for (String name : n.outputs()) {
        if (builder.operand(name).orElse(null) instanceof Operand.Computed(View view)) {
          Value v = builder.value(view.value());
          computed.put(name, Value.computed(name, v.type(), builder.shape(view), v.quantization()));
        }
      }
    }
    return computed;
  }

  static byte[] array(ByteBuffer file) {
    if (file.hasArray() && file.arrayOffset() == 0 && file.limit() == file.array().length) {
      return file.array();
    }
    byte[] copy = new byte[file.limit()];
    file.get(0, copy);
    return copy;
  }

  /** Constant nodes hold what initializers hold. */
  private static OnnxModel withConstantNodes(OnnxModel m) throws BadModelException {
    Map<String, OnnxTensor> constants = new LinkedHashMap<>(m.initializers());
    for (OnnxNode n : m.nodes()) {
      if (n.isStandard() && n.opType().equals("Constant")) {
        Optional<OnnxTensor> t = constant(n);
        if (t.isPresent()) {
          // the tensor's own name means nothing here
          OnnxTensor c =
              new OnnxTensor(n.output(), t.get().dataType(), t.get().dims(), t.get().data());
          if (constants.put(n.output(), c) != null) {
            throw new BadModelException("value " + n.output() + " is made twice");
          }
        }
      }
    }
    return new OnnxModel(
        m.opset(), m.name(), m.nodes(), constants, m.inputs(), m.outputs(), m.fileBytes());
  }

  private static Optional<OnnxTensor> constant(OnnxNode n) throws BadModelException {
    for (Map.Entry<String, OnnxNode.Attribute> e : n.attributes().entrySet()) {
      OnnxNode.Attribute a = e.getValue();
      switch (e.getKey()) {
        case "value" -> {
          return a.t();
        }
        case "value_float" -> {
          return Optional.of(floats(n, List.of(), List.of(a.f())));
        }
        case "value_floats" -> {
          return Optional.of(floats(n, List.of((long) a.floats().size()), a.floats()));
        }
        case "value_int" -> {
          return Optional.of(ints(n, List.of(), List.of(a.i())));
        }
        case "value_ints" -> {
          return Optional.of(ints(n, List.of((long) a.ints().size()), a.ints()));
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  private static OnnxTensor floats(OnnxNode n, List<Long> dims, List<Float> values)
      throws BadModelException {
    ByteBuffer data = ByteBuffer.allocate(4 * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(data::putFloat);
    return OnnxTensor.of(n.output(), OnnxTensor.FLOAT, dims, data.flip());
  }

  private static OnnxTensor ints(OnnxNode n, List<Long> dims, List<Long> values)
      throws BadModelException {
    ByteBuffer data = ByteBuffer.allocate(8 * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(data::putLong);
    return OnnxTensor.of(n.output(), OnnxTensor.INT64, dims, data.flip());
  }

  private Graph graph() throws BadModelException, UnsupportedModelException {
    OnnxScales scales = OnnxScales.of(model);
    unsupported.addAll(scales.conflicts());
    for (OnnxTensor t : model.initializers().values()) {
      builder.bind(t.name(), new Operand.Constant(t));
    }
    for (OnnxModel.Port p : model.inputs()) {
      if (!model.initializers().containsKey(p.name())) {
        input(p, scales);
      }
    }
    OnnxOperators operators = new OnnxOperators(model, builder, scales);
    for (OnnxNode n : model.nodes()) {
      node(n, operators);
    }
    List<String> outputs = new ArrayList<>();
    for (OnnxModel.Port p : model.outputs()) {
      outputs.add(output(p));
    }
    if (!unsupported.isEmpty()) {
      throw new UnsupportedModelException(unsupported);
    }
    return named(outputs);
  }

  private void input(OnnxModel.Port p, OnnxScales scales) throws BadModelException {
    int[] dims = new int[p.dims().size()];
    for (int i = 0; i < dims.length; i++) {
      long d = p.dims().get(i);
      if (d == -1 && i > 0) {
        unsupported.add("input " + p.name() + ": axis " + i + " has no fixed extent");
      }
      if (d < -1 || d == 0 || d > Integer.MAX_VALUE) {
        throw new BadModelException("input " + p.name() + ": extent " + d + " of axis " + i);
      }
      dims[i] = d == -1 ? 1 : (int) d;
    }
    ElementType type =
        switch (p.dataType()) {
          case OnnxTensor.UINT8 -> ElementType.UINT8;
          case OnnxTensor.INT8 -> ElementType.INT8;
          case OnnxTensor.INT32 -> ElementType.INT32;
          case OnnxTensor.FLOAT -> ElementType.FLOAT32;
          default -> {
            unsupported.add("input " + p.name() + " is " + OnnxTensor.typeName(p.dataType()));
            yield ElementType.FLOAT32;
          }
        };
    boolean isByte = type == ElementType.UINT8 || type == ElementType.INT8;
    Quantization q = isByte ? scales.of(p.name()) : Quantization.NONE;
    Value v;
    try {
      v = builder.put(Value.computed(p.name(), type, Shape.of(dims), q));
    } catch (IllegalArgumentException e) {
      throw new BadModelException("input " + p.name() + ": " + e.getMessage(), e);
    }
    inputs.add(v.name());
    builder.bind(p.name(), new Operand.Computed(new View(v.name(), View.identity(dims.length))));
  }

  private void node(OnnxNode n, OnnxOperators operators) throws BadModelException {
    boolean isKnown = true;
    // whatever reads a refused value is refused too; only the first is worth naming
    boolean isBlind =
        n.inputs().stream()
            .anyMatch(i -> builder.operand(i).orElse(null) instanceof Operand.Unknown);
    try {
      if (!isBlind) {
        isKnown = operators.convert(n);
      } else {
        isKnown = OnnxOperators.isKnown(n);
      }
      if (!isKnown) {
        unsupported.add(n.where() + ": no such operator in Millrace");
      }
    } catch (Unsupported e) {
      unsupported.add(n.where() + ": " + e.getMessage());
      isKnown = false;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BadModelException(n.where() + ": " + e.getMessage(), e);
    }
    if (isBlind || !isKnown) {
      for (String o : n.outputs()) {
        if (!o.isEmpty() && builder.operand(o).isEmpty()) {
          builder.bind(o, new Operand.Unknown());
        }
      }
    }
  }

  /** The value that holds an output in the file's order. */
  private String output(OnnxModel.Port p) throws BadModelException {
    Operand o =
        builder
            .operand(p.name())
            .orElseThrow(() -> new BadModelException("output " + p.name() + " is never made"));
    if (o instanceof Operand.Unknown) {
      return p.name();
    }
    try {
      return builder.plain(builder.view(p.name()));
    } catch (Unsupported e) {
      unsupported.add("output " + p.name() + ": " + e.getMessage());
      return p.name();
    }
  }

  /** The graph with its outputs called as the file calls them. */
  private Graph named(List<String> made) throws BadModelException {
    Map<String, String> names = new HashMap<>();
    Set<String> produced = new HashSet<>();
    builder.nodes().forEach(n -> produced.add(n.output()));
    List<String> outputs = new ArrayList<>();
    Map<String, Value> values = new LinkedHashMap<>(builder.values());
    List<Node> copies = new ArrayList<>();
    for (int i = 0; i < made.size(); i++) {
      String wanted = model.outputs().get(i).name();
      String name = made.get(i);
      if (outputs.contains(wanted)) {
        throw new BadModelException("output " + wanted + " is listed twice");
      }
      outputs.add(wanted);
      if (name.equals(wanted)) {
        continue; // an input that is an output too
      }
      if (produced.contains(name) && names.putIfAbsent(name, wanted) == null) {
        continue;
      }
      Value v = builder.value(name); // an input, a constant, or one that has its name already
      copies.add(new Node(new Op.Reshape(), List.of(name), wanted));
      values.put(wanted, Value.computed(wanted, v.type(), v.shape(), v.quantization()));
    }
    Map<String, Value> renamed = new LinkedHashMap<>();
    for (Value v : values.values()) {
      String n = names.getOrDefault(v.name(), v.name());
      renamed.put(n, new Value(n, v.type(), v.shape(), v.quantization(), v.data()));
    }
    List<Node> nodes = new ArrayList<>(builder.nodes());
    nodes.addAll(copies);
    nodes.replaceAll(n ->
        new Node(
            n.op(),
            n.inputs().stream().map(x -> names.getOrDefault(x, x)).toList(),
            names.getOrDefault(n.output(), n.output())));
    String name = model.name().isEmpty() ? "model" : model.name();
    return new Graph(name, renamed, nodes, inputs, outputs, Op.Dialect.ONNX);
  }
}
