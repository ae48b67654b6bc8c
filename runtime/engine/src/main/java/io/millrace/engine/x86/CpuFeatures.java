package io.millrace.engine.x86;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the kernel says that the processor can do and that it saves at a context switch: the {@code
 * flags} line of {@code /proc/cpuinfo}.
 */
public record CpuFeatures(Set<String> flags) {
  public CpuFeatures {
    flags = Set.copyOf(flags);
  }

  /** Those of this machine; none if the file cannot be read or speaks of another architecture. */
  public static CpuFeatures host() {
    return Host.FEATURES;
  }

  /** Read once: the file is slow to read. */
  private static final class Host {
    static final CpuFeatures FEATURES = read(Path.of("/proc/cpuinfo"));
  }

  static CpuFeatures read(Path cpuinfo) {
    try (BufferedReader lines = Files.newBufferedReader(cpuinfo)) {
      // the first processor's is enough, and the file has a long part for each
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("flags")) {
          String list = line.substring(line.indexOf(':') + 1).trim();
          return new CpuFeatures(new HashSet<>(List.of(list.split(" "))));
        }
      }
    } catch (IOException e) {
      return new CpuFeatures(Set.of());
    }
    return new CpuFeatures(Set.of());
  }

  /**
   * Whether the dot product of up to 256 bits must be written in EVEX, because the processor has
   * AVX512_VNNI with AVX512VL and no AVX_VNNI. It does the same.
   */
  public boolean dotProductInEvex() {
    return !flags.contains("avx_vnni")
        && flags.contains("avx512_vnni")
        && flags.contains("avx512vl");
  }

  /** Whether code for {@code target} can run. */
  public boolean has(Target target) {
    return flags.containsAll(
        switch (target) {
          case AVX512_VNNI ->
              Set.of("avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_vnni", "fma");
          case AVX_VNNI ->
              dotProductInEvex()
                  ? Set.of("avx2", "avx512_vnni", "avx512vl", "fma")
                  : Set.of("avx2", "avx_vnni", "fma");
          case AVX2 -> Set.of("avx2", "fma");
        });
  }

  /** The fastest target that can run here. */
  public Optional<Target> best() {
    for (Target target : Target.values()) {
      if (has(target)) {
        return Optional.of(target);
      }
    }
    return Optional.empty();
  }
}
