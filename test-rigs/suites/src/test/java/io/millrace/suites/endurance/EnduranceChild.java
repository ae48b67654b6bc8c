package io.millrace.suites.endurance;

import io.millrace.bench.SampleInput;
import io.millrace.cli.calibrate.OneOperator;
import io.millrace.engine.Executor;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A JVM of its own, its heap fixed and touched beforehand, so that what grows is what was not given
 * back. Does a part of its work to warm up, looks at itself, does the rest and looks again.
 */
final class EnduranceChild {
  private EnduranceChild() {}

  /**
   * Starts one.
   *
   * @param what to do: {@code loads}, {@code runs}, or {@code leaks}
   * @param count how often, after warming up
   * @return by how much mappings, threads and resident memory grew
   */
  static Map<String, Long> start(String what, int count) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+AlwaysPreTouch",
                "-Xms48m",
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                EnduranceChild.class.getName(),
                what,
                String.valueOf(count))
            .redirectErrorStream(true)
            .start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(what + " failed: " + said);
      }
      Map<String, Long> grown = new LinkedHashMap<>();
      said.lines()
          .filter(l -> l.startsWith("grown "))
          .map(l -> l.split(" ", 3))
          .forEach(l -> grown.put(l[1], Long.valueOf(l[2])));
      return grown;
    } finally {
      process.destroyForcibly();
    }
  }

  @SuppressWarnings("SystemOut") // read by the test
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    Work work =
        switch (args[0]) {
          case "loads" -> EnduranceChild::load;
          case "runs" -> EnduranceChild::run;
          case "leaks" -> EnduranceChild::leak;
          default -> throw new IllegalArgumentException(args[0]);
        };
    work.run(Math.max(1, count / 5));
    Map<String, Long> before = seen();
    work.run(count);
    seen()
        .forEach((name, after) ->
            System.out.println("grown " + name + " " + (after - before.get(name))));
  }

  private interface Work {
    void run(int count) throws Exception;
  }

  private static void load(int count) throws BadProgramException {
    List<Program> programs =
        List.of(
            OneOperator.pointwise(8, 8, 32, 32),
            TwoLanes.of(OneOperator.depthwise(8, 8, 32, 1)),
            OneOperator.fullyConnected(64, 10));
    for (int i = 0; i < count; i++) {
      try (Executor executor = Executor.load(programs.get(i % programs.size()))) {
        SampleInput.fill(executor);
        executor.run();
      }
    }
  }

  private static void run(int count) throws BadProgramException {
    try (Executor executor = Executor.load(OneOperator.fullyConnected(16, 16))) {
      SampleInput.fill(executor);
      for (int i = 0; i < count; i++) {
        executor.run();
      }
    }
  }

  /** Loads and closes nothing. */
  private static void leak(int count) throws BadProgramException {
    Program program = TwoLanes.of(OneOperator.pointwise(32, 32, 64, 64));
    for (int i = 0; i < count; i++) {
      LEAKED.add(Executor.load(program));
    }
  }

  private static final List<Executor> LEAKED = new java.util.ArrayList<>();

  private static Map<String, Long> seen() throws IOException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      LockSupport.parkNanos(20_000_000);
    }
    long resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(l -> l.startsWith("VmRSS:"))
            .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow();
    try (var threads = Files.list(Path.of("/proc/self/task"))) {
      Map<String, Long> seen = new LinkedHashMap<>();
      seen.put("mappings", (long) Files.readAllLines(Path.of("/proc/self/maps")).size());
      seen.put("threads", threads.count());
      seen.put("residentKiB", resident);
      return seen;
    }
  }
}
