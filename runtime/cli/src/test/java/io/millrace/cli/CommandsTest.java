package io.millrace.cli;

import static io.millrace.cli.InProcess.assertError;
import static io.millrace.cli.InProcess.millrace;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InProcess.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** The commands in this process, on models of one operator. */
class CommandsTest {
  @TempDir Path temp;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.write(temp.resolve("model.onnx"), TinyOnnx.convolution());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /** Samples of two planes of nine values each, as the model file has them. */
  private static byte[] samples(int count) {
    byte[] bytes = new byte[count * 18];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37);
    }
    return bytes;
  }

  /** {@code 2 a - b} of the two planes of each sample. */
  private static byte[] answers(byte[] samples) {
    byte[] answers = new byte[samples.length / 2];
    for (int i = 0; i < answers.length; i++) {
      int first = i / 9 * 18 + i % 9;
      answers[i] = (byte) Math.clamp(2 * samples[first] - samples[first + 9], -128, 127);
    }
    return answers;
  }

  @Test
  void shouldCalibrateAndCompileForWhatWasMeasured() throws Exception {
    Path profile = temp.resolve("own.profile");
    Outcome calibrated = millrace("calibrate", "-o", profile, "--seconds", "0.01");
    assertEquals(0, calibrated.exit(), calibrated.err());
    assertTrue(calibrated.out().contains("compute.int8-macs-per-second"), calibrated.out());
    assertTrue(calibrated.err().contains("measuring depthwise kernels"), calibrated.err());

    Outcome listed = millrace("devices", profile);
    assertEquals(0, listed.exit(), listed.err());
    assertTrue(listed.out().startsWith("own: "), listed.out());
    assertTrue(listed.out().contains("measured on this board"), listed.out());

    Files.writeString(profile, Files.readString(profile).replace("cores |", "kores |"));
    assertError(2, "unknown key \"kores\"", millrace("devices", profile));
    assertError(2, "no device profile \"rpi9\"; there are", millrace("devices", "rpi9"));
    assertError(2, "no such file", millrace("devices", temp.resolve("none.profile")));
    assertError(2, "must end in .profile", millrace("calibrate", "-o", temp.resolve("x")));
    assertError(2, "--seconds", millrace("calibrate", "-o", profile, "--seconds", "0"));
  }

  @Test
  void shouldAnswerEverySampleOfAModelFile() throws IOException {
    Path in = Files.write(temp.resolve("in.bin"), samples(5));

    Outcome outcome = millrace("infer", model, "--input", in, "--output", temp.resolve("out.bin"));

    assertEquals(0, outcome.exit(), outcome.err());
    assertArrayEquals(answers(samples(5)), Files.readAllBytes(temp.resolve("out.bin")));
    assertTrue(outcome.out().contains("5 samples, 45 bytes"), outcome.out());
  }

  @Test
  void shouldAnswerTheSameFromACompiledFile() throws IOException {
    Path in = Files.write(temp.resolve("in.bin"), samples(3));
    Path mill = temp.resolve("model.mill");

    Outcome compiled = millrace("compile", model, "-o", mill, "--device", "rpi4b");
    Outcome outcome = millrace("infer", mill, "--input", in, "--output", temp.resolve("out.bin"));

    assertEquals(0, compiled.exit(), compiled.err());
    assertEquals(0, outcome.exit(), outcome.err());
    assertArrayEquals(answers(samples(3)), Files.readAllBytes(temp.resolve("out.bin")));
  }

  @Test
  void shouldTakeSeveralInputsInOrder() throws IOException {
    Files.write(model, TinyOnnx.concatenation());
    ByteBuffer in = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 10; i++) {
      in.putFloat(i + 0.5f);
    }
    Files.write(temp.resolve("in.bin"), in.array());

    Outcome outcome =
        millrace(
            "infer", model, "--input", temp.resolve("in.bin"), "--output", temp.resolve("out.bin"));

    assertEquals(0, outcome.exit(), outcome.err());
    assertArrayEquals(in.array(), Files.readAllBytes(temp.resolve("out.bin")));
  }

  @Test
  void shouldRefuseInputThatEndsWithinASample() throws IOException {
    Path in = Files.write(temp.resolve("in.bin"), new byte[19]);
    Path old = Files.writeString(temp.resolve("out.bin"), "old");

    assertError(
        3,
        "in.bin has 19 bytes; a sample takes 18 bytes (x INT8",
        millrace("infer", model, "--input", in, "--output", old));
    Files.write(in, new byte[0]);
    assertError(3, "has 0 bytes", millrace("infer", model, "--input", in, "--output", old));
    assertEquals("old", Files.readString(old));
    assertEquals(List.of("in.bin", "model.onnx", "out.bin"), files());
  }

  @Test
  void shouldSayWhatACompiledNetworkTakes() {
    Path mill = temp.resolve("model.mill");

    Outcome outcome = millrace("compile", model, "-o", mill, "--device", "rpi-zero2w");

    assertEquals(0, outcome.exit(), outcome.err());
    for (String part :
        List.of(
            "model.onnx for rpi-zero2w",
            "arena",
            "lower bound",
            "gap",
            "constants",
            "time",
            "energy")) {
      assertTrue(outcome.out().contains(part), outcome.out());
    }
    assertTrue(outcome.out().contains("predicted, modelled"), outcome.out());
  }

  @Test
  void shouldCompileToTheSameBytesEachTime() throws IOException {
    for (String name : List.of("a.mill", "b.mill")) {
      millrace("compile", model, "-o", temp.resolve(name), "--device", "rpi5");
    }

    assertEquals(-1, Files.mismatch(temp.resolve("a.mill"), temp.resolve("b.mill")));
  }

  @Test
  void shouldRefuseWhatDoesNotFitAndLeaveNoFile() throws IOException {
    Path mill = temp.resolve("model.mill");

    Outcome memory = millrace("compile", model, "-o", mill, "--device", "rpi4b", "--memory", "16");
    Outcome all =
        millrace(
            "compile", model, "-o", mill, "--device", "rpi4b", "--memory", "16", "--power", "0.1");

    assertError(4, "memory: needs", memory);
    assertTrue(memory.err().contains("allowed 16 bytes"), memory.err());
    assertError(4, "in 2 ways", all);
    assertEquals(List.of("model.onnx"), files());
  }

  @Test
  void shouldRefuseBadFilesByName() throws IOException {
    Path cut =
        Files.write(
            temp.resolve("cut.onnx"), java.util.Arrays.copyOf(Files.readAllBytes(model), 90));
    Path noise = Files.writeString(temp.resolve("noise.mill"), "no program");
    Path strange = Files.write(temp.resolve("strange.onnx"), TinyOnnx.unsupported());

    assertError(3, "", millrace("inspect", cut));
    assertError(3, "", millrace("inspect", noise));
    assertError(3, "no such file", millrace("bench", temp.resolve("none.onnx")));
    assertError(3, "is a folder", millrace("inspect", temp));
    Outcome unsupported = millrace("inspect", strange);
    assertError(3, "Frobnicate", unsupported);
    assertTrue(unsupported.err().contains("Unfrobnicate"), unsupported.err());
  }

  @Test
  void shouldShowWhereAnErrorCameFromOnlyWhenAsked() throws IOException {
    Path noise = Files.writeString(temp.resolve("noise.mill"), "no program");

    Outcome outcome = millrace("inspect", noise, "--verbose");

    assertEquals(3, outcome.exit());
    assertTrue(outcome.err().contains("\tat "), outcome.err());
  }

  @Test
  void shouldRefuseACommandLineThatIsWrong() {
    Path mill = temp.resolve("model.mill");

    assertError(2, "no command", millrace());
    assertError(2, "frobnicate", millrace("frobnicate"));
    assertError(2, "--device", millrace("compile", model, "-o", mill));
    assertError(2, "rpi4b", millrace("compile", model, "-o", mill, "--device", "toaster"));
    assertError(
        2, "64K", millrace("compile", model, "-o", mill, "--device", "rpi5", "--memory", "much"));
    assertError(
        2, "-3", millrace("compile", model, "-o", mill, "--device", "rpi5", "--deadline=-3"));
    assertError(2, "at least 1", millrace("bench", model, "--runs", "0"));
  }

  @Test
  void shouldInspectAsTextAndAsAPage() throws IOException {
    Path page = temp.resolve("page.html");

    Outcome text = millrace("inspect", model, "--device", "rpi3b+");
    Outcome html = millrace("inspect", model, "--html", page);

    assertEquals(0, text.exit(), text.err());
    for (String part : List.of("Operators", "Schedule", "lane 0 |", "Memory map", "Conv2D")) {
      assertTrue(text.out().contains(part), text.out());
    }
    assertEquals(0, html.exit(), html.err());
    assertTrue(Files.readString(page).contains("<svg class=\"schedule\""));
  }

  @Test
  void shouldMeasureAndReportAsJson() throws IOException {
    Outcome outcome = millrace("bench", model, "--runs", "5000", "--warmup", "200", "--json");

    assertEquals(0, outcome.exit(), outcome.err());
    var fields = JSON.std.mapFrom(outcome.out());
    assertEquals(5000, fields.get("runs"));
    double min = ((Number) fields.get("min_us")).doubleValue();
    double p50 = ((Number) fields.get("p50_us")).doubleValue();
    double max = ((Number) fields.get("max_us")).doubleValue();
    assertTrue(0 < min && min <= p50 && p50 <= max, outcome.out());
    // the JVM may allocate once when it compiles; the smallest object in every run would be 8 or
    // more
    double allocated = ((Number) fields.get("allocated_bytes_per_run")).doubleValue();
    assertTrue(allocated < 1, outcome.out());
  }

  @Test
  void shouldCompileForNoMoreLanesThanThreads() throws IOException {
    Outcome outcome =
        millrace(
            "bench",
            model,
            "--device",
            "rpi4b",
            "--threads",
            "1",
            "--runs",
            "1",
            "--warmup",
            "0",
            "--json");

    assertEquals(0, outcome.exit(), outcome.err());
    assertEquals(1, JSON.std.mapFrom(outcome.out()).get("lanes"));
  }

  @Test
  void shouldCompileForTheLanesThatAreAskedFor() throws IOException {
    Path mill = temp.resolve("model.mill");
    Path in = Files.write(temp.resolve("in.bin"), samples(3));

    Outcome compiled = millrace("compile", model, "-o", mill, "--device", "rpi4b", "--lanes", "2");
    Outcome inspected = millrace("inspect", mill);
    Outcome answered =
        millrace(
            "infer", mill, "--input", in, "--output", temp.resolve("out.bin"), "--no-self-test");

    assertEquals(0, compiled.exit(), compiled.err());
    assertTrue(inspected.out().contains("lane 1 |"), inspected.out());
    assertEquals(0, answered.exit(), answered.err());
    assertArrayEquals(answers(samples(3)), Files.readAllBytes(temp.resolve("out.bin")));
    assertError(
        2,
        "--lanes 5: rpi4b has 4 cores, write 1 to 4",
        millrace("compile", model, "-o", mill, "--device", "rpi4b", "--lanes", "5"));
    assertError(2, "--threads 65", millrace("bench", model, "--device", "rpi5", "--threads", "65"));
  }

  @Test
  void shouldListBoardsWithTheOriginOfTheirFigures() {
    Outcome one = millrace("devices", "rpi4b");
    Outcome all = millrace("devices");

    assertTrue(one.out().contains("power.idle-milliw"), one.out());
    assertTrue(one.out().contains("step, 600 MHz"), one.out());
    assertTrue(one.out().contains("measured on this model of board"), one.out());
    for (String id : List.of("rpi-zero2w:", "rpi3b+:", "rpi4b:", "rpi5:", "host:")) {
      assertTrue(all.out().contains(id), all.out());
    }
  }

  @Test
  void shouldTellItsVersion() {
    Outcome outcome = millrace("--version");

    assertEquals(0, outcome.exit());
    assertTrue(outcome.out().matches("(?s)millrace \\d+\\.\\d+\\.\\d+.*"), outcome.out());
  }
}
