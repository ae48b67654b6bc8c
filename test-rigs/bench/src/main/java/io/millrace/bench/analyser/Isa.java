package io.millrace.bench.analyser;

import java.util.List;

/** An instruction set, as the tools of binutils and LLVM call it. */
enum Isa {
  X86_64("objdump", "-m i386:x86-64 -M att", "x86_64", "#"),
  AARCH64("aarch64-linux-gnu-objdump", "-m aarch64", "aarch64", "#");

  private final String objdump;
  private final String machine;
  private final String triple;
  private final String comment;

  Isa(String objdump, String machine, String triple, String comment) {
    this.objdump = objdump;
    this.machine = machine;
    this.triple = triple;
    this.comment = comment;
  }

  String objdump() {
    return objdump;
  }

  /** Arguments of the disassembler. */
  List<String> machine() {
    return List.of(machine.split(" ", -1));
  }

  /** The analyser's name for it. */
  String triple() {
    return triple;
  }

  /** What begins a comment. */
  String comment() {
    return comment;
  }
}
