package io.millrace.bench.analyser;

import io.millrace.cli.InputException;
import io.millrace.engine.x86.CpuFeatures;
import io.millrace.engine.x86.Target;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A core as the analyser knows it, and what the analyser does not know: how many bytes a clock come
 * from the caches behind the first.
 */
enum Processor {
  /**
   * LLVM 19 gives VPDPBUSD on three registers of 512 bits a start every other clock, and every
   * clock with an operand in memory; measured is every clock (the peak that the benches print). It
   * is put down as VFMADD231PS, which has the same pipes and latency. 32 bytes a clock from L2:
   * AMD's optimization guide for Zen 4; half of that assumed from L3.
   */
  ZEN_4(Isa.X86_64, "znver4", "", 32, 16, false),
  /**
   * LLVM 19 gives it the tables of Zen 4, whose data paths are half as wide: an instruction on
   * registers of 512 bits is put down as the one on 256 bits, which holds its pipe for one clock.
   * Measured against the core's clock, loops of one instruction each, 2026-11-28: two starts a
   * clock for VPDPBUSD (also each with a broadcast from memory), VPMOVZXBD and VPMOVSXBD from
   * memory, VPACKSSDW, VPACKUSWB and VPERMD; the tables have less, so these are put down as
   * instructions that have them. 64 bytes a clock from L2: AMD's optimization guide for Zen 5; half
   * of that assumed from L3.
   */
  ZEN_5(Isa.X86_64, "znver4", "", 64, 32, false),
  /** One in-order pipe of loads: a miss holds up what follows. 4 bytes a clock are assumed. */
  CORTEX_A53(Isa.AARCH64, "cortex-a53", "", 4, 0, true),
  /** 8 bytes a clock from L2 are assumed, half of what its interface carries. */
  CORTEX_A72(Isa.AARCH64, "cortex-a72", "", 8, 0, false),
  /**
   * Stands for the Cortex-A76, of which it is made. 16 bytes a clock are assumed, half as above.
   */
  CORTEX_A76(Isa.AARCH64, "neoverse-n1", "+dotprod", 16, 0, false);

  private final Isa isa;
  private final String llvmName;
  private final String features;
  private final double l2BytesPerClock;
  private final double l3BytesPerClock;
  private final boolean stallsOnMisses;

  Processor(
      Isa isa,
      String llvmName,
      String features,
      double l2BytesPerClock,
      double l3BytesPerClock,
      boolean stallsOnMisses) {
    this.isa = isa;
    this.llvmName = llvmName;
    this.features = features;
    this.l2BytesPerClock = l2BytesPerClock;
    this.l3BytesPerClock = l3BytesPerClock;
    this.stallsOnMisses = stallsOnMisses;
  }

  Isa isa() {
    return isa;
  }

  /** The name that LLVM has for it. */
  String llvmName() {
    return llvmName;
  }

  /** Extensions that LLVM is to be told of; empty for none. */
  String features() {
    return features;
  }

  /** Instructions that it takes up in a clock, where the analyser has another number; or 0. */
  int dispatched() {
    // as AMD's optimization guide for Zen 5 has it
    return this == ZEN_5 ? 8 : 0;
  }

  double l2BytesPerClock() {
    return l2BytesPerClock;
  }

  /** 0 where there is no third cache, or it is not counted on. */
  double l3BytesPerClock() {
    return l3BytesPerClock;
  }

  /** Whether waiting for memory adds to computing instead of running beside it. */
  boolean stallsOnMisses() {
    return stallsOnMisses;
  }

  /**
   * The processor that this runs on.
   *
   * @throws InputException if the analyser's tables fit no such processor
   */
  static Processor host() throws InputException {
    String cpu;
    try {
      cpu = Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      cpu = "";
    }
    return among(cpu, CpuFeatures.host().has(Target.AVX512_VNNI));
  }

  /**
   * The processor that the kernel describes.
   *
   * @param cpuinfo the text of {@code /proc/cpuinfo}
   * @param dotProducts of 512 bits: of family 25, Zen 4 has them and Zen 3 has not
   */
  static Processor among(String cpuinfo, boolean dotProducts) throws InputException {
    String maker = field(cpuinfo, "vendor_id");
    String family = field(cpuinfo, "cpu family");
    if (maker.equals("AuthenticAMD") && dotProducts && family.equals("25")) {
      return ZEN_4;
    }
    if (maker.equals("AuthenticAMD") && dotProducts && family.equals("26")) {
      return ZEN_5;
    }
    throw new InputException(
        "the analyser is compared on AMD Zen 4 and Zen 5 only, this processor is %s, family %s%s"
            .formatted(
                maker.isEmpty() ? "unknown" : maker,
                family.isEmpty() ? "unknown" : family,
                dotProducts ? "" : ", without dot products of 512 bits"));
  }

  private static String field(String cpuinfo, String name) {
    return cpuinfo
        .lines()
        .filter(l -> l.startsWith(name) && l.substring(name.length()).strip().startsWith(":"))
        .map(l -> l.substring(l.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  /** The instruction as the analyser is to be given it. */
  String corrected(String instruction) {
    return switch (this) {
      case ZEN_4 -> {
        boolean registers = !instruction.contains("(") && instruction.contains("%zmm");
        yield registers ? multiplied(instruction) : instruction;
      }
      case ZEN_5 -> replaced(multiplied(halved(instruction)));
      case CORTEX_A53, CORTEX_A72, CORTEX_A76 -> instruction;
    };
  }

  private static String multiplied(String instruction) {
    return instruction.startsWith("vpdpbusd") && !instruction.startsWith("vpdpbusds")
        ? instruction.replace("vpdpbusd", "vfmadd231ps")
        : instruction;
  }

  /** What starts twice a clock on Zen 5, by an instruction for which the tables have that. */
  private static String replaced(String instruction) {
    int blank = instruction.indexOf(' ');
    if (blank < 0) {
      return instruction;
    }
    String operands = instruction.substring(blank);
    boolean memory = instruction.contains("(");
    return switch (instruction.substring(0, blank)) {
      case "vpbroadcastd" -> memory ? "vmovdqu32" + operands : instruction;
      case "vpmovzxbd", "vpmovsxbd" -> memory ? "vpermilps $0x0," + operands : instruction;
      case "vpackssdw", "vpackuswb" -> "vpunpcklwd" + operands;
      case "vpermd" -> "vpunpckldq" + operands;
      default -> instruction;
    };
  }

  /** What narrows, widens, takes a part or puts one in stays as it is: it has no half. */
  private static String halved(String instruction) {
    boolean one =
        instruction.contains("%zmm")
            && !instruction.matches(".*%[xy]mm.*|v(extract|insert|broadcast[fi]).*");
    return one
        ? instruction
            .replace("%zmm", "%ymm")
            .replace("{1to8}", "{1to4}")
            .replace("{1to16}", "{1to8}")
        : instruction;
  }
}
