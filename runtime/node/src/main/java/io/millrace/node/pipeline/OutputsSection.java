package io.millrace.node.pipeline;

import io.millrace.node.rule.RuleSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The {@code outputs} section. */
final class OutputsSection {
  private static final List<String> COMMON = List.of("kind", "rules", "name", "safe");
  private static final int MAX_OUTPUTS = 64;

  private final Map<String, OutputKind> kinds;
  private final Set<String> known = new TreeSet<>(COMMON);

  OutputsSection(Map<String, OutputKind> kinds) {
    this.kinds = Map.copyOf(kinds);
    kinds.values().forEach(kind -> known.addAll(kind.keys()));
  }

  List<RuleOutput> read(Section top, List<RuleSettings> rules, SensorSettings sensor)
      throws PipelineException {
    List<String> names = new ArrayList<>(rules.stream().map(RuleSettings::name).toList());
    names.addAll(NodeHealth.RULES);
    Set<String> sensed = new HashSet<>(sensor.places());
    Set<String> switched = new HashSet<>();
    List<RuleOutput> outputs = new ArrayList<>();
    for (Entry entry : top.optional("outputs", List.<Entry>of(), Entry::list)) {
      if (kinds.isEmpty()) {
        throw entry.bad("whoever reads this file here switches no outputs");
      }
      RuleOutput output = output(entry, names);
      String place = output.device().place();
      if (sensed.contains(place)) {
        throw entry.bad(place + " is read by the sensor; a line is one or the other");
      }
      if (!switched.add(place)) {
        throw entry.bad(
            place + " is switched by another output already; one output may follow several rules");
      }
      outputs.add(output);
    }
    if (outputs.size() > MAX_OUTPUTS) {
      throw top.required("outputs")
          .bad(outputs.size() + " outputs; at most " + MAX_OUTPUTS + " are switched");
    }
    return outputs;
  }

  private RuleOutput output(Entry entry, List<String> ruleNames) throws PipelineException {
    Section s = entry.section(known.toArray(String[]::new));
    OutputKind kind =
        kinds.get(s.required("kind").word(new TreeSet<>(kinds.keySet()).toArray(String[]::new)));
    for (String key : s.entries().keySet()) {
      if (!COMMON.contains(key) && !kind.keys().contains(key)) {
        s.refuse("means nothing for this kind of output", key);
      }
    }
    List<String> follows = new ArrayList<>();
    for (Entry rule : s.required("rules").list()) {
      follows.add(rule(rule, ruleNames, follows));
    }
    if (follows.isEmpty()) {
      throw s.required("rules").bad("an output follows at least one rule");
    }
    String name = s.optional("name", follows.getFirst(), Entry::text);
    boolean safeOn = s.optional("safe", "off", e -> e.word("off", "on")).equals("on");
    return new RuleOutput(kind.read(s, name, safeOn), follows);
  }

  private static String rule(Entry entry, List<String> known, List<String> before)
      throws PipelineException {
    String name = entry.text();
    if (!known.contains(name)) {
      throw entry.bad(
          "no rule is called '"
              + name
              + "'; "
              + Words.didYouMean(name, known.toArray(String[]::new)));
    }
    if (before.contains(name)) {
      throw entry.bad("'" + name + "' is given twice");
    }
    return name;
  }
}
