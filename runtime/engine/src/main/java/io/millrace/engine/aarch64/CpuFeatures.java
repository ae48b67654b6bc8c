package io.millrace.engine.aarch64;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel says that every core can do: the words AT_HWCAP and AT_HWCAP2 of the auxiliary
 * vector, whose bits are in the kernel's {@code arch/arm64/include/uapi/asm/hwcap.h}.
 */
public record CpuFeatures(long hwcap, long hwcap2) {
  private static final long AT_HWCAP = 16;
  private static final long AT_HWCAP2 = 26;
  private static final long ASIMD = 1L << 1;
  private static final long ASIMDDP = 1L << 20;
  private static final long I8MM = 1L << 13;

  /** Those of this machine; none if it has another architecture. */
  public static CpuFeatures host() {
    return Host.FEATURES;
  }

  private static final class Host {
    static final CpuFeatures FEATURES =
        System.getProperty("os.arch").equals("aarch64")
            ? read(Path.of("/proc/self/auxv"))
            : new CpuFeatures(0, 0);
  }

  /** Reads pairs of a key and a value, 64 bits each; none if the file cannot be read. */
  static CpuFeatures read(Path auxv) {
    long hwcap = 0;
    long hwcap2 = 0;
    try {
      ByteBuffer pairs = ByteBuffer.wrap(Files.readAllBytes(auxv)).order(ByteOrder.LITTLE_ENDIAN);
      while (pairs.remaining() >= 2 * Long.BYTES) {
        long key = pairs.getLong();
        long value = pairs.getLong();
        if (key == AT_HWCAP) {
          hwcap = value;
        } else if (key == AT_HWCAP2) {
          hwcap2 = value;
        }
      }
    } catch (IOException e) {
      return new CpuFeatures(0, 0);
    }
    return new CpuFeatures(hwcap, hwcap2);
  }

  /** Whether code for {@code target} can run. */
  public boolean has(Target target) {
    boolean neon = (hwcap & ASIMD) != 0;
    boolean dotProduct = neon && (hwcap & ASIMDDP) != 0;
    return switch (target) {
      case NEON -> neon;
      case DOTPROD -> dotProduct;
      case I8MM -> dotProduct && (hwcap2 & I8MM) != 0;
    };
  }

  /** The fastest target that can run here. */
  public Optional<Target> best() {
    Optional<Target> best = Optional.empty();
    for (Target target : Target.values()) {
      if (has(target)) {
        best = Optional.of(target);
      }
    }
    return best;
  }
}
