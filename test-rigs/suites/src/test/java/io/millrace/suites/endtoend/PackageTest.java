package io.millrace.suites.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.node.pipeline.Pipeline;
import io.millrace.node.pipeline.PipelineFile;
import io.millrace.suites.Models;
import io.millrace.suites.emulated.Emulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package: made here, unpacked and used on emulated cores of the boards. */
@Timeout(900)
class PackageTest {
  private static final Path CLI = Path.of("../../runtime/cli").toAbsolutePath().normalize();
  private static final int SAMPLES = 20;

  /** Alerts after which the node is stopped. */
  private static final int ALERTS = 6;

  private static final String NO_OVERRUN = "budget: {waiting: 1000}";

  @TempDir private Path folder;

  /**
   * Runs a command to its end and returns what it printed; fails unless it ends with {@code code}.
   */
  private String run(int code, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(600, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String printed = Files.readString(output);
    assertEquals(code, process.waitFor(), () -> String.join(" ", command) + "\n" + printed);
    return printed;
  }

  private Path packed(String... arguments) throws IOException, InterruptedException {
    Path classPath = CLI.resolve("target/classpath");
    Path jar = CLI.resolve("target/millrace-cli.jar");
    Models.need(
        Files.exists(classPath) && Files.exists(jar), "the command's jars are not packaged yet");
    Mosquitto.program("dpkg-deb");
    Path deb = folder.resolve("millrace" + Arrays.hashCode(arguments) + ".deb");
    Files.deleteIfExists(deb);
    run(
        0,
        Map.of(
            "MILLRACE_CLASS_PATH",
            jar + ":" + Files.readString(classPath).strip(),
            "MILLRACE_JDK",
            System.getProperty("java.home"),
            "SOURCE_DATE_EPOCH",
            "1767225600"),
        Stream.concat(
                Stream.of(CLI.resolve("package/build").toString()),
                Stream.concat(Stream.of(arguments), Stream.of(deb.toString())))
            .toArray(String[]::new));
    return deb;
  }

  @Test
  void shouldBeTheSameBytesEachTime() throws Exception {
    Path first = folder.resolve("first.deb");
    Files.move(packed("--arch", "amd64", "--small"), first);
    assertEquals(-1, Files.mismatch(first, packed("--arch", "amd64", "--small")));
    assertTrue(Files.size(packed("--arch", "amd64")) > Files.size(first), "the compiler is in it");
  }

  @Test
  void shouldRunOnTheCoresOfTheBoards() throws Exception {
    Emulator emulator = Emulator.neededWithModules();
    Path deb = packed("--arch", "arm64", "--small");
    String control = run(0, Map.of(), "dpkg-deb", "--info", deb.toString());
    assertTrue(control.contains("Architecture: arm64"), control);
    assertTrue(control.matches("(?s).*Depends: adduser, libc6 \\(>= 2\\.[0-9]+\\).*"), control);
    Path board = board(emulator, deb);
    checkContents(board);
    Keywords keywords = Keywords.in(folder, 240);
    for (String cpu : List.of("cortex-a53", "cortex-a76")) {
      Map<String, String> environment = Map.of("MILLRACE_WRAPPER", emulator.wrapper(cpu, board));
      infer(board, environment);
      refuseToCompile(board, environment);
      runANode(board, environment, keywords, cpu);
    }
  }

  /** The libraries of an arm64 system without its JVM, with the package unpacked into it. */
  private Path board(Emulator emulator, Path deb) throws IOException, InterruptedException {
    Path board = Files.createDirectory(folder.resolve("board"));
    run(
        0,
        Map.of(),
        "sh",
        "-c",
        "tar -C \"$1\" --exclude=./usr/lib/jvm -cf - . | tar -C \"$2\" -xf - && dpkg-deb -x \"$3\" \"$2\"",
        "sh",
        emulator.root().toString(),
        board.toString(),
        deb.toString());
    // what the package's script does when it is installed
    String java = board.resolve("usr/lib/millrace/runtime/bin/java").toString();
    run(
        0,
        Map.of(),
        Stream.concat(
                Stream.of(emulator.wrapper("cortex-a53", board).split(" ")),
                Stream.of(java, "-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-Xshare:dump"))
            .toArray(String[]::new));
    return board;
  }

  private static void checkContents(Path board) throws IOException {
    Path lib = board.resolve("usr/lib/millrace/lib");
    try (Stream<Path> jars = Files.list(lib)) {
      List<String> names = jars.map(j -> j.getFileName().toString()).toList();
      assertTrue(names.stream().anyMatch(n -> n.startsWith("millrace-engine")), names::toString);
      assertFalse(names.stream().anyMatch(n -> n.startsWith("protobuf")), names::toString);
    }
    assertTrue(Files.exists(board.resolve("usr/lib/systemd/system/millrace@.service")));
    assertTrue(Files.isSymbolicLink(board.resolve("usr/bin/millrace")));
    // ELF header: 64 bits, little-endian, machine 183 (EM_AARCH64)
    byte[] java = Files.readAllBytes(board.resolve("usr/lib/millrace/runtime/bin/java"));
    assertArrayEquals(new byte[] {0x7F, 'E', 'L', 'F', 2, 1}, Arrays.copyOf(java, 6));
    assertEquals(183, java[18] & 0xFF);
  }

  private static String command(Path board) {
    return board.resolve("usr/bin/millrace").toString();
  }

  private void infer(Path board, Map<String, String> environment) throws Exception {
    byte[] inputs = Files.readAllBytes(folder.resolve("windows.bin"));
    Path in = folder.resolve("in.bin");
    Files.write(in, Arrays.copyOf(inputs, SAMPLES * 490));
    Path out = folder.resolve("out.bin");
    Files.deleteIfExists(out);
    run(
        0,
        environment,
        command(board),
        "infer",
        folder.resolve("kws.mill").toString(),
        "--input",
        in.toString(),
        "--output",
        out.toString());
    byte[] expected =
        Files.readAllBytes(Models.folder().resolve("golden/kws_ref_model/expected.bin"));
    assertArrayEquals(Arrays.copyOf(expected, SAMPLES * 12), Files.readAllBytes(out));
  }

  private void refuseToCompile(Path board, Map<String, String> environment) throws Exception {
    String model = Models.folder().resolve("tflite/kws_ref_model.tflite").toString();
    for (List<String> command :
        List.of(
            List.of(
                "compile", model, "--device", "rpi4b", "-o", folder.resolve("x.mill").toString()),
            List.of("inspect", model))) {
      String printed =
          run(
              3,
              environment,
              Stream.concat(Stream.of(command(board)), command.stream()).toArray(String[]::new));
      assertTrue(printed.contains("runs compiled programs (.mill) only"), printed);
    }
  }

  private void runANode(Path board, Map<String, String> environment, Keywords keywords, String cpu)
      throws Exception {
    Path own = Files.createDirectory(folder.resolve(cpu));
    try (Mosquitto broker = Mosquitto.in(own.resolve("broker"))) {
      broker.start();
      Path pipeline =
          keywords.pipeline(cpu, "real", 5, broker.port(), "file: kws.mill", NO_OVERRUN);
      Path output = own.resolve("printed");
      ProcessBuilder builder =
          new ProcessBuilder(command(board), "run", pipeline.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      try (Subscriber listener = Subscriber.of(broker, "rig/alert/#", own)) {
        Process node = builder.start();
        try {
          assertTrue(
              listener.awaitPayloads(p -> p.size() >= ALERTS, 120),
              () -> "no alerts; " + printed(output));
          node.destroy();
          assertTrue(node.waitFor(60, TimeUnit.SECONDS), () -> "no end; " + printed(output));
        } finally {
          node.destroyForcibly();
        }
        assertEquals(0, node.exitValue(), () -> printed(output));
        // the summary of an orderly end, and nothing left behind
        assertTrue(printed(output).contains(" 0 waiting, 0 lost"), printed(output));
        int published = listener.payloads().size();
        assertTrue(published < keywords.expected().size(), "it went on to the end of the file");
        System.out.printf(
            "report: package on %s: %d alerts, then SIGTERM: exit 0%n", cpu, published);
      }
    }
    run(0, Map.of(), "rm", "-r", folder.resolve("outbox").toString());
  }

  private static String printed(Path output) {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "nothing readable: " + e;
    }
  }

  @Test
  void shouldConfineTheService() throws Exception {
    String analyze = Mosquitto.program("systemd-analyze").toString();
    Path unit = folder.resolve("millrace@hall.service");
    Files.copy(CLI.resolve("package/millrace@.service"), unit);
    // of 10; a unit without any of it has 9.6
    run(0, Map.of(), analyze, "security", "--offline=true", "--threshold=25", unit.toString());
    Files.writeString(unit, Files.readString(unit).replace("/usr/bin/millrace", "/bin/true"));
    assertEquals("", run(0, Map.of(), analyze, "verify", "--man=no", unit.toString()));
  }

  @Test
  void shouldBringAnExampleThatIsRight() throws Exception {
    Pipeline pipeline = PipelineFile.read(CLI.resolve("package/node.yaml"));
    assertEquals("hall", pipeline.node());
    assertTrue(pipeline.mqtt().isPresent());
  }
}
