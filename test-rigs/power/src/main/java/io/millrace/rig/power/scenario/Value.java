package io.millrace.rig.power.scenario;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One value of a scenario file, with its place in it. */
final class Value {
  private final Path file;
  private final String key;
  private final Node node;

  Value(Path file, String key, Node node) {
    this.file = file;
    this.key = key;
    this.node = node;
  }

  /** The error of this place: {@code file:line: key: problem}. */
  ScenarioException bad(String problem) {
    return bad(node, key, problem);
  }

  private ScenarioException bad(Node at, String path, String problem) {
    String line = at.getStartMark().map(m -> String.valueOf(m.getLine() + 1)).orElse("?");
    return new ScenarioException(
        file + ":" + line + ": " + (path.isEmpty() ? "" : path + ": ") + problem);
  }

  /** What {@code make} makes; what it finds wrong becomes an error of this place. */
  <T> T make(Supplier<T> make) throws ScenarioException {
    try {
      return make.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw bad(e.getMessage());
    }
  }

  /** The values of a mapping, which may have these keys and no others. */
  Fields fields(String... keys) throws ScenarioException {
    if (!(node instanceof MappingNode mapping)) {
      throw bad("must be a mapping with keys of " + String.join(", ", keys));
    }
    Map<String, Value> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        throw bad(tuple.getKeyNode(), key, "a key must be a word");
      }
      String path = key.isEmpty() ? name.getValue() : key + "." + name.getValue();
      if (!Arrays.asList(keys).contains(name.getValue())) {
        throw bad(name, path, "unknown key; known are " + String.join(", ", keys));
      }
      if (values.put(name.getValue(), new Value(file, path, tuple.getValueNode())) != null) {
        throw bad(name, path, "is given twice");
      }
    }
    return new Fields(this, values);
  }

  /** The elements of a list; a single value stands for a list of one. */
  List<Value> list() {
    if (!(node instanceof SequenceNode sequence)) {
      return List.of(this);
    }
    List<Value> values = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      values.add(new Value(file, key + "[" + values.size() + "]", element));
    }
    return values;
  }

  String text() throws ScenarioException {
    if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
      throw bad("must be a value");
    }
    return scalar.getValue();
  }

  /** One of these words. */
  String word(String... words) throws ScenarioException {
    String text = text();
    if (!Arrays.asList(words).contains(text)) {
      throw bad("'" + text + "' is not one of " + String.join(", ", words));
    }
    return text;
  }

  boolean bool() throws ScenarioException {
    return word("true", "false").equals("true");
  }

  /** Beside this file. */
  Path path() throws ScenarioException {
    String text = text();
    return make(() -> file.toAbsolutePath().resolveSibling(text));
  }

  /** A quantity within bounds, in the unit's base. */
  double quantity(Quantity unit, double least, double most) throws ScenarioException {
    String text = text();
    double value = unit.parse(text);
    if (Double.isNaN(value)) {
      throw bad("'" + text + "' is not " + unit.expected());
    }
    if (value < least || value > most) {
      throw bad(
          "'%s' is not within %s to %s %s".formatted(text, plain(least), plain(most), unit.base()));
    }
    return value;
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  long timeNs() throws ScenarioException {
    return Math.round(quantity(Quantity.TIME, 0, 400 * 86_400e9));
  }

  /** A share of 1, not negative. */
  double share() throws ScenarioException {
    return quantity(Quantity.SHARE, 0, 1);
  }

  /** The values of one mapping. */
  record Fields(Value place, Map<String, Value> values) {
    /** How a value is read. */
    interface Reader<T> {
      T read(Value value) throws ScenarioException;
    }

    Value required(String key) throws ScenarioException {
      Value value = values.get(key);
      if (value == null) {
        throw place.bad("key '" + key + "' is missing");
      }
      return value;
    }

    boolean has(String key) {
      return values.containsKey(key);
    }

    <T> T optional(String key, T absent, Reader<? extends T> reader) throws ScenarioException {
      Value value = values.get(key);
      return value == null ? absent : reader.read(value);
    }
  }
}
