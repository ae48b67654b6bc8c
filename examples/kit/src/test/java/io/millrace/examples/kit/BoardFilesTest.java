package io.millrace.examples.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.cli.sensor.Boards;
import io.millrace.cli.sensor.OutputKinds;
import io.millrace.cli.sensor.SensorKinds;
import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each example's {@code board.yaml}, the node for real parts, and what its README wires. */
class BoardFilesTest {
  private static final Path EXAMPLES = Path.of("..");
  private static final Boards NONE =
      (_, _) -> {
        throw new AssertionError("nothing is opened by reading a file");
      };

  static List<Path> boardFiles() throws Exception {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      return folders.map(f -> f.resolve("board.yaml")).filter(Files::exists).sorted().toList();
    }
  }

  @Test
  void shouldBeThereForEveryExample() throws Exception {
    try (Stream<Path> folders = Files.list(EXAMPLES)) {
      assertEquals(
          folders.filter(f -> Files.exists(f.resolve("README.md"))).sorted().toList(),
          boardFiles().stream().map(Path::getParent).toList());
    }
    assertFalse(boardFiles().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("boardFiles")
  void shouldBeTakenByTheCommandLine(Path file) throws Exception {
    Pipeline pipeline = PipelineFile.read(file, SensorKinds.of(NONE), OutputKinds.of(NONE));

    assertFalse(pipeline.sensor().asFastAsPossible(), "a board's sensor runs in real time");
    assertFalse(pipeline.outputs().isEmpty());
    assertTrue(pipeline.model().file().toString().endsWith(".mill"));
  }

  /** What the file drives or reads by number is in the table of pins. */
  @ParameterizedTest
  @MethodSource("boardFiles")
  void shouldUseTheLinesThatTheReadmeWires(Path file) throws Exception {
    Set<String> used = new TreeSet<>();
    Matcher lines = Pattern.compile("\\bline: (\\d+)").matcher(Files.readString(file));
    while (lines.find()) {
      used.add(lines.group(1));
    }
    String readme = Files.readString(file.resolveSibling("README.md"));
    for (String line : used) {
      assertTrue(readme.contains("(GPIO " + line + ")"), file + ": GPIO " + line);
    }
  }
}
