package io.millrace.node.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.alert.Alert;
import io.millrace.node.budget.UplinkLimit;
import io.millrace.node.mqtt.JsonSchema;
import io.millrace.node.mqtt.PublishBytes;
import io.millrace.node.storage.SmallFile;
import io.millrace.node.uplink.Sender;
import io.millrace.node.uplink.Unmetered;
import io.millrace.node.uplink.Uplink;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** Sums, periods, throttles and the JSON topics, in virtual time. */
class StateReporterTest {
  private static final long MS = 1_000_000;

  private enum Kind {
    RUN_LOCAL,
    DEFER
  }

  @TempDir Path folder;
  private final VirtualClock clock = new VirtualClock(0, 1_767_225_600_000L);
  private final List<Exception> errors = new ArrayList<>();
  private final Map<String, byte[]> kept = new LinkedHashMap<>();
  private final Map<String, Sender> senders = new LinkedHashMap<>();
  private final List<String> topics = new ArrayList<>();
  private Uplink uplink = Unmetered.uplink(clock);

  private void keep(Sender sender, String topic, byte[] message) {
    kept.put(topic, message);
    senders.put(topic, sender);
    topics.add(topic);
  }

  private static SampleFormat format(double rateHz) {
    return new SampleFormat(
        "s",
        List.of(
            new SampleFormat.Channel("X axis", "m/s2", 1),
            new SampleFormat.Channel("tensor", "stored", 3),
            new SampleFormat.Channel("T", "degC", 1)),
        rateHz);
  }

  private StateReporter reporter(double rateHz, List<String> rules, Outlet... more)
      throws IOException {
    SampleFormat format = format(rateHz);
    ReportSubject subject =
        ReportSubject.of(
            "n1", "Pi", "1", format, rules, Set.of(NodeFigure.POWER, NodeFigure.TEMPERATURE));
    ReportSettings settings =
        new ReportSettings(1_000 * MS, true, true, Optional.empty(), Optional.empty());
    List<Outlet> outlets = new ArrayList<>(List.of(more));
    outlets.add(
        StateTopics.open(
            subject, settings, "b", this::keep, new SmallFile(folder.resolve("topics"))));
    return new StateReporter(
        subject, format.width(), settings, outlets, uplink, clock, errors::add);
  }

  private static SampleBlock block(int offset, float... values) {
    SampleBlock block = new SampleBlock(values, format(1));
    block.aim(offset, (values.length - offset) / 5);
    block.filled(block.capacity(), 0, 0);
    return block;
  }

  private Map<?, ?> channel(String key) throws IOException {
    return (Map<?, ?>) ((Map<?, ?>) JSON.std.mapFrom(kept.get("b/state")).get("channels")).get(key);
  }

  private List<String> faults(String topic, String schema) throws IOException {
    return JsonSchema.beside(StateTopics.class, schema).faults(kept.get(topic));
  }

  @Test
  void shouldTellMeanPeakAndRmsOfAPeriodAndNeverASample() throws Exception {
    StateReporter reporter = reporter(3200, List.of());
    // x: 3, -4, 1 (and a NaN); the first value of the array is not meant
    reporter.samples(
        block(1, 99, 3, 7, 7, 7, 20, -4, 7, 7, 7, 22, Float.NaN, 7, 7, 7, Float.POSITIVE_INFINITY));
    reporter.samples(block(0, 1, 7, 7, 7, 24));
    clock.advance(1_000 * MS);
    reporter.publish();
    Map<?, ?> x = channel("x_axis");
    assertEquals(0, ((Number) x.get("mean")).doubleValue());
    assertEquals(4, ((Number) x.get("peak")).doubleValue());
    assertEquals(2.94392, ((Number) x.get("rms")).doubleValue(), "sqrt(26 / 3) to six digits");
    assertEquals(3, x.get("samples"));
    assertEquals(22, ((Number) channel("t").get("mean")).doubleValue());
    Map<String, Object> state = JSON.std.mapFrom(kept.get("b/state"));
    assertEquals(Set.of("x_axis", "t"), ((Map<?, ?>) state.get("channels")).keySet(), "no tensor");
    assertEquals(1000, state.get("period_ms"));
    assertEquals(List.of(), faults("b/state", "state.schema.json"));

    clock.advance(1_000 * MS);
    reporter.publish();
    assertEquals(0, channel("x_axis").get("samples"), "a period of its own");
    assertEquals(null, channel("x_axis").get("mean"), "not known, and not zero");
    assertEquals(List.of(), faults("b/state", "state.schema.json"));
    assertEquals(2, topics.stream().filter("b/state"::equals).count());
  }

  @Test
  void shouldTellTheMeanAloneOfASlowChannel() throws Exception {
    StateReporter reporter = reporter(1, List.of());
    reporter.samples(block(0, 1, 7, 7, 7, 24));
    reporter.publish();
    assertEquals(Set.of("mean", "samples"), channel("t").keySet());
    assertEquals(List.of(), faults("b/state", "state.schema.json"));
  }

  @Test
  void shouldTellFiguresAndThoseItDoesNotKnowAsNull() throws Exception {
    StateReporter reporter = reporter(1, List.of());
    reporter.figure(NodeFigure.POWER, 2400.123456);
    reporter.figure(NodeFigure.DROPPED, 3);
    reporter.publish();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("power_mw", 2400.12);
    figures.put("temperature_c", null);
    assertEquals(figures, JSON.std.mapFrom(kept.get("b/state")).get("figures"));
  }

  @Test
  void shouldTellOfAllOfAPeriodThatTheUplinkMadeLonger() throws Exception {
    UplinkLimit limit = new UplinkLimit(1_000_000, 100_000, Optional.empty());
    uplink = Uplink.open(Optional.of(limit), clock, errors::add);
    StateReporter reporter = reporter(3200, List.of());
    uplink.count(Sender.ALERTS, 899_900);
    reporter.samples(block(0, 1, 7, 7, 7, 24));
    clock.advance(1_000 * MS);
    reporter.publish();
    assertFalse(kept.containsKey("b/state"), "100 bytes are left beside what alerts have");
    assertEquals(1, reporter.refused());
    assertEquals(1, uplink.statesHeldBack());
    reporter.samples(block(0, 1, 7, 7, 7, 26));
    clock.advance(86_400_000 * MS);
    reporter.publish();
    assertEquals(2, channel("t").get("samples"), "nothing of the period is forgotten");
    assertEquals(25, ((Number) channel("t").get("mean")).doubleValue());
    assertEquals(1, reporter.published());
    int bytes = PublishBytes.of("b/state", kept.get("b/state").length);
    assertTrue(reporter.publicationBytes() >= bytes, "what it says is not less than it takes");
    // PUBLISH: 2 + topic, 2 for the number; 1 + length of the length; PUBACK 4
    assertEquals(2 + 7 + 2 + 200 + 3 + 4, PublishBytes.of("b/state", 200));
    assertEquals(2 + 7 + 100 + 2, PublishBytes.once("b/state", 100));
  }

  @Test
  void shouldSayOnWhoseAccountEachMessageTravels() throws Exception {
    StateReporter reporter = reporter(3200, List.of("bang"));
    assertEquals(Sender.STATES, senders.get("b/rule/bang"), "calm since the start");
    reporter.publish();
    assertEquals(Sender.STATES, senders.get("b/state"));
    reporter.decision(
        new DecisionReport(1, "DEFER", "energy", Optional.empty(), List.of(), "too little"));
    assertEquals(Sender.DECISIONS, senders.get("b/decision"));
    reporter.alert(alert("bang", "bang", Alert.State.RAISED));
    assertEquals(Sender.ALERTS, senders.get("b/rule/bang"), "it changed with an alert");
  }

  @Test
  void shouldTellADecisionOnceASecondAndWhenItsKindChanges() throws Exception {
    StateReporter reporter = reporter(1, List.of());
    int told = 0;
    for (int i = 0; i < 1000; i++) { // 10 s of a hundred windows a second
      if (reporter.decided(Kind.RUN_LOCAL)) {
        told++;
      }
      clock.advance(10 * MS);
    }
    assertEquals(10, told);
    clock.advance(200 * MS);
    assertTrue(reporter.decided(Kind.DEFER), "another kind");
    reporter.decision(
        new DecisionReport(
            1000,
            "DEFER",
            "energy",
            Optional.of("int4 on one lane"),
            List.of(
                new DecisionReport.Compared("energy", "mJ", 12.5, 3.25),
                new DecisionReport.Compared("deadline", "ms", 4, Double.NaN)),
            "12.5 mJ asked, 3.25 left"));
    assertEquals(List.of(), faults("b/decision", "decision.schema.json"));
    Map<String, Object> decision = JSON.std.mapFrom(kept.get("b/decision"));
    assertEquals(1001, decision.get("since"));
    assertEquals("energy", decision.get("limit"));
    int flapping = 0;
    for (int i = 0; i < 1000; i++) { // 10 s of changing its mind each time
      clock.advance(10 * MS);
      if (reporter.decided(i % 2 == 0 ? Kind.RUN_LOCAL : Kind.DEFER)) {
        flapping++;
      }
    }
    assertTrue(flapping <= 101, flapping + " in ten seconds");
  }

  private static Alert alert(String rule, String label, Alert.State state) {
    return new Alert(
        "i", "n1", rule, label, 0.9, state, 3, 5, 9, 0, 1, Alert.Origin.CLOUD, "m", "v", 1);
  }

  @Test
  void shouldHoldARuleRaisedAsLongAsAnyOfItsLabelsIs() throws Exception {
    StateReporter reporter = reporter(1, List.of("a/b", "a.b"));
    assertEquals(List.of(), faults("b/rule/a_b", "rule.schema.json"));
    assertEquals("cleared", JSON.std.mapFrom(kept.get("b/rule/a_b")).get("state"), "at the start");
    assertTrue(kept.containsKey("b/rule/a_b_2"), "a key of its own");
    for (String step : List.of("+x raised", "+y raised", "-x raised", "-y cleared")) {
      Alert.State state = step.charAt(0) == '+' ? Alert.State.RAISED : Alert.State.CLEARED;
      reporter.alert(alert("a/b", step.substring(1, 2), state));
      Map<String, Object> message = JSON.std.mapFrom(kept.get("b/rule/a_b"));
      assertEquals(step.substring(3), message.get("state"), step);
      assertEquals(List.of(), faults("b/rule/a_b", "rule.schema.json"));
    }
    reporter.alert(alert("no such rule", "x", Alert.State.RAISED));
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldTakeBackTheTopicsOfRulesThatAreGone() throws Exception {
    reporter(1, List.of("one", "two"));
    kept.clear();
    reporter(1, List.of("two"));
    assertEquals(0, kept.get("b/rule/one").length);
    assertTrue(kept.get("b/rule/two").length > 0);
    kept.clear();
    StateTopics.takeBack(
        (topic, message) -> keep(Sender.STATES, topic, message),
        new SmallFile(folder.resolve("topics")));
    assertEquals(
        Set.of("b/state", "b/decision", "b/rule/two", "b/rule/one"), Set.copyOf(kept.keySet()));
    assertTrue(kept.values().stream().allMatch(m -> m.length == 0));
  }

  @Test
  void shouldNotBeStoppedByAnOutletThatThrows() throws Exception {
    Outlet broken =
        new Outlet() {
          @Override
          public long bytes(StateSnapshot snapshot) {
            return 0;
          }

          @Override
          public void states(StateSnapshot snapshot) {
            throw new IllegalStateException("a bug");
          }

          @Override
          public void rule(RuleState state, long timeMs) {
            throw new IllegalStateException("a bug");
          }

          @Override
          public void decision(DecisionReport report, long since, long timeMs) {
            throw new IllegalStateException("a bug");
          }
        };
    StateReporter reporter = reporter(1, List.of("r"), broken);
    reporter.alert(alert("r", "x", Alert.State.RAISED));
    reporter.publish();
    assertEquals(3, errors.size());
    assertEquals("raised", JSON.std.mapFrom(kept.get("b/rule/r")).get("state"));
    assertTrue(kept.containsKey("b/state"));
  }

  @Test
  void shouldAllocateNothingForSamplesFiguresAndDecisions() throws Exception {
    StateReporter reporter = reporter(3200, List.of());
    SampleBlock block = block(0, new float[5 * 320]);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (int round = 0; round < 3; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        reporter.samples(block);
        reporter.figure(NodeFigure.POWER, i);
        reporter.decided(Kind.RUN_LOCAL);
      }
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertTrue(bytes < 10_000, bytes + " bytes for 10000 blocks");
  }

  @Test
  void shouldRefuseWhatCannotBeToldOften() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new ReportSettings(999 * MS, true, true, Optional.empty(), Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ReportSettings(1_000 * MS, true, true, Optional.of("a/#"), Optional.empty()));
  }

  @Test
  void shouldRememberAtMostSoManyThatWent() throws Exception {
    SmallFile file = new SmallFile(folder.resolve("deep/er/file"));
    for (int i = 0; i < 100; i++) {
      List<String> gone = Remembered.replace(file, List.of("now " + i));
      assertEquals(Math.min(i, Remembered.MOST_GONE), gone.size());
      assertTrue(i == 0 || gone.getFirst().equals("now " + (i - 1)), "latest first");
    }
    assertEquals(Remembered.MOST_GONE + 1, file.read().orElseThrow().lines().count());
    file.write("x".repeat(300_000));
    IOException e = assertThrows(IOException.class, file::read);
    assertTrue(e.getMessage().contains("delete it"), e.getMessage());
  }
}
