package io.millrace.engine.encode.aarch64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes AArch64 machine code into a growing array of words.
 *
 * <p>Code is position independent: jumps are relative, everything else goes through registers.
 * Where a constant or a distance does not fit an instruction, as many are written as it takes, and
 * X16 and X17 are overwritten, which the procedure call standard leaves to linkers and so nobody
 * keeps.
 */
public final class A64Encoder {
  /** A place in the code that jumps go to; bound once. */
  public static final class Label {
    private int position = -1;
    private final List<Integer> fixups = new ArrayList<>();
  }

  /** Conditions of a jump, with their code (C1.2.4). */
  public enum Condition {
    EQUAL(0),
    NOT_EQUAL(1),
    ABOVE_OR_EQUAL(2);

    private final int code;

    Condition(int code) {
      this.code = code;
    }
  }

  private static final X ADDRESS = X.X16;
  private static final X CONSTANT = X.X17;
  private static final int NOP = 0xD503201F;

  private int[] words = new int[1024];
  private int count;
  private int openFixups;

  /** Bytes written so far. */
  public int size() {
    return count * 4;
  }

  /**
   * A copy of the code.
   *
   * @throws IllegalStateException if a jump goes to a label that was never bound
   */
  public byte[] toByteArray() {
    if (openFixups != 0) {
      throw new IllegalStateException(openFixups + " jumps to labels that were never bound");
    }
    byte[] bytes = new byte[size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (words[i >> 2] >> ((i & 3) * 8));
    }
    return bytes;
  }

  private void put(int word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, count * 2);
    }
    words[count++] = word;
  }

  /** Fills up with NOP. */
  public void align(int bytes) {
    while (size() % bytes != 0) {
      put(NOP);
    }
  }

  private static int dn(X d, X n) {
    return (n.number() << 5) | d.number();
  }

  private static int v(int register) {
    if (register < 0 || register > 31) {
      throw new IllegalArgumentException("vector register " + register);
    }
    return register;
  }

  // ---- general instructions ----

  /** MOVZ, MOVN and MOVK Xd, #imm16, LSL #shift, as many as it takes. */
  public void mov(X d, long value) {
    boolean inverted = value < 0;
    long rest = inverted ? ~value : value;
    boolean first = true;
    for (int hw = 0; hw < 4; hw++) {
      int part = (int) (rest >>> (hw * 16)) & 0xFFFF;
      if (part == 0) {
        continue;
      }
      if (first) {
        put((inverted ? 0x92800000 : 0xD2800000) | (hw << 21) | (part << 5) | d.number());
        first = false;
      } else {
        put(0xF2800000 | (hw << 21) | ((inverted ? ~part & 0xFFFF : part) << 5) | d.number());
      }
    }
    if (first) {
      put((inverted ? 0x92800000 : 0xD2800000) | d.number());
    }
  }

  /** ORR Xd, XZR, Xm. */
  public void mov(X d, X m) {
    put(0xAA0003E0 | (m.number() << 16) | d.number());
  }

  /** ADD or SUB Xd, Xn, #imm12, LSL #0 or #12, as many as it takes; nothing for 0 in place. */
  public void add(X d, X n, long value) {
    long size = Math.abs(value);
    int bits = value < 0 ? 0xD1000000 : 0x91000000;
    if (size >= 1 << 24) {
      mov(CONSTANT, value);
      add(d, n, CONSTANT);
      return;
    }
    X from = n;
    if (size >> 12 != 0) {
      put(bits | (1 << 22) | ((int) (size >> 12) << 10) | dn(d, from));
      from = d;
    }
    if ((size & 0xFFF) != 0 || (size == 0 && d != n)) {
      put(bits | ((int) (size & 0xFFF) << 10) | dn(d, from));
    }
  }

  /** ADD Xd, Xn, Xm. */
  public void add(X d, X n, X m) {
    add(d, n, m, 0);
  }

  /** ADD Xd, Xn, Xm, LSL #shift. */
  public void add(X d, X n, X m, int shift) {
    put(0x8B000000 | (m.number() << 16) | (shift << 10) | dn(d, n));
  }

  /** SUB Xd, Xn, Xm. */
  public void sub(X d, X n, X m) {
    put(0xCB000000 | (m.number() << 16) | dn(d, n));
  }

  /** SUBS Xd, Xn, #imm12. */
  public void subs(X d, X n, int value) {
    put(0xF1000000 | ((value & 0xFFF) << 10) | dn(d, n));
  }

  /** CMP Xn, Xm: SUBS XZR, Xn, Xm. */
  public void cmp(X n, X m) {
    put(0xEB00001F | (m.number() << 16) | (n.number() << 5));
  }

  /** CMP Wn, Wm: SUBS WZR, Wn, Wm. */
  public void cmp32(X n, X m) {
    put(0x6B00001F | (m.number() << 16) | (n.number() << 5));
  }

  /** CSEL Xd, Xn, Xm, LT. */
  public void selectLess(X d, X n, X m) {
    put(0x9A80B000 | (m.number() << 16) | dn(d, n));
  }

  /** RET. */
  public void ret() {
    put(0xD65F03C0);
  }

  /** YIELD. */
  public void spinHint() {
    put(0xD503203F);
  }

  /** ISB. */
  public void isb() {
    put(0xD5033FDF);
  }

  /** MRS Xt, CNTVCT_EL0: the count of the system's timer (D24.11). */
  public void counter(X t) {
    put(0xD53BE040 | t.number());
  }

  /** LDAR Wt, [Xn]. */
  public void loadAcquire32(X t, X n) {
    put(0x88DFFC00 | dn(t, n));
  }

  /** STLR Wt, [Xn]. */
  public void storeRelease32(X t, X n) {
    put(0x889FFC00 | dn(t, n));
  }

  /** STR Xt, [Xn]. */
  public void store64(X t, X n) {
    put(0xF9000000 | dn(t, n));
  }

  /** LDRSB Xt, [Xn, Xm]. */
  public void loadSigned8(X t, X n, X m) {
    put(0x38A06800 | (m.number() << 16) | dn(t, n));
  }

  /** STP Xt, Xu, [Xn, #offset]. */
  public void storePair(X t, X u, X n, int offset) {
    put(0xA9000000 | pair(offset) | (u.number() << 10) | dn(t, n));
  }

  /** LDP Xt, Xu, [Xn, #offset]. */
  public void loadPair(X t, X u, X n, int offset) {
    put(0xA9400000 | pair(offset) | (u.number() << 10) | dn(t, n));
  }

  /** STP Dt, Du, [Xn, #offset]. */
  public void storePair(int t, int u, X n, int offset) {
    put(0x6D000000 | pair(offset) | (v(u) << 10) | (n.number() << 5) | v(t));
  }

  /** LDP Dt, Du, [Xn, #offset]. */
  public void loadPair(int t, int u, X n, int offset) {
    put(0x6D400000 | pair(offset) | (v(u) << 10) | (n.number() << 5) | v(t));
  }

  private static int pair(int offset) {
    return ((offset / 8) & 0x7F) << 15;
  }

  // ---- jumps ----

  /** Makes {@code label} the place of the next instruction. */
  public void bind(Label label) {
    label.position = count;
    for (int at : label.fixups) {
      words[at] |= distance(at, label.position);
      openFixups--;
    }
    label.fixups.clear();
  }

  /** B.cond: 1 MiB either way. */
  public void jump(Condition condition, Label label) {
    jumpWith(0x54000000 | condition.code, label);
  }

  /** B, as B.AL, so that one form of distance serves. */
  public void jump(Label label) {
    jumpWith(0x5400000E, label);
  }

  private void jumpWith(int bits, Label label) {
    if (label.position >= 0) {
      put(bits | distance(count, label.position));
    } else {
      label.fixups.add(count);
      openFixups++;
      put(bits);
    }
  }

  private static int distance(int from, int to) {
    int words = to - from;
    if (words != ((words << 13) >> 13)) {
      throw new IllegalStateException("a jump over " + 4L * words + " bytes; it reaches 1 MiB");
    }
    return (words & 0x7FFFF) << 5;
  }

  // ---- loads and stores of vector registers ----

  /** LDR Qt, [Xn, #offset]; LDUR or an address of its own where the offset asks for it. */
  public void loadQ(int t, X n, int offset) {
    memory(0x3DC00000, 0x3CC00000, 16, t, n, offset);
  }

  /** STR Qt, [Xn, #offset]. */
  public void storeQ(int t, X n, int offset) {
    memory(0x3D800000, 0x3C800000, 16, t, n, offset);
  }

  /** STR Dt, [Xn, #offset]. */
  public void storeD(int t, X n, int offset) {
    memory(0xFD000000, 0xFC000000, 8, t, n, offset);
  }

  /** LDR Dt, [Xn, #offset]. */
  public void loadD(int t, X n, int offset) {
    memory(0xFD400000, 0xFC400000, 8, t, n, offset);
  }

  /** STR St, [Xn, #offset]. */
  public void storeS(int t, X n, int offset) {
    memory(0xBD000000, 0xBC000000, 4, t, n, offset);
  }

  /** LDR St, [Xn, #offset]. */
  public void loadS(int t, X n, int offset) {
    memory(0xBD400000, 0xBC400000, 4, t, n, offset);
  }

  private void memory(int scaled, int unscaled, int size, int t, X n, int offset) {
    if (offset >= 0 && offset % size == 0 && offset / size < 1 << 12) {
      put(scaled | ((offset / size) << 10) | (n.number() << 5) | v(t));
    } else if (offset >= -256 && offset < 256) {
      put(unscaled | ((offset & 0x1FF) << 12) | (n.number() << 5) | v(t));
    } else {
      add(ADDRESS, n, offset);
      put(scaled | (ADDRESS.number() << 5) | v(t));
    }
  }

  /** LDR Qt, [Xn], #step, which is from -256 to 255. */
  public void loadQThenAdd(int t, X n, int step) {
    put(0x3CC00400 | ((step & 0x1FF) << 12) | (n.number() << 5) | v(t));
  }

  /** LDR St, [Xn, Xm, LSL #2]. */
  public void loadS(int t, X n, X m) {
    put(0xBC607800 | (m.number() << 16) | (n.number() << 5) | v(t));
  }

  /** STR St, [Xn, Xm, LSL #2]. */
  public void storeS(int t, X n, X m) {
    put(0xBC207800 | (m.number() << 16) | (n.number() << 5) | v(t));
  }

  /** ST1 { Vt.B }[index], [Xn], #1. */
  public void storeLaneB(int t, int index, X n) {
    put(0x0D9F0000 | ((index >> 3) << 30) | ((index & 7) << 10) | (n.number() << 5) | v(t));
  }

  /** ST1 { Vt.H }[index], [Xn], #2. */
  public void storeLaneH(int t, int index, X n) {
    put(0x0D9F4000 | ((index >> 2) << 30) | ((index & 3) << 11) | (n.number() << 5) | v(t));
  }

  /** ST1 { Vt.S }[index], [Xn], #4. */
  public void storeLaneS(int t, int index, X n) {
    put(0x0D9F8000 | ((index >> 1) << 30) | ((index & 1) << 12) | (n.number() << 5) | v(t));
  }

  /** ST1 { Vt.D }[index], [Xn], #8. */
  public void storeLaneD(int t, int index, X n) {
    put(0x0D9F8400 | (index << 30) | (n.number() << 5) | v(t));
  }

  /**
   * Stores the first {@code bytes} of {@code t} and nothing behind them.
   *
   * @param bytes from 1 to 16
   */
  public void storePart(int t, X n, int offset, int bytes) {
    switch (bytes) {
      case 16 -> storeQ(t, n, offset);
      case 8 -> storeD(t, n, offset);
      case 4 -> storeS(t, n, offset);
      default -> {
        add(ADDRESS, n, offset);
        int at = 0;
        if (bytes - at >= 8) {
          storeLaneD(t, 0, ADDRESS);
          at += 8;
        }
        if (bytes - at >= 4) {
          storeLaneS(t, at / 4, ADDRESS);
          at += 4;
        }
        if (bytes - at >= 2) {
          storeLaneH(t, at / 2, ADDRESS);
          at += 2;
        }
        if (bytes - at >= 1) {
          storeLaneB(t, at, ADDRESS);
        }
      }
    }
  }

  // ---- vectors ----

  /** An instruction of two sources. */
  public void neon(Neon i, int d, int n, int m) {
    if (i.sources() != 2) {
      throw new IllegalArgumentException(i + " has one source");
    }
    put(i.bits() | (v(m) << 16) | (v(n) << 5) | v(d));
  }

  /** An instruction of one source. */
  public void neon(Neon i, int d, int n) {
    if (i.sources() != 1) {
      throw new IllegalArgumentException(i + " has two sources");
    }
    put(i.bits() | (v(n) << 5) | v(d));
  }

  /** SDOT Vd.4S, Vn.16B, Vm.4B[index]. */
  public void sdot(int d, int n, int m, int index) {
    put(
        0x4F80E000
            | ((index & 1) << 21)
            | ((index >> 1) << 11)
            | (v(m) << 16)
            | (v(n) << 5)
            | v(d));
  }

  /** DUP Vd.4S, Vn.S[index]. */
  public void dup(int d, int n, int index) {
    put(0x4E000400 | (((index << 3) | 4) << 16) | (v(n) << 5) | v(d));
  }

  /** MOVI Vd.2D, #0. */
  public void zero(int d) {
    put(0x6F00E400 | v(d));
  }

  /** MOV Vd.16B, Vn.16B: ORR with itself. */
  public void mov(int d, int n) {
    put(0x4EA01C00 | (v(n) << 16) | (v(n) << 5) | v(d));
  }

  /** SHL Vd.16B, Vn.16B, #shift. */
  public void shiftLeft8(int d, int n, int shift) {
    put(0x4F005400 | ((8 + shift) << 16) | (v(n) << 5) | v(d));
  }

  /** SSHR Vd.16B, Vn.16B, #shift. */
  public void shiftRight8(int d, int n, int shift) {
    put(0x4F000400 | ((16 - shift) << 16) | (v(n) << 5) | v(d));
  }

  /** SSHR Vd.4S, Vn.4S, #shift. */
  public void shiftRight32(int d, int n, int shift) {
    put(0x4F000400 | ((64 - shift) << 16) | (v(n) << 5) | v(d));
  }

  /** TBL Vd.16B, { Vn.16B to Vn+3.16B }, Vm.16B. */
  public void tableLookup(int d, int n, int m) {
    put(0x4E006000 | (v(m) << 16) | (v(n) << 5) | v(d));
  }

  /** TBX Vd.16B, { Vn.16B to Vn+3.16B }, Vm.16B: indices beyond the table leave what was there. */
  public void tableExtend(int d, int n, int m) {
    put(0x4E007000 | (v(m) << 16) | (v(n) << 5) | v(d));
  }
}
