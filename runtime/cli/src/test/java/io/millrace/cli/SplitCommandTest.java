package io.millrace.cli;

import static io.millrace.cli.InProcess.assertError;
import static io.millrace.cli.InProcess.millrace;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.InProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitCommandTest {
  @TempDir Path temp;
  private Path model;
  private Path front;
  private Path tail;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.write(temp.resolve("chain.onnx"), TinyOnnx.chain());
    front = temp.resolve("front.mill");
    tail = temp.resolve("tail.onnx");
  }

  private Outcome cut(Path from, String at) {
    return millrace("split", from, "--device", "rpi4b", "--at", at, "-o", front, "--tail", tail);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private byte[] answer(Path network, Path input) throws IOException {
    Path output = temp.resolve("answer.bin");
    Outcome outcome = millrace("infer", network, "--input", input, "--output", output);
    assertEquals(0, outcome.exit(), outcome.err());
    return Files.readAllBytes(output);
  }

  @Test
  void shouldListTheCutPoints() {
    Outcome outcome = millrace("split", model, "--device", "rpi4b");

    assertEquals(0, outcome.exit(), outcome.err());
    assertTrue(outcome.out().startsWith("chain.onnx for rpi4b: 1 cut point\n"), outcome.out());
    for (String part :
        List.of(
            "1     18  INT8 [1, 2, 3, 3]         36          18",
            "(the input: all in the cloud)",
            "(nothing: all on the board)",
            "predicted, modelled")) {
      assertTrue(outcome.out().contains(part), outcome.out());
    }
  }

  @Test
  void shouldWriteHalvesThatAnswerAsTheWhole() throws IOException {
    byte[] sample = new byte[3 * 18];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = (byte) (i * 37);
    }
    Path in = Files.write(temp.resolve("in.bin"), sample);

    for (String point : List.of("1", "a")) {
      Outcome outcome = cut(model, point);
      assertEquals(0, outcome.exit(), outcome.err());
      assertTrue(outcome.out().contains("front of chain.onnx for rpi4b"), outcome.out());
      assertTrue(outcome.out().contains("takes a INT8 [1, 2, 3, 3]"), outcome.out());
      Path sent = Files.write(temp.resolve("sent.bin"), answer(front, in));
      assertEquals(3 * 18, Files.size(sent));
      assertArrayEquals(answer(model, in), answer(tail, sent));
    }
  }

  @Test
  void shouldWriteBothFilesOrNone() throws IOException {
    Path old = Files.writeString(front, "old");

    Outcome outcome =
        millrace("split", model, "--at", "1", "-o", front, "--tail", temp.resolve("no/tail.onnx"));

    assertError(5, "no such folder", outcome);
    assertEquals("old", Files.readString(old));
    assertEquals(List.of("chain.onnx", "front.mill"), files());
  }

  @Test
  void shouldRefusePointsThatThereAreNot() throws IOException {
    for (String point : List.of("2", "0", "-1", "b", "x", "y", "")) {
      assertError(2, "no such cut point; write 1 to 1, or a name", cut(model, point));
    }
    assertEquals(List.of("chain.onnx"), files());
  }

  @Test
  void shouldRefuseACommandLineThatIsWrong() throws IOException {
    String together = "--at POINT, -o F.mill and --tail F belong together";
    assertError(2, together, millrace("split", model, "--at", "1"));
    assertError(2, together, millrace("split", model, "--at", "1", "-o", front));
    assertError(2, together, millrace("split", model, "--tail", tail));
    assertError(2, "MODEL", millrace("split"));
    assertError(
        2, "is named twice", millrace("split", model, "--at", "1", "-o", front, "--tail", model));
    assertError(
        2, "is named twice", millrace("split", model, "--at", "1", "-o", tail, "--tail", tail));
    assertError(
        2,
        "name it .onnx",
        millrace("split", model, "--at", "1", "-o", front, "--tail", temp.resolve("tail.tflite")));
    assertEquals(List.of("chain.onnx"), files());
  }

  @Test
  void shouldRefuseWhatCannotBeCut() throws IOException {
    Path single = Files.write(temp.resolve("single.onnx"), TinyOnnx.convolution());
    Path joined = Files.write(temp.resolve("joined.onnx"), TinyOnnx.concatenation());
    Path strange = Files.write(temp.resolve("strange.onnx"), TinyOnnx.unsupported());
    Path mill = temp.resolve("chain.mill");
    millrace("compile", model, "-o", mill, "--device", "rpi4b");

    assertError(3, "activations are quantized", millrace("split", single));
    assertError(3, "2 inputs [a, b]; split takes one", millrace("split", joined));
    assertError(3, "Frobnicate", millrace("split", strange));
    assertError(3, "is compiled", cut(mill, "1"));
    assertError(3, "no such file", millrace("split", temp.resolve("none.onnx")));
    Files.write(model, java.util.Arrays.copyOf(Files.readAllBytes(model), 90));
    assertError(3, "", cut(model, "1"));
    assertEquals(
        List.of("chain.mill", "chain.onnx", "joined.onnx", "single.onnx", "strange.onnx"), files());
  }
}
