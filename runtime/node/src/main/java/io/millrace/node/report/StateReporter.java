package io.millrace.node.report;

import io.millrace.node.alert.Alert;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Uplink;
import io.millrace.node.uplink.WireBytes;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.clock.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Sums up what a node says, and hands it on once a period. */
public final class StateReporter implements NodeStates {
  private static final long DECISION_EVERY_NS = 1_000_000_000;
  private static final long CHANGE_EVERY_NS = 100_000_000;

  private final ReportSubject subject;
  private final ReportSettings settings;
  private final List<Outlet> outlets;
  private final Uplink uplink;
  private final Clock clock;
  private final Consumer<? super Exception> errors;
  private final ChannelStatistics statistics;
  private final Map<NodeFigure, AtomicLong> figures = new EnumMap<>(NodeFigure.class);
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final Map<String, LinkedHashSet<String>> raised = new LinkedHashMap<>();
  private final Map<String, ReportSubject.Rule> rules = new LinkedHashMap<>();
  private volatile boolean closed;
  private Thread thread;
  private long lastNs;

  // of the thread that decides
  private Enum<?> toldKind;
  private long toldNs;
  private long decisionsSince;

  /**
   * Tells nothing by itself: {@link #publish} does.
   *
   * @param sampleWidth values in one sample, all channels together
   * @param clock whose time periods and decisions keep
   * @param errors gets what outlets throw; must not block
   */
  public StateReporter(
      ReportSubject subject,
      int sampleWidth,
      ReportSettings settings,
      List<Outlet> outlets,
      Uplink uplink,
      Clock clock,
      Consumer<? super Exception> errors) {
    this.subject = subject;
    this.settings = settings;
    this.outlets = List.copyOf(outlets);
    this.uplink = uplink;
    this.clock = clock;
    this.errors = errors;
    statistics = new ChannelStatistics(subject.channels(), sampleWidth);
    for (NodeFigure figure : NodeFigure.values()) {
      figures.put(figure, new AtomicLong(Double.doubleToRawLongBits(Double.NaN)));
    }
    lastNs = clock.nanoTime();
    toldNs = lastNs - DECISION_EVERY_NS;
    for (ReportSubject.Rule rule : subject.rules()) {
      rules.put(rule.name(), rule);
      raised.put(rule.name(), new LinkedHashSet<>());
      RuleState calm = new RuleState(rule, List.of(), Optional.empty());
      each(outlet -> outlet.rule(calm, clock.wallTimeEpochMs()));
    }
  }

  /** Publishes once a period from now on, on a thread of its own. */
  public StateReporter start() {
    uplink.wants(linkBytes(), settings.everyNs() / 1_000_000);
    thread = Thread.ofPlatform().daemon().name("node-states").start(this::publishAlways);
    return this;
  }

  private void publishAlways() {
    try {
      while (!closed) {
        clock.sleep(settings.everyNs());
        publish();
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /**
   * Tells how the node was since it was last told, if the uplink bears it. If not, the period goes
   * on, and the next state is of all of it.
   */
  public synchronized void publish() {
    if (closed) {
      return;
    }
    if (!uplink.affords(Sender.STATES, linkBytes())) {
      refused.incrementAndGet();
      uplink.heldBack();
      return;
    }
    long now = clock.nanoTime();
    tellUplink();
    StateSnapshot snapshot = snapshot(now - lastNs);
    lastNs = now;
    published.incrementAndGet();
    uplink.told();
    each(outlet -> outlet.states(snapshot));
  }

  private void tellUplink() {
    OptionalLong used = uplink.usedToday();
    if (used.isPresent()) {
      figure(NodeFigure.UPLINK, (double) used.getAsLong());
      figure(NodeFigure.UPLINK_LEFT, (double) uplink.leftToday().orElseThrow());
      figure(NodeFigure.STATES_HELD_BACK, (double) uplink.statesHeldBack());
    }
  }

  /** What a publication takes of the link; each outlet's message travels by itself. */
  private long linkBytes() {
    WireBytes wire = WireBytes.of(true);
    long bytes = 0;
    StateSnapshot usual = usualSnapshot();
    for (Outlet outlet : outlets) {
      bytes += wire.exchange(outlet.bytes(usual), 1);
    }
    return bytes;
  }

  /** Bytes that one publication of the states takes now, all outlets together. */
  public long publicationBytes() {
    return bytes(usualSnapshot());
  }

  private StateSnapshot usualSnapshot() {
    List<StateSnapshot.ChannelState> channels = new ArrayList<>();
    for (ReportSubject.Channel channel : subject.channels()) {
      // seven digits and a sign, as long as values get
      channels.add(
          new StateSnapshot.ChannelState(channel, -1.23456e-5, 1.23456e-5, 1.23456e-5, 1_000_000));
    }
    return new StateSnapshot(clock.wallTimeEpochMs(), settings.everyNs(), channels, figures());
  }

  private long bytes(StateSnapshot snapshot) {
    return outlets.stream().mapToLong(outlet -> outlet.bytes(snapshot)).sum();
  }

  private StateSnapshot snapshot(long periodNs) {
    ChannelStatistics.Figures[] taken = statistics.take();
    List<StateSnapshot.ChannelState> channels = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      ChannelStatistics.Figures f = taken[i];
      channels.add(
          new StateSnapshot.ChannelState(
              subject.channels().get(i), f.mean(), f.peak(), f.rms(), f.samples()));
    }
    return new StateSnapshot(clock.wallTimeEpochMs(), periodNs, channels, figures());
  }

  private Map<NodeFigure, Double> figures() {
    Map<NodeFigure, Double> known = new EnumMap<>(NodeFigure.class);
    for (NodeFigure figure : subject.figures()) {
      known.put(figure, Double.longBitsToDouble(figures.get(figure).get()));
    }
    return known;
  }

  @Override
  public void samples(SampleBlock block) {
    statistics.add(block);
  }

  @Override
  public void figure(NodeFigure figure, double value) {
    figures.get(figure).setOpaque(Double.doubleToRawLongBits(value));
  }

  @Override
  public boolean decided(Enum<?> kind) {
    if (!settings.decisions()) {
      return false;
    }
    decisionsSince++;
    long waitNs = kind == toldKind ? DECISION_EVERY_NS : CHANGE_EVERY_NS;
    long now = clock.nanoTime();
    if (now - toldNs < waitNs) {
      return false;
    }
    toldNs = now;
    toldKind = kind;
    return true;
  }

  @Override
  public void decision(DecisionReport report) {
    long since = decisionsSince;
    decisionsSince = 0;
    each(outlet -> outlet.decision(report, since, clock.wallTimeEpochMs()));
  }

  @Override
  public void alert(Alert alert) {
    ReportSubject.Rule rule = rules.get(alert.rule());
    if (rule == null || closed) {
      return;
    }
    LinkedHashSet<String> labels = raised.get(alert.rule());
    if (alert.state() == Alert.State.RAISED) {
      labels.add(alert.label());
    } else {
      labels.remove(alert.label());
    }
    RuleState state = new RuleState(rule, List.copyOf(labels), Optional.of(alert));
    each(outlet -> outlet.rule(state, alert.wallTimeEpochMs()));
  }

  /** A fault of one outlet is told and holds up neither the others nor the node. */
  private void each(Consumer<Outlet> call) {
    for (Outlet outlet : outlets) {
      try {
        call.accept(outlet);
      } catch (RuntimeException e) {
        errors.accept(e);
      }
    }
  }

  /** How often states were told. */
  public long published() {
    return published.get();
  }

  /** How often the uplink did not bear them. */
  public long refused() {
    return refused.get();
  }

  @Override
  public void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
