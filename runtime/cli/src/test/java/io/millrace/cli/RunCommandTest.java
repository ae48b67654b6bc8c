package io.millrace.cli;

import static io.millrace.cli.InProcess.assertError;
import static io.millrace.cli.InProcess.millrace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InProcess.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} on a replayed tensor file. */
class RunCommandTest {
  private static final String REPLAY =
      """
      node: test-node
      board: rpi4b
      sensor:
        replay: in.bin
        type: int8
        shape: [1, 2, 3, 3]
        rate: 50 Hz
      """;

  @TempDir Path temp;
  private Path pipeline;

  @BeforeEach
  void writeInput() throws IOException {
    Files.write(temp.resolve("model.onnx"), TinyOnnx.convolution());
    Files.write(temp.resolve("in.bin"), new byte[18 * 7]);
    pipeline = temp.resolve("pipeline.yaml");
  }

  @Test
  void shouldRunAModelFileUntilTheStreamEnds() throws IOException {
    Files.writeString(pipeline, REPLAY + "  pace: fast\nmodel:\n  file: model.onnx\n");

    Outcome outcome = millrace("run", pipeline);

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("7 on the board, 0 by the cloud"), outcome.out());
  }

  @Test
  void shouldRunACompiledFile() throws IOException {
    millrace(
        "compile",
        temp.resolve("model.onnx"),
        "-o",
        temp.resolve("model.mill"),
        "--device",
        "rpi4b");
    Files.writeString(pipeline, REPLAY + "  pace: fast\nmodel:\n  file: model.mill\n");

    Outcome outcome = millrace("run", pipeline);

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("7 on the board"), outcome.out());
  }

  @Test
  void shouldNameTheLineOfAMistake() throws IOException {
    Files.writeString(pipeline, REPLAY + "modell:\n  file: model.onnx\n");

    assertError(3, "pipeline.yaml:8", millrace("run", pipeline));
  }

  @Test
  void shouldNameFilesThatAreMissing() throws IOException {
    assertError(3, "pipeline.yaml: no such file", millrace("run", pipeline));
    Files.writeString(pipeline, REPLAY + "model:\n  file: none.mill\n");
    assertError(3, "none.mill: no such file", millrace("run", pipeline));
    Files.writeString(pipeline, REPLAY + "model:\n  file: model.onnx\n");
    Files.delete(temp.resolve("in.bin"));
    assertError(3, "in.bin: no such file", millrace("run", pipeline));
  }

  @Test
  void shouldRunOnAFolderOfPictures() throws IOException {
    Path pictures = Files.createDirectory(temp.resolve("pictures"));
    for (int i = 0; i < 3; i++) {
      Files.writeString(pictures.resolve(i + ".pgm"), "P5\n6 3\n255\nabcdefghijklmnopqr");
    }
    Files.writeString(
        pipeline,
        """
        node: n
        board: rpi4b
        sensor:
          replay: pictures
          format: pictures
          rate: 1 Hz
          pictures: {size: [6, 3], colours: gray}
          pace: fast
        model: {file: model.onnx}
        """);

    Outcome outcome = millrace("run", pipeline);

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("3 on the board"), outcome.out());
    Files.writeString(pictures.resolve("4.pgm"), "P9");
    outcome = millrace("run", pipeline);
    assertEquals(5, outcome.exit(), outcome.err());
    assertTrue(outcome.out().contains("3 on the board"), outcome.out());
    assertTrue(outcome.out().contains("4.pgm: is neither PNG nor JPEG"), outcome.out());
  }

  /** The runtime of a package is linked without java.desktop, where the reader of JPEG is. */
  @Test
  void shouldSayWhatToDoAboutJpegInASmallRuntime() throws Exception {
    Path pictures = Files.createDirectory(temp.resolve("pictures"));
    Files.write(pictures.resolve("1.jpg"), new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF});
    Files.writeString(
        pipeline,
        """
        node: n
        board: rpi4b
        sensor:
          {replay: pictures, format: pictures, rate: 1 Hz, pictures: {size: [3, 3], colours: gray}}
        model: {file: model.onnx}
        """);
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--limit-modules",
                "java.base,java.logging,java.management,java.naming,java.net.http,jdk.management,"
                    + "jdk.unsupported",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.cli.Millrace",
                "run",
                pipeline.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader()) {
      String printed = String.join("\n", out.readAllLines());
      assertEquals(3, process.waitFor(), printed);
      assertTrue(printed.contains("1.jpg: cannot be read: JPEG is read only where"), printed);
      assertTrue(printed.contains("run millrace with a whole JDK"), printed);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldEndWithASummaryOnSigterm() throws Exception {
    Files.writeString(pipeline, REPLAY + "  loop: true\nmodel:\n  file: model.onnx\n");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.cli.Millrace",
                "run",
                pipeline.toString())
            .start();
    try (BufferedReader err = process.errorReader();
        BufferedReader out = process.inputReader()) {
      String line;
      do {
        line = err.readLine();
      } while (line != null && !line.contains("test-node runs"));
      // the handle: destroying the process itself closes its streams
      process.toHandle().destroy();

      assertTrue(process.waitFor(30, TimeUnit.SECONDS));
      String printed = String.join("\n", out.readAllLines());
      assertEquals(0, process.exitValue(), printed);
      assertTrue(printed.contains("on the board"), printed);
    } finally {
      process.destroyForcibly();
    }
  }
}
