package io.millrace.node.report.sparkplug;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.alert.Alert;
import io.millrace.node.mqtt.BirthProtocol.Message;
import io.millrace.node.report.DecisionReport;
import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.ReportSettings;
import io.millrace.node.report.ReportSubject;
import io.millrace.node.report.RuleState;
import io.millrace.node.report.StateSnapshot;
import io.millrace.node.storage.SmallFile;
import io.millrace.sensors.SampleFormat;
import io.millrace.sensors.clock.VirtualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an edge node sends, read by an independent decoder; statements cited by their ids. */
@Timeout(120)
class SparkplugNodeTest {
  private static final long START_MS = 1_767_225_600_000L;

  @TempDir Path folder;
  private final VirtualClock clock = new VirtualClock(0, START_MS);
  private final List<Exception> errors = new ArrayList<>();
  private final ReportSubject subject =
      ReportSubject.of(
          "n1",
          "Pi",
          "1.2",
          new SampleFormat("s", List.of(new SampleFormat.Channel("x", "m/s2", 1)), 3200),
          List.of("bang"),
          Set.of(NodeFigure.POWER, NodeFigure.DROPPED, NodeFigure.TEMPERATURE));

  @BeforeEach
  void requireDecoder() {
    TahuDecoder.require();
  }

  private SparkplugNode node() {
    return new SparkplugNode(
        new ReportSettings.Sparkplug("plant", "n1"),
        subject,
        true,
        new SmallFile(folder.resolve("births")),
        clock,
        errors::add);
  }

  private StateSnapshot snapshot(double mean, double dropped) {
    StateSnapshot.ChannelState x =
        new StateSnapshot.ChannelState(subject.channels().getFirst(), mean, 2.5, 1.25, 32_000);
    return new StateSnapshot(
        clock.wallTimeEpochMs(),
        10_000_000_000L,
        List.of(x),
        Map.of(
            NodeFigure.POWER,
            2400.5,
            NodeFigure.DROPPED,
            dropped,
            NodeFigure.TEMPERATURE,
            Double.NaN));
  }

  private static Map.Entry<String, byte[]> entry(Message message) {
    return Map.entry(message.topic(), message.payload());
  }

  private static TahuDecoder.Decoded decoded(Message message) throws Exception {
    return TahuDecoder.decode(List.of(entry(message))).getFirst();
  }

  @Test
  void shouldBeBornWithEveryMetricByNameAliasTypeAndValue() throws Exception {
    SparkplugNode node = node();
    TahuDecoder.Decoded will = decoded(node.will());
    node.states(snapshot(0.5, 7));
    TahuDecoder.Decoded birth = decoded(node.births().getFirst());

    assertEquals("spBv1.0/plant/NBIRTH/n1", birth.topic(), "tck-id-topics-nbirth-topic");
    assertEquals(START_MS, birth.number("timestamp"), "tck-id-payloads-nbirth-timestamp");
    assertEquals(0, birth.number("seq"), "tck-id-topics-nbirth-seq-num");
    assertEquals("Int64", birth.metric("bdSeq").get("type"), "tck-id-payloads-nbirth-bdseq");
    assertEquals(will.bdSeq(), birth.bdSeq(), "tck-id-payloads-nbirth-bdseq-repeat");

    Map<?, ?> rebirth = birth.metric("Node Control/Rebirth");
    assertEquals(false, rebirth.get("value"), "tck-id-payloads-nbirth-rebirth-req");
    assertEquals(
        "Boolean",
        rebirth.get("type"),
        "tck-id-operational-behavior-data-commands-rebirth-datatype");
    assertFalse(
        rebirth.containsKey("alias"),
        "tck-id-operational-behavior-data-commands-rebirth-name-aliases");

    Set<Object> aliases = new HashSet<>();
    for (Map<?, ?> metric : birth.metrics()) {
      assertTrue(metric.containsKey("name"), "tck-id-payloads-alias-birth-requirement");
      assertTrue(metric.containsKey("timestamp"), "tck-id-payloads-name-birth-data-requirement");
      assertEquals(true, metric.get("typed"), "tck-id-payloads-metric-datatype-req");
      if (metric.containsKey("alias")) {
        assertTrue(aliases.add(metric.get("alias")), "tck-id-payloads-alias-uniqueness");
      }
    }
    assertEquals(birth.metrics().size() - 2, aliases.size());

    assertEquals(0.5, birth.metric("Channels/x/Mean").get("value"));
    assertEquals("Double", birth.metric("Channels/x/Mean").get("type"));
    Map<?, ?> properties = (Map<?, ?>) birth.metric("Channels/x/Mean").get("properties");
    assertEquals(Map.of("type", "String", "value", "m/s2"), properties.get("engUnit"));
    assertEquals(7, ((Number) birth.metric("Node/dropped").get("value")).intValue());
    assertEquals("Int64", birth.metric("Node/dropped").get("type"));
    assertNull(birth.metric("Node/temperature_c").get("value"), "not known: null, not zero");
    assertNull(birth.metric("Rules/bang/Raised").get("value"));
  }

  @Test
  void shouldTellChangedValuesByAliasAndNumberTheMessagesRoundAndRound() throws Exception {
    SparkplugNode node = node();
    node.will();
    List<Map.Entry<String, byte[]>> sent = new ArrayList<>();
    sent.add(entry(node.births().getFirst()));
    assertTrue(node.next(m -> true).isEmpty(), "nothing has changed since the birth");
    for (int i = 0; i < 300; i++) {
      clock.advance(10_000_000_000L);
      node.states(snapshot(i, 7));
      sent.add(entry(node.next(m -> true).orElseThrow()));
      assertTrue(node.next(m -> true).isEmpty());
      node.states(snapshot(i, 7));
      assertTrue(node.next(m -> true).isEmpty(), "the same again is no news");
    }
    List<TahuDecoder.Decoded> decoded = TahuDecoder.decode(sent);
    Object mean = decoded.getFirst().metric("Channels/x/Mean").get("alias");
    for (int i = 1; i < decoded.size(); i++) {
      TahuDecoder.Decoded data = decoded.get(i);
      assertEquals("spBv1.0/plant/NDATA/n1", data.topic());
      assertEquals(i % 256, data.number("seq"), "tck-id-payloads-sequence-num-incrementing");
      assertTrue(data.number("timestamp") > START_MS, "tck-id-payloads-ndata-timestamp");
      for (Map<?, ?> metric : data.metrics()) {
        assertFalse(metric.containsKey("name"), "tck-id-payloads-alias-data-cmd-requirement");
        assertTrue(metric.containsKey("timestamp"), "tck-id-payloads-name-birth-data-requirement");
        assertEquals(false, metric.get("typed"), "tck-id-payloads-metric-datatype-not-req");
      }
      if (i > 1) {
        assertEquals(1, data.metrics().size(), "only what has changed");
      }
      Map<?, ?> told =
          data.metrics().stream()
              .filter(m -> m.get("alias").equals(mean))
              .findFirst()
              .orElseThrow();
      assertEquals(i - 1.0, ((Number) told.get("value")).doubleValue());
    }
  }

  @Test
  void shouldKeepTheLastValueAloneWhileNobodyListens() throws Exception {
    SparkplugNode node = node();
    node.will();
    node.births();
    for (int i = 0; i < 10_000; i++) {
      node.states(snapshot(i, i));
    }
    TahuDecoder.Decoded data =
        TahuDecoder.decode(List.of(entry(node.births().getFirst()), entry(node.death())))
            .getFirst();
    assertEquals(9_999.0, ((Number) data.metric("Channels/x/Mean").get("value")).doubleValue());
    assertTrue(node.next(m -> true).isEmpty(), "the birth has told all");
  }

  @Test
  void shouldDieWithTheNumberOfItsBirthAndNoSequenceNumber() throws Exception {
    SparkplugNode node = node();
    Message will = node.will();
    TahuDecoder.Decoded birth = decoded(node.births().getFirst());
    TahuDecoder.Decoded death = decoded(node.death());
    assertEquals("spBv1.0/plant/NDEATH/n1", will.topic());
    assertFalse(decoded(will).payload().containsKey("seq"), "tck-id-payloads-ndeath-seq");
    assertFalse(death.payload().containsKey("seq"), "tck-id-payloads-ndeath-seq");
    assertEquals(birth.bdSeq(), death.bdSeq(), "tck-id-payloads-ndeath-bdseq");
    assertEquals(1, death.metrics().size());
  }

  @Test
  void shouldCountConnectionsThroughRestartsFrom0To255() throws Exception {
    List<Long> numbers = new ArrayList<>();
    List<Map.Entry<String, byte[]>> wills = new ArrayList<>();
    for (int start = 0; start < 130; start++) {
      SparkplugNode node = node();
      wills.add(entry(node.will()));
      wills.add(entry(node.will())); // the first attempt to connect failed
    }
    TahuDecoder.decode(wills).forEach(each -> numbers.add(each.bdSeq()));
    for (int i = 0; i < numbers.size(); i++) {
      assertEquals(i % 256, numbers.get(i));
    }
    assertEquals(List.of(), errors);
  }

  @Test
  void shouldBeBornAllTheSameWhenItsNumberCannotBeRead() throws Exception {
    for (String damaged : List.of("x", "256", "-1")) {
      Files.writeString(folder.resolve("births"), damaged);
      assertEquals(0, decoded(node().will()).bdSeq());
    }
    assertEquals(3, errors.size());
    Files.delete(folder.resolve("births"));
    Files.createDirectories(folder.resolve("births/full"));
    assertEquals(0, decoded(node().will()).bdSeq());
    assertTrue(errors.getLast().getMessage().contains("not remembered"), errors::toString);
  }

  @Test
  void shouldBeBornAgainWhenAHostAsks() throws Exception {
    SparkplugNode node = node();
    node.will();
    TahuDecoder.Decoded first = decoded(node.births().getFirst());
    node.states(snapshot(1, 1));
    node.next(m -> true);
    clock.advance(1_000_000_000);
    node.arrived("spBv1.0/plant/NCMD/n1", TahuDecoder.rebirthCommand());
    TahuDecoder.Decoded again = decoded(node.next(m -> true).orElseThrow());
    assertEquals(
        "NBIRTH", again.kind(), "tck-id-operational-behavior-data-commands-rebirth-action-2");
    assertEquals(
        first.bdSeq(), again.bdSeq(), "tck-id-operational-behavior-data-commands-rebirth-action-3");
    assertEquals(0, again.number("seq"), "tck-id-topics-nbirth-seq-num");
    assertTrue(node.next(m -> true).isEmpty(), "once");
  }

  @Test
  void shouldBearAnyBytesAsACommand() throws Exception {
    SparkplugNode node = node();
    node.will();
    node.births();
    byte[] good = TahuDecoder.rebirthCommand();
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      node.arrived("t", java.util.Arrays.copyOf(bad, random.nextInt(bad.length + 8)));
    }
    assertTrue(errors.stream().allMatch(e -> e.getMessage().startsWith("command of ")));
    assertFalse(errors.isEmpty());
    byte[] longest = {0x12, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0};
    assertThrows(IllegalArgumentException.class, () -> RebirthCommand.isIn(longest));
    assertFalse(RebirthCommand.isIn(new byte[0]));
  }

  @Test
  void shouldTellRulesAndDecisions() throws Exception {
    SparkplugNode node = node();
    node.will();
    List<Map.Entry<String, byte[]>> sent = new ArrayList<>();
    sent.add(entry(node.births().getFirst()));
    Alert alert =
        new Alert(
            "i",
            "n1",
            "bang",
            "loud",
            0.75,
            Alert.State.RAISED,
            3,
            START_MS + 5,
            9,
            0,
            1,
            Alert.Origin.BOARD,
            "m",
            "v",
            1);
    ReportSubject.Rule rule = subject.rules().getFirst();
    node.rule(new RuleState(rule, List.of("loud"), Optional.of(alert)), START_MS + 5);
    node.decision(
        new DecisionReport(9, "DEFER", "energy", Optional.empty(), List.of(), "too little"),
        1,
        START_MS + 6);
    sent.add(entry(node.next(m -> true).orElseThrow()));
    List<TahuDecoder.Decoded> decoded = TahuDecoder.decode(sent);
    List<Object> values = new ArrayList<>();
    decoded.getLast().metrics().forEach(m -> values.add(m.get("value")));
    assertEquals(List.of(true, "loud", 0.75, "DEFER", "energy", "too little"), values);
    long before = 0;
    for (Map<?, ?> metric : decoded.getLast().metrics()) {
      long timeMs = ((Number) metric.get("timestamp")).longValue();
      assertTrue(timeMs >= before, "tck-id-operational-behavior-data-publish-nbirth-order");
      before = timeMs;
    }
  }

  @Test
  void shouldSayHowManyBytesItTakes() {
    SparkplugNode node = node();
    node.will();
    node.births();
    StateSnapshot snapshot = snapshot(1, 1);
    long said = node.bytes(snapshot);
    node.states(snapshot);
    Message sent = node.next(m -> true).orElseThrow();
    int topic = sent.topic().getBytes(StandardCharsets.UTF_8).length;
    int took = 1 + 2 + 2 + topic + sent.payload().length;
    // a sequence number of 128 or more takes a byte more than this one
    assertTrue(said >= took && said <= took + 1, said + " said, " + took + " taken");
    assertEquals(0, node.bytes(snapshot), "nothing would change");
  }

  @Test
  void shouldRefuseIdsThatNoTopicCanHave() {
    for (String bad : List.of("", "a/b", "a+", "#", "a\nb", "x".repeat(129))) {
      assertThrows(
          IllegalArgumentException.class, () -> new ReportSettings.Sparkplug(bad, "n"), bad);
      assertThrows(
          IllegalArgumentException.class, () -> new ReportSettings.Sparkplug("g", bad), bad);
    }
  }
}
