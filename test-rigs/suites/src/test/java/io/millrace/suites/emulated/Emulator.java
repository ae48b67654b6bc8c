package io.millrace.suites.emulated;

import io.millrace.suites.Models;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code test-rigs/aarch64/fetch} unpacked: an arm64 JVM and the emulator that runs it. */
public final class Emulator {
  private final Path folder;

  private Emulator(Path folder) {
    this.folder = folder;
  }

  /** The unpacked one; skips the calling test where there is none, and fails it in CI. */
  public static Emulator needed() {
    Path folder = folder();
    Models.need(
        Files.isReadable(folder.resolve("complete")),
        "no emulated arm64 JVM: test-rigs/aarch64/fetch has not been run");
    return new Emulator(folder);
  }

  /** As {@link #needed}, with the modules from which runtimes are linked. */
  public static Emulator neededWithModules() {
    Emulator emulator = needed();
    Models.need(
        Files.isReadable(emulator.folder.resolve("jmods/complete")),
        "no arm64 modules: test-rigs/aarch64/fetch jmods has not been run");
    return emulator;
  }

  /** The libraries of an arm64 system, and its JVM. */
  public Path root() {
    return folder.resolve("root");
  }

  /**
   * What a program is started by, blank behind blank.
   *
   * @param cpu a core that the emulator knows
   * @param root where the program's libraries are looked for first
   */
  public String wrapper(String cpu, Path root) {
    return "%s -cpu %s -L %s".formatted(folder.resolve("qemu/usr/bin/qemu-aarch64"), cpu, root);
  }

  /** Where the script keeps it, by the same rule. */
  private static Path folder() {
    return environment("MILLRACE_AARCH64")
        .map(Path::of)
        .orElseGet(() ->
            environment("XDG_CACHE_HOME")
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("millrace/aarch64"));
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(v -> !v.isEmpty());
  }

  /**
   * The command that starts the JVM.
   *
   * @param cpu a core that the emulator knows
   * @param arguments of the JVM
   */
  List<String> java(String cpu, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                folder.resolve("qemu/usr/bin/qemu-aarch64").toString(),
                "-cpu",
                cpu,
                "-L",
                folder.resolve("root").toString(),
                folder.resolve("java/bin/java").toString(),
                // an emulated compiler of the second tier takes longer than it saves
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseCompactObjectHeaders"));
    command.addAll(arguments);
    return command;
  }
}
