package io.millrace.cli.calibrate;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * The clocks that the kernel can set, in kHz: {@code scaling_available_frequencies}, held down by
 * {@code scaling_max_freq} of every policy (kernel documentation, admin-guide/pm/cpufreq). Closing
 * sets the limits back; so does the end of the process.
 */
public final class ClockSteps implements AutoCloseable {
  /** So many clocks say how power goes with them. */
  private static final int MOST_STEPS = 4;

  private final Map<Path, String> limits = new LinkedHashMap<>();
  private final Thread atExit = new Thread(this::restoreQuietly, "millrace-clocks");
  private long[] lowerHz = {};
  private String problem = "";

  private ClockSteps() {}

  /** What the machine at {@code root} allows. */
  public static ClockSteps open(Path root) {
    ClockSteps steps = new ClockSteps();
    Path folder = root.resolve("sys/devices/system/cpu/cpufreq");
    List<Path> policies = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, "policy*")) {
        stream.forEach(policies::add);
      } catch (IOException e) {
        steps.problem = e.getMessage();
        return steps;
      }
    }
    policies.sort(null);
    if (policies.isEmpty()) {
      steps.problem = "the kernel shows no clocks in " + folder;
      return steps;
    }
    try {
      long[] all =
          Arrays.stream(
                  Files.readString(policies.getFirst().resolve("scaling_available_frequencies"))
                      .strip()
                      .split("\\s+"))
              .mapToLong(Long::parseLong)
              .sorted()
              .toArray();
      for (Path policy : policies) {
        Path limit = policy.resolve("scaling_max_freq");
        if (!Files.isWritable(limit)) {
          steps.problem = "may not write " + limit + ": run as root";
          return steps;
        }
        steps.limits.put(limit, Files.readString(limit).strip());
      }
      steps.lowerHz = spread(Arrays.copyOf(all, Math.max(0, all.length - 1)));
      Runtime.getRuntime().addShutdownHook(steps.atExit);
    } catch (IOException | NumberFormatException e) {
      steps.problem = "the kernel lists no clocks: " + e.getMessage();
    }
    return steps;
  }

  private static long[] spread(long[] kHz) {
    int n = Math.min(MOST_STEPS, kHz.length);
    return LongStream.range(0, n).map(i -> 1000 * kHz[(int) (i * kHz.length / n)]).toArray();
  }

  /** Clocks below the highest, slowest first, at most four; none if they cannot be set. */
  public long[] lowerHz() {
    return lowerHz.clone();
  }

  /** Why there are none; empty if there are. */
  public String problem() {
    return problem;
  }

  /** Holds all cores at {@code hz} or below. */
  void limit(long hz) throws IOException {
    for (Path limit : limits.keySet()) {
      Files.writeString(limit, hz / 1000 + "\n");
    }
  }

  private void restore() throws IOException {
    IOException first = null;
    for (Map.Entry<Path, String> limit : limits.entrySet()) {
      try {
        Files.writeString(limit.getKey(), limit.getValue() + "\n");
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private void restoreQuietly() {
    try {
      restore();
    } catch (IOException e) {
      // the process ends: nobody is left to tell
    }
  }

  @Override
  public void close() throws IOException {
    if (lowerHz.length > 0) {
      restore();
      Runtime.getRuntime().removeShutdownHook(atExit);
      lowerHz = new long[0];
    }
  }
}
