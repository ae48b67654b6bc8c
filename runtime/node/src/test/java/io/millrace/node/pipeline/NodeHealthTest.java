package io.millrace.node.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.LocalCost;
import io.millrace.node.admission.Plan;
import io.millrace.node.alert.Alert;
import io.millrace.node.budget.BudgetSettings;
import io.millrace.node.budget.Instruments;
import io.millrace.node.budget.Ledger;
import io.millrace.node.budget.RadioPrice;
import io.millrace.node.budget.Readings;
import io.millrace.sensors.clock.VirtualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
  private static final long S = 1_000_000_000L;

  /** Says what it is told to. */
  private static final class Board implements Instruments {
    double milliW = 2000;
    boolean underVoltage;
    boolean broken;

    @Override
    public boolean measurePower() {
      return true;
    }

    @Override
    public void read(Readings into) throws IOException {
      if (broken) {
        throw new IOException("the meter is gone");
      }
      into.milliW(milliW);
      into.underVoltage(underVoltage);
    }

    @Override
    public void close() {}
  }

  private final Board board = new Board();
  private final VirtualClock clock = new VirtualClock(0, 1_700_000_000_000L);
  private final List<Alert> alerts = new ArrayList<>();
  private final List<Exception> errors = new ArrayList<>();

  private NodeHealth health() throws IOException {
    Ledger ledger = new Ledger(BudgetSettings.UNLIMITED, 2000, 0, 1, clock, Optional.empty());
    AdmissionController admission =
        new AdmissionController(
            AdmissionSettings.UNLIMITED,
            List.of(Plan.board("board", new LocalCost(1, 1), 900)),
            new RadioPrice(0, 0, 0),
            ledger);
    return new NodeHealth("n", clock, board, admission, () -> 7, alerts::add, errors::add);
  }

  private void seconds(NodeHealth health, int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.advance(S);
      health.look(clock.nanoTime());
    }
  }

  @Test
  void shouldLookOnceASecond() throws Exception {
    NodeHealth health = health();
    assertTrue(health.look(0));
    assertFalse(health.look(S - 1));
    assertTrue(health.look(S));
  }

  @Test
  void shouldRaiseAndClearWhenMeasuredPowerPartsFromTheModel() throws Exception {
    NodeHealth health = health();
    seconds(health, 130);
    assertEquals(List.of(), alerts);
    board.milliW = 2700;
    seconds(health, 130);
    board.milliW = 2000;
    seconds(health, 130);
    assertEquals(
        List.of("power-model RAISED", "power-model CLEARED"),
        alerts.stream().map(a -> a.rule() + " " + a.state()).toList());
    assertEquals(7, alerts.getFirst().windowIndex());
    assertTrue(alerts.getFirst().score() > 1.25);
  }

  @Test
  void shouldTellOfUnderVoltageOnceEachTime() throws Exception {
    NodeHealth health = health();
    board.underVoltage = true;
    seconds(health, 5);
    board.underVoltage = false;
    seconds(health, 5);
    assertEquals(
        List.of("under-voltage RAISED", "under-voltage CLEARED"),
        alerts.stream().map(a -> a.rule() + " " + a.state()).toList());
  }

  @Test
  void shouldReportAnInstrumentThatFailsOnceUntilItWorksAgain() throws Exception {
    NodeHealth health = health();
    board.broken = true;
    seconds(health, 5);
    assertEquals(1, errors.size());
    board.broken = false;
    seconds(health, 1);
    board.broken = true;
    seconds(health, 1);
    assertEquals(2, errors.size());
  }
}
