package io.millrace.sensors.pi4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import io.millrace.sensors.BinaryOutput;
import io.millrace.sensors.SampleBlock;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.pi4j.gpio.LineOutput;
import io.millrace.sensors.pi4j.settings.LevelSettings;
import io.millrace.sensors.pi4j.settings.OutputSettings;
import io.millrace.sensors.pi4j.simulated.SimulatedLine;
import io.millrace.sensors.pi4j.stream.ChipReturnedException;
import io.millrace.sensors.pi4j.stream.ChipSensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LevelAndOutputTest {
  private static LevelSettings button(long debounceMs, boolean activeLow) {
    return new LevelSettings("button", 27, 100, debounceMs, LevelSettings.Pull.UP, activeLow);
  }

  /** Levels of the next samples, and the edges in them together. */
  private static String read(ChipSensor sensor, int samples) throws Exception {
    SampleBlock block = Rig.block(sensor, samples);
    sensor.read(block);
    StringBuilder levels = new StringBuilder();
    int edges = 0;
    for (int i = 0; i < block.samples(); i++) {
      levels.append((int) block.values()[2 * i]);
      edges += (int) block.values()[2 * i + 1];
    }
    return levels + " " + edges;
  }

  @Test
  void shouldSampleALineAndTheInverseOfAnActiveLowOne() throws Exception {
    for (boolean activeLow : new boolean[] {false, true}) {
      try (Rig rig = new Rig()) {
        SimulatedLine line = rig.machine.line(27);
        line.drive(activeLow);
        try (ChipSensor sensor = rig.open(button(0, activeLow))) {
          assertEquals("000 0", read(sensor, 3));
          rig.mend(15, () -> line.drive(!activeLow));
          assertEquals("011 1", read(sensor, 3), "it is told once it is seen");
          rig.mend(15, () -> line.drive(activeLow));
          assertEquals("100 0", read(sensor, 3), "going off is no edge that counts");
        }
      }
    }
  }

  @Test
  void shouldTakeABouncingContactForOnePress() throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedLine line = rig.machine.line(27);
      try (ChipSensor sensor = rig.open(button(30, false))) {
        assertEquals("00 0", read(sensor, 2));
        for (int i = 0; i < 9; i++) {
          line.drive(i % 2 == 0); // ends high
          rig.clock.advance(Rig.MS / 4);
        }
        assertEquals("00011111 1", read(sensor, 8));
      }
    }
  }

  @Test
  void shouldCountWhatIsShorterThanAPeriod() throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedLine line = rig.machine.line(27);
      try (ChipSensor sensor = rig.open(button(0, false))) {
        assertEquals("0 0", read(sensor, 1));
        for (int i = 0; i < 3; i++) {
          line.drive(true);
          rig.clock.advance(Rig.MS);
          line.drive(false);
          rig.clock.advance(Rig.MS);
        }
        assertEquals("0 3", read(sensor, 1));
        assertEquals("0 0", read(sensor, 1));
      }
    }
  }

  @Test
  void shouldOutlastALineThatCannotBeRead() throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedLine line = rig.machine.line(27);
      try (ChipSensor sensor = rig.open(button(0, false))) {
        read(sensor, 5);
        line.broken(true);
        rig.mend(500, () -> line.broken(false));
        read(sensor, 5);
        assertEquals(1, sensor.outages());
        assertEquals(ChipReturnedException.class, rig.problems.getLast().getClass());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void shouldTakeTheSafeStateAtTheBeginningAndTheEnd(boolean activeLow, boolean safeOn)
      throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedLine line = rig.machine.line(5);
      line.drive(safeOn == activeLow); // the wrong way
      BinaryOutput output = rig.board.output(new OutputSettings("lamp", 5, activeLow, safeOn));
      boolean safeLevel = safeOn != activeLow;
      assertEquals(safeLevel, line.isHigh());
      assertEquals(safeOn, output.isOn());
      output.set(!safeOn);
      assertEquals(!safeLevel, line.isHigh());
      assertEquals(!safeOn, output.isOn());
      output.close();
      output.close();
      assertEquals(safeLevel, line.isHigh());
      assertThrows(IOException.class, () -> output.set(true));
      BinaryOutput again = rig.board.output(new OutputSettings("lamp", 5, activeLow, safeOn));
      again.set(!safeOn);
      rig.board.close();
      assertEquals(safeLevel, line.isHigh(), "the board takes its outputs along");
    }
  }

  @Test
  void shouldTryTheSafeStateWhenSwitchingFails() throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedLine line = rig.machine.line(5);
      BinaryOutput output = rig.board.output(new OutputSettings("siren", 5, false, false));
      output.set(true);
      line.broken(true);
      IOException e = assertThrows(IOException.class, () -> output.set(true));
      assertTrue(e.getMessage().contains("siren gpio 5"), e.getMessage());
      assertEquals(1, e.getSuppressed().length, "the safe state failed as well");
      assertFalse(output.isOn());
      assertTrue(line.isHigh());
      line.broken(false);
      output.close();
      assertFalse(line.isHigh());
    }
  }

  @Test
  void shouldReportAnOutputThatCannotBeMadeSafe() throws Exception {
    try (Rig rig = new Rig()) {
      SimulatedLine line = rig.machine.line(5);
      rig.board.output(new OutputSettings("siren", 5, false, false)).set(true);
      line.broken(true);
      rig.board.close();
      assertEquals(1, rig.problems.size());
      assertTrue(rig.problems.get(0).getMessage().contains("safe state"), rig.problems::toString);
    }
  }

  /** What a process that ends switches late must not undo the safe state. */
  @Test
  void shouldStayInTheSafeStateOnceItIsHeld() throws Exception {
    try (Rig rig = new Rig()) {
      LineOutput output = (LineOutput) rig.board.output(new OutputSettings("lamp", 5, true, false));
      output.set(true);
      output.hold();
      assertTrue(rig.machine.line(5).isHigh());
      output.set(true);
      assertTrue(rig.machine.line(5).isHigh());
      assertFalse(output.isOn());
      output.close();
      assertTrue(rig.machine.line(5).isHigh());
    }
  }

  /** Pi4J frees the lines of all contexts when one of them is shut down. */
  @Test
  void shouldKeepTheMachinesLinesUntilItsLastBoardIsClosed() {
    List<Context> made = new ArrayList<>();
    Supplier<Context> contexts =
        () -> {
          made.add(Pi4J.newContextBuilder().noAutoDetect().disableShutdownHook().build());
          return made.getLast();
        };
    Lines first = Lines.ofMachine(contexts);
    Lines second = Lines.ofMachine(contexts);
    assertSame(first, second);
    first.close();
    assertFalse(made.getFirst().isShutdown());
    second.close();
    assertTrue(made.getFirst().isShutdown());
    Lines.ofMachine(contexts).close();
    assertEquals(2, made.size(), "new ones after the last");
    assertTrue(made.getLast().isShutdown());
  }

  @Test
  void shouldCloseABoardOnce() {
    Board one = Board.open(Clock.system(), e -> {});
    Board other = Board.open(Clock.system(), e -> {});
    one.close();
    one.close();
    Lines shared = Lines.ofMachine(() -> fail("the other board has lines"));
    shared.close();
    other.close();
  }

  @Test
  void shouldNotOpenALineTwice() throws Exception {
    try (Rig rig = new Rig()) {
      rig.board.output(new OutputSettings("lamp", 5, false, false));
      IOException e =
          assertThrows(
              IOException.class,
              () -> rig.board.output(new OutputSettings("siren", 5, false, false)));
      assertTrue(e.getMessage().contains("siren gpio 5 cannot be opened"), e.getMessage());
    }
  }
}
