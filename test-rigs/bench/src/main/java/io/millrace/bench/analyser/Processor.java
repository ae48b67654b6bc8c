package io.millrace.bench.analyser;

import java.util.Locale;

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

  /** The instruction as the analyser is to be given it. */
  String corrected(String instruction) {
    boolean registers = !instruction.contains("(") && instruction.contains("%zmm");
    return this == ZEN_4 && registers && instruction.toLowerCase(Locale.ROOT).startsWith("vpdpbusd")
        ? instruction.replace("vpdpbusd", "vfmadd231ps")
        : instruction;
  }
}
