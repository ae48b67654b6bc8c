package io.millrace.node.report.homeassistant;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.jr.ob.JSON;

/**
 * Home Assistant's rules for a device's discovery message, as {@code discovery-schema.json} has
 * them.
 */
public final class DiscoverySchema {
  private final Map<String, Object> schema;
  private final List<String> faults = new ArrayList<>();

  private DiscoverySchema(Map<String, Object> schema) {
    this.schema = schema;
  }

  /** What is wrong with a message; empty if nothing. */
  public static List<String> faults(String topic, byte[] message) throws IOException {
    try (InputStream in = DiscoverySchema.class.getResourceAsStream("discovery-schema.json")) {
      DiscoverySchema check = new DiscoverySchema(JSON.std.mapFrom(in.readAllBytes()));
      check.message(topic, JSON.std.mapFrom(message));
      return check.faults;
    }
  }

  private Map<?, ?> map(String key) {
    return (Map<?, ?>) schema.get(key);
  }

  private List<?> list(String key) {
    return (List<?>) schema.get(key);
  }

  private void require(boolean holds, String fault) {
    if (!holds) {
      faults.add(fault);
    }
  }

  /** With long keys; one that is no abbreviation and no long key stays as it is. */
  private Map<String, Object> expanded(Object given, String abbreviations, String where) {
    Map<String, Object> expanded = new LinkedHashMap<>();
    if (given instanceof Map<?, ?> object) {
      object.forEach((key, value) -> {
        Object full = map(abbreviations).get(key);
        String name = full == null ? key.toString() : full.toString();
        require(expanded.put(name, value) == null, where + ": " + name + " twice");
      });
    } else {
      faults.add(where + " is no object");
    }
    return expanded;
  }

  private void message(String topic, Map<String, Object> given) {
    require(topic.matches(schema.get("topic").toString()), "topic " + topic);
    Map<String, Object> message = expanded(given, "abbreviations", "message");
    keys("message", message, map("message"));
    keys(
        "device", expanded(message.get("device"), "device_abbreviations", "device"), map("device"));
    keys(
        "origin", expanded(message.get("origin"), "origin_abbreviations", "origin"), map("origin"));
    if (message.get("availability") instanceof List<?> all) {
      for (Object one : all) {
        keys("availability", expanded(one, "abbreviations", "availability"), map("availability"));
      }
    }
    Set<Object> unique = new HashSet<>();
    if (message.get("components") instanceof Map<?, ?> components) {
      components.forEach((key, value) -> entity(key.toString(), value, unique));
    }
  }

  private void entity(String key, Object given, Set<Object> unique) {
    Map<String, Object> entity = expanded(given, "abbreviations", key);
    Object rules = map("platforms").get(entity.get("platform"));
    if (!(rules instanceof Map<?, ?> platform)) {
      faults.add(key + ": platform " + entity.get("platform"));
      return;
    }
    if (entity.size() == 1) {
      return; // a component that is removed
    }
    Map<Object, Object> allowed = new LinkedHashMap<>((Map<?, ?>) map("entity").get("allowed"));
    allowed.putAll((Map<?, ?>) platform.get("allowed"));
    List<Object> required = new ArrayList<>((List<?>) map("entity").get("required"));
    required.addAll((List<?>) platform.get("required"));
    keys(key, entity, Map.of("required", required, "allowed", allowed));
    require(unique.add(entity.get("unique_id")), key + ": unique_id is not unique");
    Object category = entity.get("entity_category");
    Object command = entity.get("command_topic");
    String categories = command == null ? "read_only_categories" : "entity_categories";
    require(category == null || list(categories).contains(category), key + ": entity_category");
    Object entityId = entity.get("default_entity_id");
    require(
        entityId == null || entityId.toString().matches(entity.get("platform") + "\\.[a-z0-9_-]+"),
        key + ": default_entity_id " + entityId);
    if (entity.get("platform").equals("sensor")) {
      sensor(key, entity);
    } else if (entity.get("platform").equals("binary_sensor")) {
      Object deviceClass = entity.get("device_class");
      boolean known = deviceClass == null || list("binary_sensor_classes").contains(deviceClass);
      require(known, key + ": device_class " + deviceClass);
    }
  }

  private void sensor(String key, Map<String, Object> entity) {
    Object deviceClass = entity.get("device_class");
    Object unit = entity.get("unit_of_measurement");
    Object stateClass = entity.get("state_class");
    require(
        stateClass == null || list("state_classes").contains(stateClass),
        key + ": state_class " + stateClass);
    if (deviceClass == null) {
      return;
    }
    if (!(map("sensor_units").get(deviceClass) instanceof List<?> units)) {
      faults.add(key + ": device_class " + deviceClass);
      return;
    }
    require(units.contains(unit), key + ": unit " + unit + " of class " + deviceClass);
    List<?> states = (List<?>) map("sensor_state_classes").get(deviceClass);
    require(
        stateClass == null || states.contains(stateClass),
        key + ": state_class " + stateClass + " of class " + deviceClass);
  }

  private void keys(String where, Map<String, Object> given, Map<?, ?> rules) {
    Map<?, ?> allowed = (Map<?, ?>) rules.get("allowed");
    for (Object key : (List<?>) rules.get("required")) {
      require(given.containsKey(key.toString()), where + ": " + key + " is missing");
    }
    given.forEach((key, value) -> {
      Object type = allowed.get(key);
      require(type != null, where + ": unknown key " + key);
      require(type == null || isA(type.toString(), value), where + ": " + key + " is " + value);
    });
  }

  private static boolean isA(String type, Object value) {
    return switch (type) {
      case "object" -> value instanceof Map;
      case "list" -> value instanceof List<?> l && !l.isEmpty();
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Integer i && i >= 0;
      case "string" -> value instanceof String s && !s.isEmpty();
      case "topic" ->
          value instanceof String s
              && !s.isEmpty()
              && s.chars().noneMatch(c -> c == '+' || c == '#');
      case "template" -> value instanceof String s && s.startsWith("{{ ") && s.endsWith(" }}");
      default -> throw new AssertionError("type not checked: " + type);
    };
  }
}
