package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;

/** What this machine and this process say of themselves. */
public final class Host {
  private Host() {}

  /** Date, processor, cores, kernel, JVM and load, in one line. */
  public static String line() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    String model =
        Files.isReadable(cpuinfo)
            ? Files.readAllLines(cpuinfo).stream()
                .filter(l -> l.startsWith("model name"))
                .map(l -> l.substring(l.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor")
            : "unknown processor";
    Path load = Path.of("/proc/loadavg");
    return String.format(
        Locale.ROOT,
        "%s; %s, %d cores; %s %s; %s %s; load %s",
        LocalDate.now(java.time.ZoneOffset.UTC),
        model,
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("java.vm.name"),
        Runtime.version(),
        Files.isReadable(load) ? Files.readString(load).split(" ", 2)[0] : "unknown");
  }
}
