package io.millrace.cli.sensor;

import io.millrace.sensors.pi4j.settings.OutputSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An output as a user writes it: {@code line=17,rule=keyword,name=siren,active=low,safe=off}.
 *
 * @param rule the rule that it follows
 */
record OutputText(OutputSettings settings, String rule) {
  private static final List<String> KEYS = List.of("line", "rule", "name", "active", "safe");

  static List<OutputText> readAll(List<String> texts, Collection<String> rules)
      throws BadKeyException {
    List<OutputText> all = new ArrayList<>();
    Set<Integer> lines = new HashSet<>();
    for (String text : texts) {
      OutputText output = read(text, rules);
      if (!lines.add(output.settings.line())) {
        throw new BadKeyException(
            "line", "line " + output.settings.line() + " is the line of another output already");
      }
      all.add(output);
    }
    return all;
  }

  private static OutputText read(String text, Collection<String> rules) throws BadKeyException {
    KeyTexts t = new KeyTexts(pairs(List.of(text.split(",", -1)), KEYS));
    int line = t.integer("line", t.required("line"));
    String rule = t.required("rule");
    if (!rules.contains(rule)) {
      throw new BadKeyException(
          "rule",
          "the pipeline has no rule '%s'; it has %s"
              .formatted(rule, rules.isEmpty() ? "none" : String.join(", ", rules)));
    }
    String name = t.optional("name", rule);
    boolean activeLow = t.word("active", "high", "high", "low").equals("low");
    boolean safeOn = t.word("safe", "off", "off", "on").equals("on");
    return new OutputText(
        KeyTexts.make(() -> new OutputSettings(name, line, activeLow, safeOn)), rule);
  }

  /** {@code KEY=VALUE} pairs as a map. */
  static Map<String, String> pairs(List<String> pairs, List<String> keys) throws BadKeyException {
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
    return texts;
  }
}
