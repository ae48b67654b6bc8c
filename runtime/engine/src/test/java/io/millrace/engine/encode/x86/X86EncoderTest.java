package io.millrace.engine.encode.x86;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.millrace.engine.encode.Disassembly;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every instruction against binutils' disassembler, over low and high registers, masks and
 * addresses.
 */
class X86EncoderTest {
  @TempDir Path folder;

  private final X86Encoder code = new X86Encoder();
  private final Disassembly expected =
      new Disassembly(
          Path.of("/usr/bin/objdump"),
          List.of("-m", "i386:x86-64", "-M", "intel"),
          X86EncoderTest::normal);

  private void line(String disassembly, Consumer<X86Encoder> write) {
    write.accept(code);
    expected.add(disassembly);
  }

  @Test
  void shouldAgreeWithTheDisassemblerOnScalarInstructions() throws Exception {
    for (Gpr r : Gpr.values()) {
      String n = name(r);
      line("mov " + n + ",0x12345678", c -> c.mov(r, 0x12345678));
      line("mov " + n + ",0xffffffffffffffff", c -> c.mov(r, -1));
      line("movabs " + n + ",0x123456789abcdef0", c -> c.mov(r, 0x123456789abcdef0L));
      line("mov " + n + ",r9", c -> c.mov(r, Gpr.R9));
      line("mov rcx," + n, c -> c.mov(Gpr.RCX, r));
      line("add " + n + ",0x7f", c -> c.add(r, 0x7f));
      line("add " + n + ",0x80", c -> c.add(r, 0x80));
      line("and " + n + ",0xfffffffffffffff0", c -> c.and(r, -16));
      line("sub " + n + ",0x40", c -> c.sub(r, 0x40));
      line("cmp " + n + ",0x1000", c -> c.cmp(r, 0x1000));
      line("add " + n + ",r12", c -> c.add(r, Gpr.R12));
      line("sub rdx," + n, c -> c.sub(Gpr.RDX, r));
      line("cmp " + n + ",rdi", c -> c.cmp(r, Gpr.RDI));
      line("push " + n, c -> c.push(r));
      line("pop " + n, c -> c.pop(r));
      for (Mem m : addresses()) {
        line("mov " + n + "," + text(m), c -> c.load64(r, m));
        line("mov " + text(m) + "," + n, c -> c.store64(m, r));
        line("lea " + n + "," + text(m), c -> c.lea(r, m));
      }
    }
    line("mov r9d,[rdi+0x8]", c -> c.load32(Gpr.R9, Mem.at(Gpr.RDI, 8)));
    line("mov [rdi+0x8],eax", c -> c.store32(Mem.at(Gpr.RDI, 8), Gpr.RAX));
    line("movzx eax,[rsi+r8*1]", c -> c.loadUnsigned8(Gpr.RAX, Mem.at(Gpr.RSI, Gpr.R8, 1, 0)));
    line("mov [rax],sil", c -> c.store8(Mem.at(Gpr.RAX, 0), Gpr.RSI));
    line("mov [r13+0x0],r10b", c -> c.store8(Mem.at(Gpr.R13, 0), Gpr.R10));
    line("prefetcht0 [r8+0x40]", c -> c.prefetch(Mem.at(Gpr.R8, 64)));
    line("kmovq k1,rax", c -> c.kmovq(1, Gpr.RAX));
    line("kmovq k7,r11", c -> c.kmovq(7, Gpr.R11));
    line("pause", X86Encoder::pause);
    line("lfence", X86Encoder::lfence);
    line("rdtsc", X86Encoder::rdtsc);
    line("vzeroupper", X86Encoder::vzeroupper);
    line("ret", X86Encoder::ret);
    compare();
  }

  @Test
  void shouldAgreeWithTheDisassemblerOnEveryVectorInstruction() throws Exception {
    for (Simd i : Simd.values()) {
      for (Width w : Width.values()) {
        if (exists(i, w)) {
          variants(i, w);
        }
      }
    }
    compare();
  }

  @Test
  void shouldJumpForwardsAndBackwards() throws Exception {
    X86Encoder.Label back = new X86Encoder.Label();
    X86Encoder.Label ahead = new X86Encoder.Label();
    code.bind(back);
    line("je 0xb", c -> c.jump(X86Encoder.Condition.EQUAL, ahead));
    line("jmp 0x0", c -> c.jump(back));
    code.bind(ahead);
    line("call 0x0", c -> c.call(back));
    line("jge 0x0", c -> c.jump(X86Encoder.Condition.GREATER_OR_EQUAL, back));
    compare();
  }

  @Test
  void shouldRefuseToEndWithAnOpenJump() {
    code.jump(new X86Encoder.Label());
    assertThrows(IllegalStateException.class, code::toByteArray);
  }

  private static boolean exists(Simd i, Width w) {
    return switch (i) {
      case VMOVD_LOAD, VMOVD_STORE, VMOVQ_LOAD, VMOVQ_STORE, VMOVSS_LOAD, VMOVSS_STORE ->
          w == Width.X;
      case VADDSS, VMULSS, VDIVSS -> w == Width.X;
      case VBROADCASTI32X4, VEXTRACTI32X4, VPERMD, VSHUFI32X4, VPERMQ_IMM ->
          w != Width.X && known(i, w);
      case VBROADCASTI128, VEXTRACTI128, VPERM2I128 -> w == Width.Y;
      case VEXTRACTI64X4 -> w == Width.Z;
      default -> known(i, w);
    };
  }

  private static boolean known(Simd i, Width w) {
    return w != Width.Z || i.hasEvex();
  }

  private void variants(Simd i, Width w) {
    String mnemonic = i.name().toLowerCase(Locale.ROOT).replaceAll("_(load|store|imm)$", "");
    boolean store = i.name().endsWith("_STORE");
    boolean load = i.name().endsWith("_LOAD");
    boolean extract = i.name().startsWith("VEXTRACT");
    boolean imm = i.name().endsWith("_IMM") || extract;
    boolean unary = load || imm || i.name().matches("VCVT.*|VPMOV[SZ]X.*|VP?BROADCAST.*");
    int top = i.hasEvex() ? 31 : 15;
    int[][] registers =
        i.hasEvex()
            ? new int[][] {{1, 2, 3}, {9, 14, 11}, {17, 26, 31}, {6, 30, 8}}
            : new int[][] {{1, 2, 3}, {9, 14, 11}, {15, 7, 0}};
    for (int[] r : registers) {
      Vec d = Vec.of(r[0]);
      Vec a = Vec.of(r[1]);
      Vec b = Vec.of(r[2]);
      if (store || load) {
        for (Mem m : addresses()) {
          String reg = reg(i, w, r[0]);
          line(
              mnemonic + " " + (store ? text(m) + "," + reg : reg + "," + text(m)),
              c -> c.simd(i, w, d, m));
        }
      } else if (extract) {
        Width half = i == Simd.VEXTRACTI64X4 ? Width.Y : Width.X;
        line(
            mnemonic + " " + v(half, r[1]) + "," + v(w, r[0]) + ",0x1", c -> c.simd(i, w, d, a, 1));
        for (Mem m : addresses()) {
          line(mnemonic + " " + text(m) + "," + v(w, r[0]) + ",0x1", c -> c.simd(i, w, d, m, 1));
        }
      } else if (imm) {
        line(
            mnemonic + " " + v(w, r[0]) + "," + v(w, r[1]) + ",0x4e",
            c -> c.simd(i, w, d, a, 0x4e));
      } else if (i == Simd.VPERM2I128 || i == Simd.VSHUFI32X4) {
        line(
            mnemonic + " " + v(w, r[0]) + "," + v(w, r[1]) + "," + v(w, r[2]) + ",0x1",
            c -> c.simd(i, w, d, a, b, 1));
      } else if (unary) {
        Width from = source(i, w);
        if (!i.name().startsWith("VBROADCASTI")) {
          line(mnemonic + " " + v(w, r[0]) + "," + v(from, r[1]), c -> c.simd(i, w, d, a));
        }
        for (Mem m : addresses()) {
          line(mnemonic + " " + v(w, r[0]) + "," + text(m), c -> c.simd(i, w, d, m));
        }
      } else {
        String two = mnemonic + " " + v(w, r[0]) + "," + v(w, r[1]) + ",";
        line(two + v(w, r[2]), c -> c.simd(i, w, d, a, b));
        for (Mem m : addresses()) {
          line(two + text(m), c -> c.simd(i, w, d, a, m));
          if (i.tuple == Simd.Tuple.FULL && i.hasEvex()) {
            line(two + text(m) + "{bcst}", c -> c.simd(i, w, d, a, m.repeated()));
          }
        }
        if (i.hasEvex() && i.tuple == Simd.Tuple.FULL) {
          String masked = mnemonic + " " + v(w, r[0]) + "{k3}," + v(w, r[1]) + "," + v(w, r[2]);
          line(masked, c -> c.simd(i, w, d.masked(3), a, b));
          line(masked.replace("{k3}", "{k3}{z}"), c -> c.simd(i, w, d.zeroed(3), a, b));
        }
      }
    }
    if (i == Simd.VMOVDQU8_LOAD) {
      line(
          "vmovdqu8 " + v(w, top) + "{k5}{z},[rsi]",
          c -> c.simd(i, w, Vec.of(top).zeroed(5), Mem.at(Gpr.RSI, 0)));
    }
    if (i == Simd.VMOVDQU8_STORE) {
      line(
          "vmovdqu8 [rsi]{k5}," + v(w, top),
          c -> c.simd(i, w, Vec.of(top).masked(5), Mem.at(Gpr.RSI, 0)));
    }
  }

  private static Width source(Simd i, Width w) {
    Width half = w == Width.Z ? Width.Y : Width.X;
    return switch (i.tuple) {
      case HALF -> half;
      case QUARTER, SCALAR1, SCALAR4 -> Width.X;
      default -> w;
    };
  }

  private static String reg(Simd i, Width w, int n) {
    return switch (i) {
      case VPMOVDB_STORE, VPMOVUSDB_STORE -> v(w, n);
      default -> v(w, n);
    };
  }

  private static String v(Width w, int n) {
    return w.name().toLowerCase(Locale.ROOT) + "mm" + n;
  }

  private static String name(Gpr r) {
    return r.name().toLowerCase(Locale.ROOT);
  }

  private static List<Mem> addresses() {
    return List.of(
        Mem.at(Gpr.RDI, 0),
        Mem.at(Gpr.RSP, 0x40),
        Mem.at(Gpr.R13, 0),
        Mem.at(Gpr.R12, -0x80),
        Mem.at(Gpr.RBP, 0x7),
        Mem.at(Gpr.R9, 0x12340),
        Mem.at(Gpr.RAX, Gpr.R15, 4, 0x1000),
        Mem.at(Gpr.R13, Gpr.RCX, 1, 0));
  }

  private static String text(Mem m) {
    StringBuilder s = new StringBuilder("[").append(name(m.base()));
    if (m.index() != null) {
      s.append('+').append(name(m.index())).append('*').append(m.scale());
    }
    boolean shown = m.disp() != 0 || m.base() == Gpr.RBP || m.base() == Gpr.R13;
    if (shown) {
      s.append(m.disp() < 0 ? "-0x" : "+0x").append(Integer.toHexString(Math.abs(m.disp())));
    }
    return s.append(']').toString();
  }

  private static final Pattern SIZE = Pattern.compile("\\b[A-Z]+ (PTR|BCST) ");

  private void compare() throws IOException, InterruptedException {
    expected.compare(code.toByteArray(), folder);
  }

  private static String normal(String s) {
    s =
        s.replace("{vex} ", "")
            .replaceAll("\\s+", " ")
            .trim()
            .replaceAll("<.*>", "")
            .replaceAll(" #.*", "")
            .trim();
    boolean broadcast = s.contains("BCST") || s.contains("{1to");
    s = SIZE.matcher(s).replaceAll("").replaceAll("\\{1to\\d+}", "");
    return broadcast ? s + "{bcst}" : s;
  }
}
