package io.millrace.node.report.homeassistant;

import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.report.ReportSubject;
import io.millrace.node.report.StateTopics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The entities of a node: its channels, its rules, and what it knows about itself. */
public final class NodeEntities {
  private final String base;

  private NodeEntities(String base) {
    this.base = base;
  }

  /**
   * All entities that {@link StateTopics} below {@code base} feed.
   *
   * @param base the node's base topic
   */
  public static List<Component> of(ReportSubject subject, ReportSettings settings, String base) {
    NodeEntities entities = new NodeEntities(base);
    List<Component> all = new ArrayList<>();
    for (ReportSubject.Channel channel : subject.channels()) {
      all.addAll(entities.channel(channel));
    }
    subject.rules().forEach(rule -> all.add(entities.rule(rule)));
    for (NodeFigure figure : NodeFigure.values()) {
      if (subject.figures().contains(figure)) {
        all.add(entities.figure(figure));
      }
    }
    if (settings.decisions()) {
      all.add(entities.decision());
    }
    return all;
  }

  private List<Component> channel(ReportSubject.Channel channel) {
    ChannelUnits.HomeUnit unit = ChannelUnits.of(channel.unit());
    List<Component> all = new ArrayList<>();
    for (String statistic : channel.fast() ? List.of("mean", "peak", "rms") : List.of("mean")) {
      String title = statistic.equals("rms") ? "RMS" : statistic;
      Map<String, Object> s = new LinkedHashMap<>();
      s.put("name", channel.fast() ? channel.name() + " " + title : channel.name());
      s.put("val_tpl", "{{ value_json.channels." + channel.key() + "." + statistic + " }}");
      unit.unit().ifPresent(u -> s.put("unit_of_meas", u));
      unit.deviceClass().ifPresent(c -> s.put("dev_cla", c));
      s.put("stat_cla", "measurement");
      s.put("sug_dsp_prc", unit.decimals());
      s.put("stat_t", StateTopics.state(base));
      all.add(new Component("channel_" + channel.key() + "_" + statistic, "sensor", s));
    }
    return all;
  }

  private Component rule(ReportSubject.Rule rule) {
    Map<String, Object> s = new LinkedHashMap<>();
    s.put("name", rule.name());
    s.put("dev_cla", "problem");
    s.put("stat_t", StateTopics.rule(base, rule));
    s.put("val_tpl", "{{ value_json.state }}");
    s.put("pl_on", "raised");
    s.put("pl_off", "cleared");
    s.put("json_attr_t", StateTopics.rule(base, rule));
    return new Component("rule_" + rule.key(), "binary_sensor", s);
  }

  private Component figure(NodeFigure figure) {
    Map<String, Object> s = new LinkedHashMap<>();
    s.put("name", figure.title());
    s.put("val_tpl", "{{ value_json.figures." + figure.key() + " }}");
    if (!figure.unit().isEmpty()) {
      s.put("unit_of_meas", figure.unit());
    }
    if (!figure.deviceClass().isEmpty()) {
      s.put("dev_cla", figure.deviceClass());
    }
    boolean counter = figure.kind() == NodeFigure.Kind.COUNTER;
    s.put("stat_cla", counter ? "total_increasing" : "measurement");
    s.put("sug_dsp_prc", figure.decimals());
    s.put("ent_cat", "diagnostic");
    s.put("stat_t", StateTopics.state(base));
    return new Component(figure.name().toLowerCase(Locale.ROOT), "sensor", s);
  }

  private Component decision() {
    Map<String, Object> s = new LinkedHashMap<>();
    s.put("name", "Decision");
    s.put("stat_t", StateTopics.decision(base));
    s.put("val_tpl", "{{ value_json.decision }}");
    s.put("json_attr_t", StateTopics.decision(base));
    s.put("ent_cat", "diagnostic");
    return new Component("decision", "sensor", s);
  }
}
