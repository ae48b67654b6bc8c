package io.millrace.cli.sensor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a user wrote for a sensor, as texts by key: from a pipeline file or from a command line,
 * under the same rules. A quantity has its unit.
 */
final class KeyTexts {
  private final Map<String, String> texts;

  KeyTexts(Map<String, String> texts) {
    this.texts = texts;
  }

  /**
   * From {@code KEY=VALUE} pairs of a command line.
   *
   * @param keys those that are known
   */
  static KeyTexts ofPairs(List<String> pairs, List<String> keys) throws BadKeyException {
    Map<String, String> texts = new HashMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      String key = equals < 0 ? "" : pair.substring(0, equals).strip();
      if (!keys.contains(key) || equals == pair.length() - 1) {
        throw new BadKeyException(
            "", "'" + pair + "' is not KEY=VALUE with a key of " + String.join(", ", keys));
      }
      if (texts.put(key, pair.substring(equals + 1).strip()) != null) {
        throw new BadKeyException(key, "is given twice");
      }
    }
    return new KeyTexts(texts);
  }

  boolean has(String key) {
    return texts.containsKey(key);
  }

  String required(String key) throws BadKeyException {
    String text = texts.get(key);
    if (text == null) {
      throw new BadKeyException("", "key '" + key + "' is missing");
    }
    return text.strip();
  }

  String optional(String key, String absent) {
    return texts.getOrDefault(key, absent).strip();
  }

  /** A key that means nothing beside others. */
  void refuse(String key, String because) throws BadKeyException {
    if (has(key)) {
      throw new BadKeyException(key, because);
    }
  }

  String word(String key, String absent, String... words) throws BadKeyException {
    String text = optional(key, absent);
    if (!List.of(words).contains(text)) {
      throw new BadKeyException(
          key, "'" + text + "' is not allowed; allowed: " + String.join(", ", words));
    }
    return text;
  }

  /** A whole number, decimal or {@code 0x…}. */
  int integer(String key, String text) throws BadKeyException {
    try {
      return text.startsWith("0x") || text.startsWith("0X")
          ? Integer.parseInt(text.substring(2), 16)
          : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadKeyException(key, "'" + text + "' is not a whole number such as 83 or 0x53");
    }
  }

  List<Integer> integers(String key, String absent) throws BadKeyException {
    List<Integer> numbers = new ArrayList<>();
    for (String text : list(key, absent)) {
      numbers.add(integer(key, text));
    }
    return numbers;
  }

  /** Words with commas between them. */
  List<String> list(String key, String absent) {
    List<String> words = new ArrayList<>();
    for (String word : optional(key, absent).split(",", -1)) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    return words;
  }

  double rateHz() throws BadKeyException {
    return quantity("rate", required("rate"), Map.of("Hz", 1.0, "kHz", 1e3), "100 Hz");
  }

  double quantity(String key, String unit) throws BadKeyException {
    return quantity(key, required(key), Map.of(unit, 1.0), "2 " + unit);
  }

  double quantity(String key, String unit, String absent) throws BadKeyException {
    return quantity(key, optional(key, absent), Map.of(unit, 1.0), absent);
  }

  double quantity(String key, String text, Map<String, Double> units, String example)
      throws BadKeyException {
    int split = 0;
    while (split < text.length() && "0123456789+-.".indexOf(text.charAt(split)) >= 0) {
      split++;
    }
    Double factor = units.get(text.substring(split).strip());
    try {
      if (factor != null) {
        return Double.parseDouble(text.substring(0, split)) * factor;
      }
    } catch (NumberFormatException e) {
      // said below, as for another unit
    }
    throw new BadKeyException(key, "'" + text + "' is not a quantity such as '" + example + "'");
  }

  /** A quantity that is a whole number of its unit. */
  int whole(String key, String unit) throws BadKeyException {
    double value = quantity(key, unit);
    if (value != Math.rint(value) || Math.abs(value) > 1e9) {
      throw new BadKeyException(key, "'" + required(key) + "' is not a whole number of " + unit);
    }
    return (int) value;
  }

  /** What {@code make} makes; what it finds wrong is said without a key. */
  static <T> T make(Supplier<T> make) throws BadKeyException {
    try {
      return make.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BadKeyException("", e.getMessage());
    }
  }
}
