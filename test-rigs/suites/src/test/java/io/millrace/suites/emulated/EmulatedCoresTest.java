package io.millrace.suites.emulated;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfiles;
import io.millrace.engine.Instructions;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import io.millrace.suites.Network;
import io.millrace.suites.golden.GoldenSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kernels, executors and networks on the cores of the boards, emulated: as many at a time as there
 * are processors. Property {@code millrace.emulated.share} says how much of the random cases and
 * samples is run, in percent.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class EmulatedCoresTest {
  private static final int SHARE = Integer.getInteger("millrace.emulated.share", 10);
  private static final Path TARGET = Path.of("target");
  private static final Path NETWORKS = TARGET.resolve("emulated");

  /** Its tests name a file by a path that starts in their module. */
  private static final Path ENGINE = Path.of("../../runtime/engine");

  private static final String KERNELS = "io.millrace.engine.aarch64.A64CodeOnArm";

  /** What runs on each core besides. */
  private static final List<String> CLASSES =
      List.of(
          "io.millrace.engine.SelfTestTest",
          "io.millrace.engine.machine.SelfTestSampleTest",
          "io.millrace.engine.machine.TimedExecutorTest",
          "io.millrace.suites.emulated.NetworksOnGuest");

  /** What takes minutes under emulation and depends on the core little. */
  private static final List<String> LONG_CLASSES =
      List.of("io.millrace.engine.LaneExecutorTest", "io.millrace.engine.HostileProgramTest");

  /** A core, with the names of the instructions that kernels may use there. */
  enum Core {
    /** Raspberry Pi 3 and Zero 2 W. */
    CORTEX_A53("cortex-a53", "NEON"),
    /** Raspberry Pi 4. */
    CORTEX_A72("cortex-a72", "NEON"),
    /** Raspberry Pi 5. */
    CORTEX_A76("cortex-a76", "NEON,DOTPROD"),
    /** All that the emulator knows. */
    MAX("max", "NEON,DOTPROD,I8MM");

    private final String cpu;
    private final String targets;

    Core(String cpu, String targets) {
      this.cpu = cpu;
      this.targets = targets;
    }
  }

  /** How a guest ended, and what it said. */
  private record Ended(int code, String said) {}

  private static final Map<Core, Future<Ended>> GUESTS = new ConcurrentHashMap<>();
  private static ExecutorService starter;

  @BeforeAll
  static void startGuests() throws Exception {
    Emulator emulator = Emulator.needed();
    Files.createDirectories(NETWORKS);
    network("kws_ref_model", 100, 1);
    network("kws_ref_model", 10, 2);
    network("vww_96_int8", 10, 1);
    network("pretrainedResnet_quant", 10, 1);
    network("pretrainedResnet_quant", 2, 2);
    network("ad01_int8", 100, 1);
    network("str_ww_ref_model", 45, 1);
    network("kws_ref_model_int4w", 20, 1);
    network("ad01_int8_int4w", 20, 1);
    network("str_ww_ref_model_int4w", 20, 1);
    network("pretrainedResnet_quant_int4w", 5, 1);
    network("mobilenet_v1_1.0_224_int8", 1, 1);
    network("tf2_mobilenet_v2_1.0_224_ptq", 1, 1);
    starter = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    for (Core core : Core.values()) {
      GUESTS.put(core, starter.submit(() -> run(emulator, core)));
    }
  }

  @AfterAll
  static void stopGuests() {
    if (starter != null) {
      starter.shutdownNow();
    }
  }

  /** Writes a program, samples and answers; those of the reference where it gave some. */
  private static void network(String name, int samples, int lanes) throws Exception {
    GoldenSet set = GoldenSet.named(name);
    Program program =
        ProgramFile.read(
            ModelCompiler.compile(
                    set.model(),
                    DeviceProfiles.named("rpi4b"),
                    Budget.UNLIMITED,
                    OptionalInt.of(lanes))
                .file());
    assertEquals(lanes, program.schedule().lanes().size(), "lanes of " + name);
    int count = Math.clamp((long) samples * SHARE / 100, 1, set.samples());
    ByteArrayOutputStream inputs = new ByteArrayOutputStream();
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    try (Network portable = Network.of(program, Instructions.PORTABLE)) {
      for (int s = 0; s < count; s++) {
        byte[] sample = set.sample(s, portable.inputBytes());
        inputs.writeBytes(sample);
        answers.writeBytes(
            set.expectedBytes() > 0
                ? set.answer(s, portable.outputBytes())
                : portable.infer(sample));
      }
    }
    String file = name + "-" + lanes;
    ByteBuffer bytes = ProgramFile.write(program);
    byte[] all = new byte[bytes.remaining()];
    bytes.get(all);
    Files.write(NETWORKS.resolve(file + ".mill"), all);
    Files.write(NETWORKS.resolve(file + ".input"), inputs.toByteArray());
    Files.write(NETWORKS.resolve(file + ".expected"), answers.toByteArray());
  }

  private static Ended run(Emulator emulator, Core core) throws IOException, InterruptedException {
    // a name by which the closing count finds them
    Path reports = TARGET.resolve(core.cpu + "-reports").toAbsolutePath();
    Files.createDirectories(reports);
    Path output = reports.resolve("output.txt");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-Xmx1g",
                // how slow the emulator is says nothing; what hangs is ended with this class
                "-Djunit.jupiter.execution.timeout.mode=disabled",
                "-Dmillrace.test.share=" + SHARE,
                "-Dmillrace.test.targets=" + core.targets,
                "-Dmillrace.emulated=" + NETWORKS.toAbsolutePath(),
                "-cp",
                classPath(),
                Guest.class.getName(),
                reports.toString(),
                KERNELS));
    arguments.addAll(CLASSES);
    if (SHARE >= 100) {
      arguments.addAll(LONG_CLASSES);
    }
    long startMs = System.currentTimeMillis();
    ProcessBuilder builder =
        new ProcessBuilder(emulator.java(core.cpu, arguments))
            .directory(ENGINE.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process guest = builder.start();
    try {
      int code = guest.waitFor();
      String said = Files.readString(output, StandardCharsets.UTF_8);
      System.out.printf(
          "report: %s, %d %% of the cases: %s, %d s%n",
          core.cpu,
          SHARE,
          said.isBlank() ? "nothing said" : said.strip().lines().reduce((_, last) -> last).get(),
          (System.currentTimeMillis() - startMs) / 1000);
      return new Ended(code, said);
    } finally {
      guest.destroyForcibly();
    }
  }

  /** Surefire puts all of it into one jar's manifest, and tells it beside. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  @ParameterizedTest
  @EnumSource(Core.class)
  void shouldPassOn(Core core) throws Exception {
    Ended ended = GUESTS.get(core).get();
    assertEquals(0, ended.code, () -> core.cpu + ": " + tail(ended.said));
  }

  private static String tail(String said) {
    return said.substring(Math.max(0, said.length() - 4_000));
  }
}
