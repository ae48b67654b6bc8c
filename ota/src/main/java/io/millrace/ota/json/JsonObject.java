package io.millrace.ota.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/** A JSON object that is not trusted: a field is read with its type and bounds, or refused. */
public final class JsonObject {
  private static final int MAX_TEXT_CHARS = 8192;

  private final String place;
  private final Map<String, Object> fields;

  private JsonObject(String place, Map<String, Object> fields) {
    this.place = place;
    this.fields = fields;
  }

  /**
   * Reads a text, UTF-8, that is one object.
   *
   * @param place what it is called in messages
   * @throws BadJsonException if it is no object, or a name stands twice in one
   */
  public static JsonObject parse(byte[] text, String place) throws BadJsonException {
    try {
      Object root = JSON.std.anyFrom(new String(text, StandardCharsets.UTF_8));
      return new JsonObject(place, asMap(root, place));
    } catch (JacksonException e) {
      String what = String.valueOf(e.getOriginalMessage());
      throw new BadJsonException(place + ": is not JSON: " + what, e);
    }
  }

  private static Map<String, Object> asMap(Object value, String place) throws BadJsonException {
    if (!(value instanceof Map<?, ?> map)) {
      throw new BadJsonException(place + ": must be an object");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((k, v) -> fields.put(String.valueOf(k), v));
    return fields;
  }

  /** The fields as they were read, in their order. */
  public Map<String, Object> fields() {
    return Collections.unmodifiableMap(fields);
  }

  public boolean has(String name) {
    return fields.get(name) != null;
  }

  /** The error of a field. */
  public BadJsonException bad(String name, String problem) {
    return new BadJsonException(place + "." + name + ": " + problem);
  }

  private Object required(String name) throws BadJsonException {
    Object value = fields.get(name);
    if (value == null) {
      throw bad(name, "is missing");
    }
    return value;
  }

  /** A text of at most 8192 characters. */
  public String text(String name) throws BadJsonException {
    return text(required(name), name);
  }

  private String text(Object value, String name) throws BadJsonException {
    if (!(value instanceof String s)) {
      throw bad(name, "must be a text");
    }
    if (s.length() > MAX_TEXT_CHARS) {
      throw bad(name, "has " + s.length() + " characters, at most " + MAX_TEXT_CHARS);
    }
    return s;
  }

  /** A text, if there is one. */
  public Optional<String> optionalText(String name) throws BadJsonException {
    return has(name) ? Optional.of(text(name)) : Optional.empty();
  }

  /** Lower-case hexadecimal digits of {@code bytes} bytes. */
  public String hex(String name, int bytes) throws BadJsonException {
    return hex(required(name), name, bytes);
  }

  private String hex(Object value, String name, int bytes) throws BadJsonException {
    String text = text(value, name);
    if (text.length() != 2 * bytes || !text.matches("[0-9a-f]*")) {
      throw bad(name, "must be " + 2 * bytes + " hexadecimal digits in lower case");
    }
    return text;
  }

  /** A whole number within bounds, both included. */
  public long integer(String name, long least, long most) throws BadJsonException {
    return integer(required(name), name, least, most);
  }

  private long integer(Object value, String name, long least, long most) throws BadJsonException {
    if (!(value instanceof Integer || value instanceof Long)) {
      throw bad(name, "must be a whole number");
    }
    long number = ((Number) value).longValue();
    if (number < least || number > most) {
      throw bad(name, number + " is not within " + least + " to " + most);
    }
    return number;
  }

  /** True or false. */
  public boolean bool(String name) throws BadJsonException {
    if (!(required(name) instanceof Boolean b)) {
      throw bad(name, "must be true or false");
    }
    return b;
  }

  /** An object. */
  public JsonObject object(String name) throws BadJsonException {
    return new JsonObject(place + "." + name, asMap(required(name), place + "." + name));
  }

  /** All fields, each an object. */
  public Map<String, JsonObject> members() throws BadJsonException {
    Map<String, JsonObject> members = new LinkedHashMap<>();
    for (String name : fields.keySet()) {
      members.put(name, object(name));
    }
    return members;
  }

  private List<?> list(String name) throws BadJsonException {
    if (!(required(name) instanceof List<?> list)) {
      throw bad(name, "must be a list");
    }
    return list;
  }

  /** A list of objects. */
  public List<JsonObject> objects(String name) throws BadJsonException {
    List<JsonObject> objects = new ArrayList<>();
    for (Object each : list(name)) {
      String at = place + "." + name + "[" + objects.size() + "]";
      objects.add(new JsonObject(at, asMap(each, at)));
    }
    return objects;
  }

  /** A list of texts. */
  public List<String> texts(String name) throws BadJsonException {
    List<String> texts = new ArrayList<>();
    for (Object each : list(name)) {
      texts.add(text(each, name));
    }
    return texts;
  }
}
