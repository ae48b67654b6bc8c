package io.millrace.suites.emulated;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.millrace.engine.EngineCounters;
import io.millrace.engine.Executor;
import io.millrace.engine.ExecutorOptions;
import io.millrace.engine.aarch64.A64Code;
import io.millrace.engine.aarch64.CpuFeatures;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiled networks against recorded answers: {@code NAME.mill}, {@code NAME.input} and {@code
 * NAME.expected} in the folder that property {@code millrace.emulated} names.
 */
class NetworksOnGuest {
  static List<Path> programs() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("millrace.emulated")))) {
      return files.filter(f -> f.toString().endsWith(".mill")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void shouldAnswerAsRecorded(Path file) throws Exception {
    Program program = ProgramFile.read(ByteBuffer.wrap(Files.readAllBytes(file)));
    String name = file.toString().substring(0, file.toString().length() - ".mill".length());
    byte[] inputs = Files.readAllBytes(Path.of(name + ".input"));
    byte[] expected = Files.readAllBytes(Path.of(name + ".expected"));
    long mismatches = EngineCounters.selfTestMismatches();
    assertEquals(
        Map.of(),
        A64Code.of(program, CpuFeatures.host().best().orElseThrow()).declined(),
        "every operator has machine code");
    try (Executor executor = Executor.load(program, ExecutorOptions.DEFAULT.withAllLanes())) {
      assertEquals(mismatches, EngineCounters.selfTestMismatches(), "the self-test passes");
      int in = (int) executor.input(0).byteSize();
      int out = (int) executor.output(0).byteSize();
      assertNotEquals(0, inputs.length / in, "samples");
      assertEquals(inputs.length / in, expected.length / out, "answers");
      for (int s = 0; s < inputs.length / in; s++) {
        executor.input(0).copyFrom(MemorySegment.ofArray(inputs).asSlice((long) s * in, in));
        executor.run();
        assertArrayEquals(
            Arrays.copyOfRange(expected, s * out, (s + 1) * out),
            executor.output(0).toArray(ValueLayout.JAVA_BYTE),
            "sample " + s);
      }
    }
  }
}
