package io.millrace.engine.encode.aarch64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.encode.Disassembly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every instruction against binutils' disassembler, over low and high registers and offsets. */
class A64EncoderTest {
  private static final Path OBJDUMP = Path.of("/usr/bin/aarch64-linux-gnu-objdump");

  /** Each instruction with D, N and M where its registers stand. */
  private static final Map<Neon, String> VECTOR = new EnumMap<>(Neon.class);

  static {
    VECTOR.put(Neon.SMULL_8H, "smull vD.8h, vN.8b, vM.8b");
    VECTOR.put(Neon.SMULL2_8H, "smull2 vD.8h, vN.16b, vM.16b");
    VECTOR.put(Neon.SMLAL_8H, "smlal vD.8h, vN.8b, vM.8b");
    VECTOR.put(Neon.SMLAL2_8H, "smlal2 vD.8h, vN.16b, vM.16b");
    VECTOR.put(Neon.SADDW_4S, "saddw vD.4s, vN.4s, vM.4h");
    VECTOR.put(Neon.SADDW2_4S, "saddw2 vD.4s, vN.4s, vM.8h");
    VECTOR.put(Neon.ADDP_4S, "addp vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.ADD_4S, "add vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.SUB_4S, "sub vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.SUB_16B, "sub vD.16b, vN.16b, vM.16b");
    VECTOR.put(Neon.MUL_4S, "mul vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.MLA_4S, "mla vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.SDOT_4S, "sdot vD.4s, vN.16b, vM.16b");
    VECTOR.put(Neon.SMMLA_4S, "smmla vD.4s, vN.16b, vM.16b");
    VECTOR.put(Neon.EOR_16B, "eor vD.16b, vN.16b, vM.16b");
    VECTOR.put(Neon.SQADD_8H, "sqadd vD.8h, vN.8h, vM.8h");
    VECTOR.put(Neon.SMAX_16B, "smax vD.16b, vN.16b, vM.16b");
    VECTOR.put(Neon.SMIN_16B, "smin vD.16b, vN.16b, vM.16b");
    VECTOR.put(Neon.ZIP1_4S, "zip1 vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.ZIP2_4S, "zip2 vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.ZIP1_2D, "zip1 vD.2d, vN.2d, vM.2d");
    VECTOR.put(Neon.ZIP2_2D, "zip2 vD.2d, vN.2d, vM.2d");
    VECTOR.put(Neon.FMUL_4S, "fmul vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.FADD_4S, "fadd vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.FDIV_4S, "fdiv vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.FMLA_4S, "fmla vD.4s, vN.4s, vM.4s");
    VECTOR.put(Neon.FADD_S, "fadd sD, sN, sM");
    VECTOR.put(Neon.FMUL_S, "fmul sD, sN, sM");
    VECTOR.put(Neon.FDIV_S, "fdiv sD, sN, sM");
    VECTOR.put(Neon.SADALP_4S, "sadalp vD.4s, vN.8h");
    VECTOR.put(Neon.SCVTF_4S, "scvtf vD.4s, vN.4s");
    VECTOR.put(Neon.FCVTNS_4S, "fcvtns vD.4s, vN.4s");
    VECTOR.put(Neon.FCVTAS_4S, "fcvtas vD.4s, vN.4s");
    VECTOR.put(Neon.FCVTZS_4S, "fcvtzs vD.4s, vN.4s");
    VECTOR.put(Neon.SQXTN_4H, "sqxtn vD.4h, vN.4s");
    VECTOR.put(Neon.SQXTN2_8H, "sqxtn2 vD.8h, vN.4s");
    VECTOR.put(Neon.SQXTN_8B, "sqxtn vD.8b, vN.8h");
    VECTOR.put(Neon.SQXTN2_16B, "sqxtn2 vD.16b, vN.8h");
    // sshll by 0 is read as what it does
    VECTOR.put(Neon.SSHLL_8H, "sxtl vD.8h, vN.8b");
    VECTOR.put(Neon.SSHLL2_8H, "sxtl2 vD.8h, vN.16b");
    VECTOR.put(Neon.SSHLL_4S, "sxtl vD.4s, vN.4h");
    VECTOR.put(Neon.SSHLL2_4S, "sxtl2 vD.4s, vN.8h");
  }

  @TempDir Path folder;

  private final A64Encoder code = new A64Encoder();
  private final Disassembly expected =
      new Disassembly(OBJDUMP, List.of("-m", "aarch64"), A64EncoderTest::normal);

  /** Lines may be several; each is one instruction. */
  private void line(String disassembly, Consumer<A64Encoder> write) {
    write.accept(code);
    for (String line : disassembly.split("\n", -1)) {
      expected.add(line);
    }
  }

  private static String normal(String line) {
    return line.replaceAll("//.*", "").replaceAll("<.*>", "").replaceAll("\\s+", " ").strip();
  }

  private void compare() throws IOException, InterruptedException {
    expected.compare(code.toByteArray(), folder);
  }

  private static String name(X r) {
    return r.name().toLowerCase(Locale.ROOT);
  }

  @Test
  void shouldAgreeWithTheDisassemblerOnGeneralInstructions() throws Exception {
    for (X r : X.values()) {
      String n = name(r);
      if (r != X.SP) {
        line("mov " + n + ", #0x0", c -> c.mov(r, 0));
        line("mov " + n + ", #0x1234", c -> c.mov(r, 0x1234));
        line("mov " + n + ", #0x5678\nmovk " + n + ", #0x1234, lsl #16", c -> c.mov(r, 0x12345678));
        line("mov " + n + ", #0x12340000", c -> c.mov(r, 0x12340000));
        line("mov " + n + ", #0xffffffffffffffff", c -> c.mov(r, -1));
        line("mov " + n + ", #0xffffffffffff8000", c -> c.mov(r, -32768));
        line(
            "mov " + n + ", #0xffffffffffff0123\nmovk " + n + ", #0xfffe, lsl #16",
            c -> c.mov(r, 0xFFFFFFFFFFFE0123L));
        line(
            ("mov %s, #0xdef0\nmovk %s, #0x9abc, lsl #16\nmovk %s, #0x5678, lsl #32\n"
                    + "movk %s, #0x1234, lsl #48")
                .formatted(n, n, n, n),
            c -> c.mov(r, 0x123456789abcdef0L));
        line("mov " + n + ", x9", c -> c.mov(r, X.X9));
        line("mov x9, " + n, c -> c.mov(X.X9, r));
        line("add " + n + ", x7, x30", c -> c.add(r, X.X7, X.X30));
        line("add x8, " + n + ", x30, lsl #4", c -> c.add(X.X8, r, X.X30, 4));
        line("sub x8, x21, " + n, c -> c.sub(X.X8, X.X21, r));
        line("subs " + n + ", x20, #0xfff", c -> c.subs(r, X.X20, 4095));
        line("cmp " + n + ", x11", c -> c.cmp(r, X.X11));
        line("cmp w12, w" + n.substring(1), c -> c.cmp32(X.X12, r));
        line("csel x1, " + n + ", x22, lt", c -> c.selectLess(X.X1, r, X.X22));
        line("ldar w" + n.substring(1) + ", [x3]", c -> c.loadAcquire32(r, X.X3));
        line("stlr w5, [" + n + "]", c -> c.storeRelease32(X.X5, r));
        line("str " + n + ", [x13]", c -> c.store64(r, X.X13));
        line("mrs " + n + ", cntvct_el0", c -> c.counter(r));
        line("ldrsb " + n + ", [x2, x19]", c -> c.loadSigned8(r, X.X2, X.X19));
        line("stp " + n + ", x24, [sp, #64]", c -> c.storePair(r, X.X24, X.SP, 64));
        line("ldp x23, " + n + ", [sp, #-8]", c -> c.loadPair(X.X23, r, X.SP, -8));
      }
      line("add " + n + ", x14, #0x10", c -> c.add(r, X.X14, 16));
      line("sub x14, " + n + ", #0xfff", c -> c.add(X.X14, r, -4095));
      line("add " + n + ", " + n + ", #0x7, lsl #12", c -> c.add(r, r, 7 << 12));
      line(
          "add %s, x1, #0x123, lsl #12\nadd %s, %s, #0x456".formatted(n, n, n),
          c -> c.add(r, X.X1, 0x123456));
      line(
          "sub %s, x1, #0x123, lsl #12\nsub %s, %s, #0x456".formatted(n, n, n),
          c -> c.add(r, X.X1, -0x123456));
    }
    line("mov x17, #0x1000000\nadd x3, x4, x17", c -> c.add(X.X3, X.X4, 1 << 24));
    int before = code.size();
    code.add(X.X3, X.X3, 0);
    assertEquals(before, code.size(), "nothing added in place is nothing written");
    line("mov sp, x3", c -> c.add(X.SP, X.X3, 0));
    line("ret", A64Encoder::ret);
    line("yield", A64Encoder::spinHint);
    line("isb", A64Encoder::isb);
    compare();
  }

  @Test
  void shouldAgreeWithTheDisassemblerOnLoadsAndStores() throws Exception {
    for (int t : new int[] {0, 7, 16, 31}) {
      line("stp d" + t + ", d9, [sp, #48]", c -> c.storePair(t, 9, X.SP, 48));
      line("ldp d8, d" + t + ", [x29, #-512]", c -> c.loadPair(8, t, X.X29, -512));
      line("ldr q" + t + ", [x1]", c -> c.loadQ(t, X.X1, 0));
      line("ldr q" + t + ", [x1, #65520]", c -> c.loadQ(t, X.X1, 65_520));
      line("ldur q" + t + ", [x30, #-256]", c -> c.loadQ(t, X.X30, -256));
      line("ldur q" + t + ", [x1, #255]", c -> c.loadQ(t, X.X1, 255));
      line("add x16, x1, #0x101\nldr q" + t + ", [x16]", c -> c.loadQ(t, X.X1, 257));
      line("sub x16, x1, #0x101\nldr q" + t + ", [x16]", c -> c.loadQ(t, X.X1, -257));
      line("add x16, x1, #0x10, lsl #12\nstr q" + t + ", [x16]", c -> c.storeQ(t, X.X1, 65_536));
      line("str q" + t + ", [x22, #32]", c -> c.storeQ(t, X.X22, 32));
      line("stur q" + t + ", [x22, #1]", c -> c.storeQ(t, X.X22, 1));
      line("str d" + t + ", [x22, #8]", c -> c.storeD(t, X.X22, 8));
      line("stur d" + t + ", [x22, #-4]", c -> c.storeD(t, X.X22, -4));
      line("ldr d" + t + ", [x22, #32760]", c -> c.loadD(t, X.X22, 32_760));
      line("ldur d" + t + ", [x22, #3]", c -> c.loadD(t, X.X22, 3));
      line("str s" + t + ", [x22, #4]", c -> c.storeS(t, X.X22, 4));
      line("stur s" + t + ", [x22, #7]", c -> c.storeS(t, X.X22, 7));
      line("ldr s" + t + ", [x22, #16380]", c -> c.loadS(t, X.X22, 16_380));
      line("ldur s" + t + ", [x22, #-1]", c -> c.loadS(t, X.X22, -1));
      line("ldr q" + t + ", [x5], #255", c -> c.loadQThenAdd(t, X.X5, 255));
      line("ldr q" + t + ", [x5], #-256", c -> c.loadQThenAdd(t, X.X5, -256));
      line("ldr s" + t + ", [x5, x21, lsl #2]", c -> c.loadS(t, X.X5, X.X21));
      line("str s" + t + ", [x5, x21, lsl #2]", c -> c.storeS(t, X.X5, X.X21));
      for (int lane = 0; lane < 16; lane++) {
        int i = lane;
        line("st1 {v%d.b}[%d], [x6], #1".formatted(t, i), c -> c.storeLaneB(t, i, X.X6));
        if (i < 8) {
          line("st1 {v%d.h}[%d], [x6], #2".formatted(t, i), c -> c.storeLaneH(t, i, X.X6));
        }
        if (i < 4) {
          line("st1 {v%d.s}[%d], [x6], #4".formatted(t, i), c -> c.storeLaneS(t, i, X.X6));
        }
        if (i < 2) {
          line("st1 {v%d.d}[%d], [x6], #8".formatted(t, i), c -> c.storeLaneD(t, i, X.X6));
        }
      }
      line("str q" + t + ", [x6, #16]", c -> c.storePart(t, X.X6, 16, 16));
      line("str d" + t + ", [x6, #16]", c -> c.storePart(t, X.X6, 16, 8));
      line("str s" + t + ", [x6, #16]", c -> c.storePart(t, X.X6, 16, 4));
      line(
          ("add x16, x6, #0x10\nst1 {v%d.d}[0], [x16], #8\nst1 {v%d.s}[2], [x16], #4\n"
                  + "st1 {v%d.h}[6], [x16], #2\nst1 {v%d.b}[14], [x16], #1")
              .formatted(t, t, t, t),
          c -> c.storePart(t, X.X6, 16, 15));
      line(
          "add x16, x6, #0x10\nst1 {v%d.h}[0], [x16], #2\nst1 {v%d.b}[2], [x16], #1"
              .formatted(t, t),
          c -> c.storePart(t, X.X6, 16, 3));
    }
    compare();
  }

  @Test
  void shouldAgreeWithTheDisassemblerOnEveryVectorInstruction() throws Exception {
    int[][] registers = {{1, 2, 3}, {0, 31, 16}, {31, 0, 7}, {16, 9, 31}, {29, 30, 0}};
    for (Neon i : Neon.values()) {
      String form = VECTOR.get(i);
      assertTrue(form != null, i + " is not in the table");
      for (int[] r : registers) {
        String line = form.replace("D", "" + r[0]).replace("N", "" + r[1]).replace("M", "" + r[2]);
        if (i.sources() == 2) {
          line(line, c -> c.neon(i, r[0], r[1], r[2]));
          assertThrows(IllegalArgumentException.class, () -> code.neon(i, 0, 1));
        } else {
          line(line, c -> c.neon(i, r[0], r[1]));
          assertThrows(IllegalArgumentException.class, () -> code.neon(i, 0, 1, 2));
        }
      }
    }
    for (int[] r : registers) {
      int d = r[0];
      int n = r[1];
      int m = r[2];
      for (int index = 0; index < 4; index++) {
        int i = index;
        line("sdot v%d.4s, v%d.16b, v%d.4b[%d]".formatted(d, n, m, i), c -> c.sdot(d, n, m, i));
        line("dup v%d.4s, v%d.s[%d]".formatted(d, n, i), c -> c.dup(d, n, i));
      }
      line("movi v%d.2d, #0x0".formatted(d), c -> c.zero(d));
      line("mov v%d.16b, v%d.16b".formatted(d, n), c -> c.mov(d, n));
      for (int shift = 1; shift < 8; shift++) {
        int s = shift;
        line("shl v%d.16b, v%d.16b, #%d".formatted(d, n, s), c -> c.shiftLeft8(d, n, s));
        line("sshr v%d.16b, v%d.16b, #%d".formatted(d, n, s), c -> c.shiftRight8(d, n, s));
      }
      line("sshr v%d.4s, v%d.4s, #31".formatted(d, n), c -> c.shiftRight32(d, n, 31));
      line("sshr v%d.4s, v%d.4s, #1".formatted(d, n), c -> c.shiftRight32(d, n, 1));
      String table =
          "{%s}"
              .formatted(
                  n < 29
                      ? "v%d.16b-v%d.16b".formatted(n, n + 3)
                      : "v%d.16b, v%d.16b, v%d.16b, v%d.16b"
                          .formatted(n, (n + 1) % 32, (n + 2) % 32, (n + 3) % 32));
      line("tbl v%d.16b, %s, v%d.16b".formatted(d, table, m), c -> c.tableLookup(d, n, m));
      line("tbx v%d.16b, %s, v%d.16b".formatted(d, table, m), c -> c.tableExtend(d, n, m));
    }
    compare();
  }

  @Test
  void shouldJumpForwardsAndBackwards() throws Exception {
    A64Encoder.Label back = new A64Encoder.Label();
    A64Encoder.Label ahead = new A64Encoder.Label();
    code.bind(back);
    line("b.eq 0xc", c -> c.jump(A64Encoder.Condition.EQUAL, ahead));
    line("b.al 0x0", c -> c.jump(back));
    line("b.cs 0xc", c -> c.jump(A64Encoder.Condition.ABOVE_OR_EQUAL, ahead));
    code.bind(ahead);
    line("b.ne 0x0", c -> c.jump(A64Encoder.Condition.NOT_EQUAL, back));
    line("b.al 0xc", c -> c.jump(ahead));
    line("nop\nnop\nnop", c -> c.align(32));
    compare();
  }

  @Test
  void shouldRefuseWhatCannotBeWritten() {
    A64Encoder.Label far = new A64Encoder.Label();
    code.bind(far);
    for (int i = 0; i < 1 << 18; i++) {
      code.ret();
    }
    code.jump(far);
    code.ret();
    assertThrows(IllegalStateException.class, () -> code.jump(far), "beyond 1 MiB");
    assertThrows(IllegalArgumentException.class, () -> code.loadQ(32, X.X0, 0));
    code.jump(new A64Encoder.Label());
    assertThrows(IllegalStateException.class, code::toByteArray, "an open jump");
  }

  @Test
  void shouldGiveCopies() {
    code.ret();
    byte[] first = code.toByteArray();
    first[0] = 0;
    assertArrayEquals(new byte[] {(byte) 0xC0, 0x03, 0x5F, (byte) 0xD6}, code.toByteArray());
  }
}
