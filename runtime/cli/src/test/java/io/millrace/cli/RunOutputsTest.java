package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.millrace.cli.InProcess.Outcome;
import io.millrace.sensors.clock.VirtualClock;
import io.millrace.sensors.pi4j.simulated.SimulatedBoard;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run --output}: from a window to a line. */
class RunOutputsTest {
  private static final int WINDOW = 18;

  @TempDir Path temp;
  private final SimulatedBoard machine = new SimulatedBoard(new VirtualClock(0, 0));

  private Outcome run(String... options) throws IOException {
    Files.write(temp.resolve("model.onnx"), TinyOnnx.convolution());
    byte[] windows = new byte[WINDOW * 7];
    windows[WINDOW * 2] = 10; // the first output is 20 in the third and the sixth window
    windows[WINDOW * 5] = 10;
    Files.write(temp.resolve("in.bin"), windows);
    Path pipeline =
        Files.writeString(
            temp.resolve("pipeline.yaml"),
            """
            node: test-node
            board: rpi4b
            sensor: {replay: in.bin, type: int8, shape: [1, 2, 3, 3], rate: 50 Hz, pace: fast}
            model: {file: model.onnx}
            rules: [{name: high, classes: [0], on: 5}]
            """);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    RunCommand command = new RunCommand((_, problems) -> machine.board(problems));
    int exit =
        Millrace.execute(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            Map.of("run", command),
            Stream.concat(Stream.of("run", pipeline.toString()), Stream.of(options))
                .toArray(String[]::new));
    return new Outcome(exit, out.toString(), err.toString());
  }

  @Test
  void shouldSwitchALineOnAndOffWithItsRule() throws IOException {
    Outcome outcome = run("--output", "line=17,rule=high", "--output", "line=18,rule=high,safe=on");

    assertEquals(0, outcome.exit(), outcome.err());
    assertEquals(4, machine.line(17).changes());
    assertFalse(machine.line(17).isHigh());
    // on when it is opened, off with the first answer, on and off twice, on at the end
    assertEquals(7, machine.line(18).changes());
  }

  @Test
  void shouldRefuseAnOutputOfARuleThatIsNotThere() throws IOException {
    InProcess.assertError(
        2, "--output: rule: the pipeline has no rule 'hi'", run("--output", "line=17,rule=hi"));
  }
}
