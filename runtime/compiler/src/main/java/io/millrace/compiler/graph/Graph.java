package io.millrace.compiler.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network.
 *
 * @param name the model's name
 * @param values all values by name
 * @param nodes in an order in which each reads only what is already made
 * @param inputs names of the values that the caller gives, in the model's order
 * @param outputs names of the values that the caller gets, in the model's order
 * @param dialect whose reference implementation defines the rounding
 */
public record Graph(
    String name,
    Map<String, Value> values,
    List<Node> nodes,
    List<String> inputs,
    List<String> outputs,
    Op.Dialect dialect) {
  public Graph {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    nodes = List.copyOf(nodes);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * The value called {@code name}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Value value(String name) {
    Value v = values.get(name);
    if (v == null) {
      throw new IllegalArgumentException("graph " + this.name + " has no value " + name);
    }
    return v;
  }
}
