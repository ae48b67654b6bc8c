package io.millrace.ota.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical JSON: names sorted, no blanks, only quote and backslash escaped, whole numbers only.
 * What The Update Framework signs and hashes (specification 1.0.31, section 4.2).
 */
public final class CanonicalJson {
  private CanonicalJson() {}

  /**
   * The one form of {@code value}, UTF-8.
   *
   * @param value maps with text names, lists, texts, whole numbers, true, false, null
   * @throws BadJsonException if there is anything else in it, a fraction for example
   */
  public static byte[] bytes(Object value) throws BadJsonException {
    StringBuilder text = new StringBuilder();
    append(value, text);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(Object value, StringBuilder to) throws BadJsonException {
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, Object> sorted = new TreeMap<>();
      map.forEach((k, v) -> sorted.put(String.valueOf(k), v));
      char before = '{';
      for (Map.Entry<String, Object> field : sorted.entrySet()) {
        to.append(before);
        quoted(field.getKey(), to);
        to.append(':');
        append(field.getValue(), to);
        before = ',';
      }
      to.append(sorted.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      to.append('[');
      for (int i = 0; i < list.size(); i++) {
        to.append(i == 0 ? "" : ",");
        append(list.get(i), to);
      }
      to.append(']');
    } else if (value instanceof String text) {
      quoted(text, to);
    } else if (value == null
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long) {
      to.append(value);
    } else {
      throw new BadJsonException(
          value + " has no canonical form: whole numbers of at most 64 bits only");
    }
  }

  private static void quoted(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\');
      }
      to.append(c);
    }
    to.append('"');
  }
}
