package io.millrace.node.report;

import io.millrace.node.alert.Alert;
import io.millrace.node.mqtt.PublishBytes;
import io.millrace.node.storage.SmallFile;
import io.millrace.node.uplink.Sender;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * States as retained JSON below the node's base topic: {@code state}, {@code rule/KEY} and {@code
 * decision}, as {@code ALERTS.md} describes them.
 */
public final class StateTopics implements Outlet {
  private final ReportSubject subject;
  private final String base;
  private final Keeper keep;

  /** Keeps a message at a broker. */
  @FunctionalInterface
  public interface Keeper {
    /** Keeps it, on the account of {@code sender}; an empty one removes what is there. */
    void keep(Sender sender, String topic, byte[] message);
  }

  private StateTopics(ReportSubject subject, String base, Keeper keep) {
    this.subject = subject;
    this.base = base;
    this.keep = keep;
  }

  /**
   * Takes back what an earlier start told of rules that are gone.
   *
   * @param base the node's base topic
   * @param keep keeps a message at the broker
   * @param memory where the topics are remembered
   */
  public static StateTopics open(
      ReportSubject subject, ReportSettings settings, String base, Keeper keep, SmallFile memory)
      throws IOException {
    List<String> topics = new ArrayList<>(List.of(state(base)));
    if (settings.decisions()) {
      topics.add(decision(base));
    }
    subject.rules().forEach(rule -> topics.add(rule(base, rule)));
    Remembered.replace(memory, topics)
        .forEach(topic -> keep.keep(Sender.STATES, topic, new byte[0]));
    return new StateTopics(subject, base, keep);
  }

  /** Takes back all that an earlier start told. */
  public static void takeBack(BiConsumer<String, byte[]> keep, SmallFile memory)
      throws IOException {
    if (memory.read().isPresent()) {
      Remembered.replace(memory, List.of()).forEach(topic -> keep.accept(topic, new byte[0]));
    }
  }

  /** Where the states of a period are. */
  public static String state(String base) {
    return base + "/state";
  }

  /** Where the latest decision is. */
  public static String decision(String base) {
    return base + "/decision";
  }

  /** Where a rule's state is. */
  public static String rule(String base, ReportSubject.Rule rule) {
    return base + "/rule/" + rule.key();
  }

  @Override
  public long bytes(StateSnapshot snapshot) {
    return PublishBytes.of(state(base), message(snapshot).length);
  }

  @Override
  public void states(StateSnapshot snapshot) {
    keep.keep(Sender.STATES, state(base), message(snapshot));
  }

  private byte[] message(StateSnapshot snapshot) {
    Map<String, Object> channels = new LinkedHashMap<>();
    for (StateSnapshot.ChannelState c : snapshot.channels()) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("mean", Json.number(c.mean()));
      if (c.channel().fast()) {
        values.put("peak", Json.number(c.peak()));
        values.put("rms", Json.number(c.rms()));
      }
      values.put("samples", c.samples());
      channels.put(c.channel().key(), values);
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    for (NodeFigure figure : NodeFigure.values()) {
      if (subject.figures().contains(figure)) {
        figures.put(figure.key(), Json.number(snapshot.figures().get(figure)));
      }
    }
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("schema", "millrace.state/1");
    message.put("node", subject.node());
    message.put("time_ms", snapshot.timeMs());
    message.put("period_ms", snapshot.periodNs() / 1_000_000);
    message.put("channels", channels);
    message.put("figures", figures);
    return Json.bytes(message);
  }

  @Override
  public void rule(RuleState state, long timeMs) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("schema", "millrace.rule/1");
    message.put("node", subject.node());
    message.put("rule", state.rule().name());
    message.put("state", state.raised() ? "raised" : "cleared");
    message.put("labels", state.labels());
    message.put("time_ms", timeMs);
    message.put("id", state.last().map(Alert::id).orElse(null));
    message.put("label", state.last().map(Alert::label).orElse(null));
    message.put("score", state.last().map(a -> Json.number(a.score())).orElse(null));
    message.put("priority", state.last().map(Alert::priority).orElse(null));
    message.put(
        "computed_on",
        state.last().map(a -> a.computedOn().name().toLowerCase(Locale.ROOT)).orElse(null));
    // with the alert that made it so
    Sender sender = state.last().isPresent() ? Sender.ALERTS : Sender.STATES;
    keep.keep(sender, rule(base, state.rule()), Json.bytes(message));
  }

  @Override
  public void decision(DecisionReport report, long since, long timeMs) {
    List<Map<String, Object>> compared = new ArrayList<>();
    for (DecisionReport.Compared c : report.compared()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("what", c.what());
      one.put("unit", c.unit());
      one.put("asked", Json.number(c.asked()));
      one.put("left", Json.number(c.left()));
      compared.add(one);
    }
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("schema", "millrace.decision/2");
    message.put("node", subject.node());
    message.put("time_ms", timeMs);
    message.put("window", report.windowIndex());
    message.put("decision", report.decision());
    message.put("limit", report.limit());
    message.put("plan", report.plan().orElse(null));
    message.put("compared", compared);
    message.put("since", since);
    message.put("reason", report.reason());
    keep.keep(Sender.DECISIONS, decision(base), Json.bytes(message));
  }
}
