package io.millrace.node.report.sparkplug;

import io.millrace.node.alert.Alert;
import io.millrace.node.mqtt.BirthProtocol;
import io.millrace.node.mqtt.PublishBytes;
import io.millrace.node.report.DecisionReport;
import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.Outlet;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.report.ReportSubject;
import io.millrace.node.report.RuleState;
import io.millrace.node.report.StateSnapshot;
import io.millrace.node.storage.SmallFile;
import io.millrace.sensors.clock.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The node as an edge node. Holds the latest reading of each metric and which of them the broker
 * has not had; a birth tells all, a data message those that have changed since. Commands but that
 * for a rebirth are not understood and not answered.
 */
public final class SparkplugNode implements Outlet, BirthProtocol {
  private static final int SEQUENCE = 256;

  private final ReportSettings.Sparkplug settings;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final BirthNumber birthNumber;
  private final List<Metric> metrics = new ArrayList<>();
  private final Map<String, Metric> byName = new HashMap<>();

  // guarded by this
  private final Map<Metric, Metric.Reading> readings = new HashMap<>();
  private final Map<Metric, Metric.Reading> changed = new LinkedHashMap<>();
  private Runnable wake = () -> {};
  private boolean rebirth;
  private int seq;

  /**
   * A node that is not born yet.
   *
   * @param subject what its metrics are
   * @param decisions whether the latest decision is one of them
   * @param memory where the number of its births is remembered
   * @param errors gets commands that cannot be read; must not block
   */
  public SparkplugNode(
      ReportSettings.Sparkplug settings,
      ReportSubject subject,
      boolean decisions,
      SmallFile memory,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.settings = settings;
    this.clock = clock;
    this.errors = errors;
    birthNumber = new BirthNumber(memory, errors);
    for (ReportSubject.Channel channel : subject.channels()) {
      Optional<String> unit =
          channel.unit().equals("1") ? Optional.empty() : Optional.of(channel.unit());
      add(channelName(channel, "Mean"), Metric.Type.DOUBLE, unit);
      if (channel.fast()) {
        add(channelName(channel, "Peak"), Metric.Type.DOUBLE, unit);
        add(channelName(channel, "RMS"), Metric.Type.DOUBLE, unit);
      }
    }
    for (ReportSubject.Rule rule : subject.rules()) {
      add(ruleName(rule, "Raised"), Metric.Type.BOOLEAN, Optional.empty());
      add(ruleName(rule, "Label"), Metric.Type.STRING, Optional.empty());
      add(ruleName(rule, "Score"), Metric.Type.DOUBLE, Optional.empty());
    }
    for (NodeFigure figure : NodeFigure.values()) {
      if (subject.figures().contains(figure)) {
        Optional<String> unit = Optional.of(figure.unit()).filter(u -> !u.isEmpty());
        boolean whole = figure.kind() == NodeFigure.Kind.COUNTER && figure.decimals() == 0;
        add(figureName(figure), whole ? Metric.Type.INT64 : Metric.Type.DOUBLE, unit);
      }
    }
    if (decisions) {
      add("Decision/Kind", Metric.Type.STRING, Optional.empty());
      add("Decision/Limit", Metric.Type.STRING, Optional.empty());
      add("Decision/Reason", Metric.Type.STRING, Optional.empty());
    }
  }

  private void add(String name, Metric.Type type, Optional<String> unit) {
    Metric metric = new Metric(name, metrics.size() + 1L, type, unit);
    metrics.add(metric);
    byName.put(name, metric);
  }

  private static String channelName(ReportSubject.Channel channel, String statistic) {
    return "Channels/" + channel.key() + "/" + statistic;
  }

  private static String ruleName(ReportSubject.Rule rule, String what) {
    return "Rules/" + rule.key() + "/" + what;
  }

  private static String figureName(NodeFigure figure) {
    return "Node/" + figure.key();
  }

  /**
   * Who is told that there is something new.
   *
   * @param woken must not block
   */
  public synchronized void onNews(Runnable woken) {
    wake = woken;
  }

  // --- what the node says ----------------------------------------------------------------------

  @Override
  public synchronized long bytes(StateSnapshot snapshot) {
    Map<Metric, Metric.Reading> due = new LinkedHashMap<>();
    of(snapshot)
        .forEach((metric, reading) -> {
          if (isNew(metric, reading)) {
            due.put(metric, reading);
          }
        });
    byte[] payload = SparkplugPayload.data(snapshot.timeMs(), SEQUENCE - 1, due);
    return due.isEmpty() ? 0 : PublishBytes.once(topic("NDATA"), payload.length);
  }

  @Override
  public void states(StateSnapshot snapshot) {
    change(of(snapshot));
  }

  private Map<Metric, Metric.Reading> of(StateSnapshot snapshot) {
    Map<Metric, Metric.Reading> now = new LinkedHashMap<>();
    long timeMs = snapshot.timeMs();
    for (StateSnapshot.ChannelState c : snapshot.channels()) {
      put(now, channelName(c.channel(), "Mean"), number(c.mean()), timeMs);
      if (c.channel().fast()) {
        put(now, channelName(c.channel(), "Peak"), number(c.peak()), timeMs);
        put(now, channelName(c.channel(), "RMS"), number(c.rms()), timeMs);
      }
    }
    snapshot
        .figures()
        .forEach((figure, value) -> put(now, figureName(figure), number(value), timeMs));
    return now;
  }

  @Override
  public void rule(RuleState state, long timeMs) {
    Map<Metric, Metric.Reading> now = new LinkedHashMap<>();
    put(now, ruleName(state.rule(), "Raised"), Optional.of(state.raised()), timeMs);
    put(now, ruleName(state.rule(), "Label"), state.last().map(Alert::label), timeMs);
    Optional<Double> score = state.last().flatMap(a -> number(a.score()));
    put(now, ruleName(state.rule(), "Score"), score, timeMs);
    change(now);
  }

  @Override
  public void decision(DecisionReport report, long since, long timeMs) {
    Map<Metric, Metric.Reading> now = new LinkedHashMap<>();
    put(now, "Decision/Kind", Optional.of(report.decision()), timeMs);
    put(now, "Decision/Limit", Optional.of(report.limit()), timeMs);
    put(now, "Decision/Reason", Optional.of(report.reason()), timeMs);
    change(now);
  }

  private static Optional<Double> number(double value) {
    return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
  }

  private void put(Map<Metric, Metric.Reading> into, String name, Optional<?> value, long timeMs) {
    Metric metric = byName.get(name);
    if (metric != null) {
      boolean whole = metric.type() == Metric.Type.INT64;
      Optional<?> typed = whole ? value.map(v -> Math.round((Double) v)) : value;
      into.put(metric, new Metric.Reading(typed, timeMs));
    }
  }

  private void change(Map<Metric, Metric.Reading> now) {
    Runnable woken;
    synchronized (this) {
      now.forEach((metric, reading) -> {
        if (isNew(metric, reading)) {
          readings.put(metric, reading);
          // to the end: values of a message stand in the order of their times
          changed.remove(metric);
          changed.put(metric, reading);
        }
      });
      woken = wake;
    }
    woken.run();
  }

  /** Only what is another value is told: tck-id-operational-behavior-data-publish-nbirth-change. */
  private boolean isNew(Metric metric, Metric.Reading reading) {
    Metric.Reading before = readings.get(metric);
    return before == null || !before.value().equals(reading.value());
  }

  // --- what the connection asks for ------------------------------------------------------------

  private String topic(String kind) {
    return "spBv1.0/" + settings.group() + "/" + kind + "/" + settings.edgeNode();
  }

  @Override
  public synchronized Message will() {
    return new Message(
        topic("NDEATH"), SparkplugPayload.death(clock.wallTimeEpochMs(), birthNumber.next()));
  }

  @Override
  public List<String> subscriptions() {
    return List.of(topic("NCMD"));
  }

  @Override
  public synchronized List<Message> births() {
    changed.clear();
    rebirth = false;
    seq = 0;
    return List.of(birth());
  }

  private Message birth() {
    byte[] payload =
        SparkplugPayload.birth(clock.wallTimeEpochMs(), birthNumber.current(), metrics, readings);
    return new Message(topic("NBIRTH"), payload);
  }

  @Override
  public synchronized Optional<Message> next(Predicate<Message> affordable) {
    if (rebirth) {
      // with the number of the connection:
      // tck-id-operational-behavior-data-commands-rebirth-action-3
      return affordable.test(birth()) ? Optional.of(births().getFirst()) : Optional.empty();
    }
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    int following = (seq + 1) % SEQUENCE;
    byte[] payload = SparkplugPayload.data(clock.wallTimeEpochMs(), following, changed);
    Message data = new Message(topic("NDATA"), payload);
    if (!affordable.test(data)) {
      return Optional.empty();
    }
    seq = following;
    changed.clear();
    return Optional.of(data);
  }

  @Override
  public synchronized Message death() {
    return new Message(
        topic("NDEATH"), SparkplugPayload.death(clock.wallTimeEpochMs(), birthNumber.current()));
  }

  @Override
  public void arrived(String topic, byte[] message) {
    try {
      boolean asked = RebirthCommand.isIn(message);
      synchronized (this) {
        rebirth |= asked;
      }
    } catch (IllegalArgumentException e) {
      errors.accept(
          new IllegalArgumentException(
              "command of " + message.length + " bytes on " + topic + ": " + e.getMessage(), e));
    }
  }
}
