package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.report.ReportSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the {@code mqtt} section says of all that is told besides alerts. */
class MqttReportSectionTest {
  private static Pipeline.Mqtt parse(String told) throws PipelineException {
    String yaml =
        """
        node: n1
        board: rpi4b
        sensor: {replay: in.bin, type: int8, shape: [4], rate: 10 Hz}
        model: {file: echo.mill}
        mqtt: {broker: "tcp://h:1", outbox: {folder: o}%s}
        """
            .formatted(told);
    return PipelineFile.parse(yaml, Path.of("/etc/millrace/p.yaml")).mqtt().orElseThrow();
  }

  @Test
  void shouldTellNothingButAlertsUnlessAsked() throws Exception {
    assertEquals(ReportSettings.NONE, parse("").report());
    assertEquals(ReportSettings.NONE, parse(", states: false, home-assistant: false").report());
    assertEquals(Path.of("/etc/millrace/o.told"), parse("").memory());
  }

  @Test
  void shouldReadEachWayOfTelling() throws Exception {
    ReportSettings plain = parse(", states: true").report();
    assertTrue(plain.states() && plain.decisions());
    assertEquals(10_000_000_000L, plain.everyNs());
    ReportSettings some = parse(", states: {every: 1 min, decisions: false}").report();
    assertEquals(60_000_000_000L, some.everyNs());
    assertEquals(false, some.decisions());
    ReportSettings home = parse(", home-assistant: true").report();
    assertEquals(Optional.of("homeassistant"), home.homeAssistant());
    assertTrue(home.states(), "discovery points to the states");
    assertEquals(
        Optional.of("ha/x"), parse(", home-assistant: {prefix: ha/x}").report().homeAssistant());
    ReportSettings edge = parse(", sparkplug: {group: plant}").report();
    assertEquals(Optional.of(new ReportSettings.Sparkplug("plant", "n1")), edge.sparkplug());
    assertEquals(
        "e",
        parse(", sparkplug: {group: g, edge-node: e}")
            .report()
            .sparkplug()
            .orElseThrow()
            .edgeNode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "states: {every: 10 ms}             | at most once a second",
        "states: {evry: 10 s}               | did you mean 'every'",
        "states: often                      | mqtt.states: 'often' is not allowed",
        "home-assistant: {prefix: \"a/#\"}  | discovery prefix 'a/#'",
        "sparkplug: {edge-node: e}          | key 'group' is missing",
        "sparkplug: {group: a/b}            | mqtt.sparkplug: group 'a/b'",
        "sparkplug: true                    | must be a mapping",
      })
  void shouldSayWhatIsWrong(String told, String message) {
    PipelineException e = assertThrows(PipelineException.class, () -> parse(", " + told));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
