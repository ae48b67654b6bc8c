package io.millrace.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InProcess.Outcome;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installation without the drivers runs what needs none, and says what is missing. */
class WithoutPi4jTest {
  @TempDir Path temp;

  private static Outcome millrace(Object... args) throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(p -> !p.contains("pi4j"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                "io.millrace.cli.Millrace"));
    Stream.of(args).map(Object::toString).forEach(command::add);
    Path err = Files.createTempFile("millrace", ".err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), out, Files.readString(err));
    } finally {
      process.destroyForcibly();
      Files.delete(err);
    }
  }

  private Path pipeline(String sensor) throws Exception {
    Files.write(temp.resolve("model.onnx"), TinyOnnx.convolution());
    Files.write(temp.resolve("in.bin"), new byte[18 * 3]);
    return Files.writeString(
        temp.resolve("p.yaml"),
        "node: n\nboard: rpi4b\nmodel: {file: model.onnx}\n"
            + "rules: [{name: high, classes: [0], on: 5}]\nsensor: "
            + sensor
            + "\n");
  }

  private static final String REPLAY =
      "{replay: in.bin, type: int8, shape: [1, 2, 3, 3], rate: 50 Hz, pace: fast}";

  @Test
  void shouldRunWhatNeedsNoChip() throws Exception {
    Outcome outcome = millrace("run", pipeline(REPLAY));

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("3 on the board"), outcome.out());
  }

  @Test
  void shouldSayThatDriversAreMissing() throws Exception {
    Path chip = pipeline("{bme280: {bus: i2c-1, address: 0x76, rate: 1 Hz}}");
    for (Outcome outcome :
        List.of(
            millrace("run", chip),
            millrace("sense", chip),
            millrace("sense", "gpio", "line=4", "rate=10Hz"),
            millrace("run", pipeline(REPLAY + "\noutputs: {kind: gpio, line: 17, rules: high}")))) {
      assertEquals(3, outcome.exit(), outcome.toString());
      assertTrue(outcome.err().contains("no drivers for chips and GPIO lines"), outcome.err());
      assertFalse(outcome.err().contains("\tat "), outcome.err());
    }
  }

  @Test
  void shouldStillListWhatTheKernelShows() throws Exception {
    Outcome outcome = millrace("sensors", "--root", temp);

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("nothing found"), outcome.out());
    assertTrue(outcome.out().contains("Chips and GPIO were not looked for"), outcome.out());
  }
}
