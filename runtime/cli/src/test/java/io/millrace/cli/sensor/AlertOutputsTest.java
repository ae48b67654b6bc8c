package io.millrace.cli.sensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.alert.Alert;
import io.millrace.node.pipeline.NodeListener;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.pi4j.simulated.SimulatedBoard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertOutputsTest {
  private final SimulatedBoard machine = new SimulatedBoard(new VirtualClock(0, 0));
  private final List<Exception> problems = new ArrayList<>();
  private final List<Alert> passedOn = new ArrayList<>();
  private final NodeListener next =
      new NodeListener() {
        @Override
        public void alerted(Alert alert) {
          passedOn.add(alert);
        }
      };

  private AlertOutputs open(String... texts) throws Exception {
    return AlertOutputs.open(
        List.of(texts),
        List.of("keyword", "door"),
        (_, errors) -> machine.board(errors),
        next,
        problems::add);
  }

  private static Alert alert(String rule, String label, Alert.State state) {
    return new Alert(
        "id", "n", rule, label, 1, state, 0, 0, 0, 0, 1, Alert.Origin.BOARD, "m", "1", 0);
  }

  @Test
  void shouldFollowARuleForAsLongAsAnyOfItsLabelsStands() throws Exception {
    try (AlertOutputs outputs = open("line=17,rule=keyword")) {
      outputs.alerted(alert("door", "open", Alert.State.RAISED));
      assertFalse(machine.line(17).isHigh());
      outputs.alerted(alert("keyword", "yes", Alert.State.RAISED));
      outputs.alerted(alert("keyword", "no", Alert.State.RAISED));
      assertTrue(machine.line(17).isHigh());
      outputs.alerted(alert("keyword", "yes", Alert.State.CLEARED));
      assertTrue(machine.line(17).isHigh());
      outputs.alerted(alert("keyword", "no", Alert.State.CLEARED));
      assertFalse(machine.line(17).isHigh());
    }
    assertEquals(5, passedOn.size());
    assertEquals(List.of(), problems);
  }

  @ParameterizedTest
  @CsvSource({"off, high", "on, high", "off, low", "on, low"})
  void shouldHaveTheSafeStateUntilTheFirstAnswerAndAtTheEnd(String safe, String active)
      throws Exception {
    boolean safeLevel = safe.equals("on") == active.equals("high");
    boolean offLevel = active.equals("low");
    try (AlertOutputs outputs =
        open("line=4, rule=door, name=fan, active=%s, safe=%s".formatted(active, safe))) {
      assertEquals(safeLevel, machine.line(4).isHigh());
      outputs.answered(null, 0);
      assertEquals(offLevel, machine.line(4).isHigh());
      outputs.alerted(alert("door", "open", Alert.State.RAISED));
      assertEquals(!offLevel, machine.line(4).isHigh());
    }
    assertEquals(safeLevel, machine.line(4).isHigh());
  }

  @Test
  void shouldReportALineThatCannotBeSwitchedAndGoOn() throws Exception {
    try (AlertOutputs outputs = open("line=17,rule=door", "line=18,rule=door")) {
      machine.line(17).broken(true);
      outputs.alerted(alert("door", "open", Alert.State.RAISED));
      machine.line(17).broken(false);

      assertTrue(problems.getFirst().getMessage().contains("door gpio 17"), problems.toString());
      assertTrue(machine.line(18).isHigh());
      assertEquals(1, passedOn.size());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "rule=door|key 'line' is missing",
        "line=17|key 'rule' is missing",
        "line=17,rule=dor|the pipeline has no rule 'dor'; it has keyword, door",
        "line=x,rule=door|'x' is not a whole number",
        "line=2000,rule=door|GPIO line 2000",
        "line=17,rule=door,safe=maybe|'maybe' is not allowed; allowed: off, on",
        "line=17,rule=door,line=18|is given twice",
        "line=17,rule=door,lamp|'lamp' is not KEY=VALUE",
      })
  void shouldSayWhatIsWrongWithAnOutput(String text, String said) {
    BadKeyException e = assertThrows(BadKeyException.class, () -> open(text));
    assertTrue(e.getMessage().contains(said), e.getMessage());
  }

  @Test
  void shouldRefuseOneLineForTwoOutputs() {
    BadKeyException e =
        assertThrows(
            BadKeyException.class, () -> open("line=17,rule=door", "line=17,rule=keyword"));
    assertTrue(e.getMessage().contains("line 17 is the line of another output"), e.getMessage());
  }
}
