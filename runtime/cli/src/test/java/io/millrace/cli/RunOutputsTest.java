package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InProcess.Outcome;
import io.millrace.sensors.clock.Clock;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.pi4j.simulated.SimulatedBoard;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outputs of a pipeline file: from a window to a line. */
class RunOutputsTest {
  private static final int WINDOW = 18;

  @TempDir Path temp;
  private final SimulatedBoard machine = new SimulatedBoard(new VirtualClock(0, 0));

  private Path pipeline(String pace, String outputs) throws IOException {
    Files.write(temp.resolve("model.onnx"), TinyOnnx.convolution());
    byte[] windows = new byte[WINDOW * 7];
    windows[WINDOW * 2] = 10; // the first output is 20 in the third and the sixth window
    windows[WINDOW * 5] = 10;
    Files.write(temp.resolve("in.bin"), windows);
    return Files.writeString(
        temp.resolve("pipeline.yaml"),
        """
        node: test-node
        board: rpi4b
        sensor: {replay: in.bin, type: int8, shape: [1, 2, 3, 3], rate: 50 Hz, %s}
        model: {file: model.onnx}
        rules: [{name: high, classes: [0], on: 5}]
        outputs: %s
        """
            .formatted(pace, outputs));
  }

  private Outcome run(String outputs) throws IOException {
    return run(pipeline("pace: fast", outputs));
  }

  private Outcome run(Path pipeline) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    RunCommand command = new RunCommand((_, problems) -> machine.board(problems));
    int exit =
        Millrace.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Map.of("run", command),
            "run",
            pipeline.toString());
    return new Outcome(exit, out.toString(), err.toString());
  }

  @Test
  void shouldSwitchALineOnAndOffWithItsRule() throws IOException {
    Outcome outcome =
        run(
            "[{kind: gpio, line: 17, rules: high},"
                + " {kind: gpio, line: 18, rules: high, name: fan, safe: on}]");

    assertEquals(0, outcome.exit(), outcome.err());
    assertEquals(4, machine.line(17).changes());
    assertFalse(machine.line(17).isHigh());
    // on when it is opened, off with the first answer, on and off twice, on at the end
    assertEquals(7, machine.line(18).changes());
    assertTrue(machine.line(18).isHigh());
  }

  @Test
  void shouldDriveAnActiveLowLineHighWhenItIsOff() throws IOException {
    Outcome outcome = run("{kind: gpio, line: 4, rules: high, active: low}");

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(machine.line(4).isHigh());
    assertEquals(5, machine.line(4).changes());
  }

  @Test
  void shouldDoTheSameAfterARestart() throws IOException {
    run("{kind: gpio, line: 17, rules: high}");
    Outcome outcome = run("{kind: gpio, line: 17, rules: high}");

    assertEquals(0, outcome.exit(), outcome.err());
    assertEquals(8, machine.line(17).changes());
    assertFalse(machine.line(17).isHigh());
  }

  @Test
  void shouldGoOnAnsweringWhenALineBreaksAndCountIt() throws IOException {
    SimulatedBoard breaking = machine;
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    RunCommand command =
        new RunCommand((_, problems) -> {
          var board = breaking.board(problems);
          breaking.line(17).breakAfter(2); // opened, then one change
          return board;
        });
    int exit =
        Millrace.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Map.of("run", command),
            "run",
            pipeline("pace: fast", "{kind: gpio, line: 17, rules: high}").toString());

    assertEquals(0, exit, err.toString());
    assertTrue(out.toString().contains("7 on the board"), out.toString());
    assertFalse(out.toString().contains(", 0 errors"), out.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{kind: gpio, line: 17, rules: hi}|6:40: outputs.rules: no rule is called 'hi'",
        "{kind: gpio, line: 2000, rules: high}|6:29: outputs.line: '2000' is not a whole number within 0 to 1023",
        "{kind: relay, line: 1, rules: high}|6:17: outputs.kind: 'relay' is not allowed; allowed: gpio",
        "{kind: gpio, line: 1, rules: high, active: up}|outputs.active: 'up' is not allowed; allowed: high, low",
        "[{kind: gpio, line: 1, rules: high}, {kind: gpio, line: 1, rules: high}]|outputs[1]: gpio 1 is switched by another output already",
      })
  void shouldRefuseBeforeALineIsTouched(String outputs, String said) throws IOException {
    InProcess.assertError(3, said, run(outputs));
    assertEquals(0, machine.line(1).changes() + machine.line(17).changes());
  }

  @Test
  void shouldRefuseALineThatTheSensorReads() throws IOException {
    Path file = pipeline("pace: fast", "{kind: gpio, line: 17, rules: high}");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceFirst("sensor: .*", "sensor: {gpio: {line: 17, rate: 10 Hz}}")
            .replaceFirst("model:", "window: {length: 9 samples}\nmodel:"));

    InProcess.assertError(3, "outputs: gpio 17 is read by the sensor", run(file));
  }

  /** {@code run} as a process of its own, on a simulated machine whose line 17 it prints. */
  static final class OnSimulatedBoard {
    private OnSimulatedBoard() {}

    public static void main(String[] args) {
      SimulatedBoard machine = new SimulatedBoard(Clock.system());
      machine.line(17).tell(high -> System.out.println("line 17 " + (high ? "high" : "low")));
      RunCommand command = new RunCommand((_, problems) -> machine.board(problems));
      Millrace.main(Map.of("run", command), args);
    }
  }

  @Test
  void shouldTakeTheSafeStateOnSigterm() throws Exception {
    Path file =
        pipeline("loop: true", "{kind: gpio, line: 17, rules: high, active: low, safe: off}");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OnSimulatedBoard.class.getName(),
                "run",
                file.toString())
            .redirectErrorStream(true)
            .start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      String line;
      do {
        line = out.readLine();
        printed.add(line);
      } while (line != null && !line.equals("line 17 low")); // it is on
      // the handle: destroying the process itself closes its streams
      process.toHandle().destroy();
      printed.addAll(out.readAllLines());

      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, process.exitValue(), printed.toString());
      assertEquals(
          "line 17 high",
          printed.stream().filter(l -> l.startsWith("line 17")).toList().getLast(),
          printed.toString());
      assertTrue(printed.stream().anyMatch(l -> l.contains("on the board")), printed.toString());
      assertTrue(printed.stream().anyMatch(l -> l.contains(", 0 errors")), printed.toString());
    } finally {
      process.destroyForcibly();
    }
  }
}
