package io.millrace.bench.analyser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.bench.analyser.Disassembler.Instruction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlFlowTest {
  /** Instructions at addresses 0, 4, 8 and so on. */
  private static String walked(Isa isa, String... lines) {
    List<Instruction> code = new ArrayList<>();
    for (String line : lines) {
      code.add(new Instruction(4L * code.size(), line));
    }
    StringBuilder order = new StringBuilder();
    ControlFlow.of(code, isa).walk(i -> order.append((char) ('a' + i)));
    return order.toString();
  }

  @Test
  void shouldCountNestedLoops() {
    String inner = "cdcdcd";
    assertEquals(
        "a" + ("b" + inner + "ef").repeat(2) + "g",
        walked(
            Isa.AARCH64,
            "mov x6, #0x2",
            "mov x7, #0x3",
            "subs x7, x7, #0x1",
            "b.ne 0x8",
            "subs x6, x6, #0x1",
            "b.ne 0x4",
            "ret"));
    assertEquals(
        "a" + ("b" + inner + "ef").repeat(2) + "g",
        walked(
            Isa.X86_64,
            "mov $0x2,%r12",
            "mov $0x3,%r13",
            "sub $0x1,%r13",
            "jne 0x8",
            "sub $0x1,%r12",
            "jne 0x4",
            "ret"));
  }

  @Test
  void shouldEndALoopAtAnAddress() {
    assertEquals(
        "ab" + "cdef".repeat(4) + "g",
        walked(
            Isa.AARCH64,
            "mov x5, x0",
            "add x4, x0, #0x40",
            "ldr q0, [x5], #16",
            "smull v0.8h, v1.8b, v2.8b",
            "cmp x5, x4",
            "b.ne 0x8",
            "ret"));
  }

  @Test
  void shouldKeepWhatIsStoredAndCalled() {
    assertEquals(
        "abfgcde",
        walked(
            Isa.X86_64,
            "mov $0x5,%rax",
            "call 0x14",
            "mov 0x8(%rdi),%rcx",
            "sub $0x4,%rcx",
            "ret",
            "mov %rax,0x8(%rdi)",
            "ret"));
    assertEquals(
        "abcde",
        walked(Isa.X86_64, "mov $0x4,%rax", "mov 0x8(%rdi),%rcx", "nop", "sub $0x4,%rax", "ret"));
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    IllegalStateException unknown =
        assertThrows(
            IllegalStateException.class, () -> walked(Isa.AARCH64, "udiv x3, x4, x5", "ret"));
    assertTrue(unknown.getMessage().contains("udiv x3, x4, x5"), unknown.getMessage());
    assertThrows(IllegalStateException.class, () -> walked(Isa.X86_64, "imul %rax,%rcx", "ret"));
    assertThrows(
        IllegalStateException.class,
        () -> walked(Isa.AARCH64, "ldrsb x3, [x0, x1]", "subs x3, x3, #0x1", "b.ne 0x0", "ret"),
        "a loop whose end depends on data");
    assertThrows(IllegalStateException.class, () -> walked(Isa.AARCH64, "nop"), "no return");
  }

  @Test
  void shouldFallThroughAJumpAheadThatDependsOnData() {
    assertEquals(
        "abcde",
        walked(
            Isa.X86_64,
            "movzbl (%rsi,%r8,1),%eax",
            "cmp %rax,%rcx",
            "jae 0x10",
            "mov %rcx,%rax",
            "ret"));
  }
}
