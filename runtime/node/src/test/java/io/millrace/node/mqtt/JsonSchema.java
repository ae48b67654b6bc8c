package io.millrace.node.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/**
 * The part of JSON Schema that the published schemas use; a keyword that this check does not know
 * is an error of the test.
 */
public final class JsonSchema {
  private final Map<String, Object> schema;

  private JsonSchema(Map<String, Object> schema) {
    this.schema = schema;
  }

  /** A schema that lies beside a class. */
  public static JsonSchema beside(Class<?> type, String name) throws IOException {
    try (InputStream in = type.getResourceAsStream(name)) {
      return new JsonSchema(JSON.std.mapFrom(in.readAllBytes()));
    }
  }

  /** What is wrong with a message, by path. */
  public List<String> faults(byte[] message) throws IOException {
    List<String> wrong = new ArrayList<>();
    check(schema, JSON.std.mapFrom(message), "", wrong);
    return wrong;
  }

  private static void check(Map<?, ?> schema, Object value, String path, List<String> wrong) {
    for (Map.Entry<?, ?> rule : schema.entrySet()) {
      Object given = rule.getValue();
      boolean holds =
          switch (rule.getKey().toString()) {
            case "$schema", "$id", "title", "description" -> true;
            case "const" -> given.equals(value);
            case "enum" -> ((List<?>) given).contains(value);
            case "type" ->
                given instanceof List<?> types
                    ? types.stream().anyMatch(type -> isA(type, value))
                    : isA(given, value);
            case "minLength" -> ((String) value).length() >= ((Number) given).intValue();
            case "minimum" -> ((Number) value).longValue() >= ((Number) given).longValue();
            case "required" -> ((Map<?, ?>) value).keySet().containsAll((List<?>) given);
            case "items" -> {
              List<?> items = (List<?>) value;
              for (int i = 0; i < items.size(); i++) {
                check((Map<?, ?>) given, items.get(i), path + "/" + i, wrong);
              }
              yield true;
            }
            case "additionalProperties" -> additional(schema, given, value, path, wrong);
            case "properties" -> {
              for (Map.Entry<?, ?> property : ((Map<?, ?>) given).entrySet()) {
                Map<?, ?> object = (Map<?, ?>) value;
                if (object.containsKey(property.getKey())) {
                  Map<?, ?> inner = (Map<?, ?>) property.getValue();
                  String name = path + "/" + property.getKey();
                  check(inner, object.get(property.getKey()), name, wrong);
                }
              }
              yield true;
            }
            default -> throw new AssertionError("keyword not checked: " + rule.getKey());
          };
      if (!holds) {
        wrong.add(path + " " + rule.getKey());
      }
    }
  }

  private static boolean additional(
      Map<?, ?> schema, Object given, Object value, String path, List<String> wrong) {
    Map<?, ?> named = schema.get("properties") instanceof Map<?, ?> m ? m : Map.of();
    boolean holds = true;
    for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
      if (!named.containsKey(each.getKey())) {
        holds &= given instanceof Map;
        if (given instanceof Map<?, ?> rules) {
          check(rules, each.getValue(), path + "/" + each.getKey(), wrong);
        }
      }
    }
    return holds;
  }

  private static boolean isA(Object type, Object value) {
    return switch (type.toString()) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "integer" -> value instanceof Integer || value instanceof Long;
      case "number" -> value instanceof Number;
      case "null" -> value == null;
      default -> throw new AssertionError("type not checked: " + type);
    };
  }
}
