package io.millrace.bench.analyser;

import io.millrace.bench.analyser.Disassembler.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** General registers of x86-64, in AT&T's notation: sources first. */
final class X86Flow extends ControlFlow {
  private static final List<String> WIDE =
      List.of(
          "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
          "r13", "r14", "r15");
  private static final List<String> NARROW =
      List.of(
          "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d",
          "r12d", "r13d", "r14d", "r15d");
  private static final Pattern ADDRESS =
      Pattern.compile("(-?0x[0-9a-f]+)?\\(%(\\w+)(?:,%(\\w+),(\\d))?\\)");
  private static final int RSP = 4;

  X86Flow(List<Instruction> code) {
    super(code);
  }

  @Override
  int[] argumentRegisters() {
    return new int[] {7, 6, 2};
  }

  @Override
  int stackRegister() {
    return RSP;
  }

  /** The number of a register of 64 bits, -1 for anything else. */
  private static int wide(String operand) {
    return operand.startsWith("%") ? WIDE.indexOf(operand.substring(1)) : -1;
  }

  private static int general(String operand) {
    int wide = wide(operand);
    return wide >= 0 || !operand.startsWith("%") ? wide : NARROW.indexOf(operand.substring(1));
  }

  /** Splits at commas outside of parentheses. */
  private static List<String> operands(String text) {
    List<String> all = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        all.add(text.substring(from, i));
        from = i + 1;
      }
    }
    all.add(text.substring(from));
    return all;
  }

  private static long number(String immediate) {
    String digits = immediate.substring(1);
    boolean negative = digits.startsWith("-");
    long value = Long.parseUnsignedLong(digits.replaceFirst("^-", "").replaceFirst("^0x", ""), 16);
    return negative ? -value : value;
  }

  /** A value that is read off the registers. */
  private interface Source {
    long value(ControlFlow s);
  }

  private record Operand(Source value, Source known) {}

  private static Operand address(Matcher m) {
    long offset = m.group(1) == null ? 0 : Long.decode(m.group(1));
    int base = WIDE.indexOf(m.group(2));
    int index = m.group(3) == null ? -1 : WIDE.indexOf(m.group(3));
    int scale = m.group(4) == null ? 1 : Integer.parseInt(m.group(4));
    return new Operand(
        s -> s.values[base] + offset + (index < 0 ? 0 : s.values[index] * scale),
        s -> s.known[base] && (index < 0 || s.known[index]) ? 1 : 0);
  }

  private static Operand operand(String text) {
    if (text.startsWith("$")) {
      long value = number(text);
      return new Operand(_ -> value, _ -> 1);
    }
    int register = wide(text);
    return new Operand(s -> s.values[register], s -> s.known[register] ? 1 : 0);
  }

  @Override
  Effect decode(Instruction instruction) {
    String mnemonic = instruction.mnemonic();
    List<String> o = operands(instruction.operands());
    int d = wide(o.getLast());
    return switch (mnemonic) {
      case "ret" -> s -> s.calls.isEmpty() ? END : s.calls.removeLast();
      case "call" -> call(instruction, o.getFirst());
      case "push" -> null;
      case "pop" ->
          s -> {
            s.set(d, 0, false);
            return NEXT;
          };
      case "mov", "movabs", "movq" -> move(o, d);
      case "lea" -> place(address(matched(instruction, o.getFirst())), d);
      case "add", "sub", "and" -> combine(mnemonic, operand(o.getFirst()), d);
      case "cmp" -> compared(operand(o.get(1)), operand(o.get(0)));
      default -> mnemonic.startsWith("j") ? jump(instruction, o) : other(instruction, o);
    };
  }

  private Effect call(Instruction instruction, String target) {
    int called = index(target);
    int back = index("0x" + Long.toHexString(instruction.address())) + 1;
    return s -> {
      s.calls.add(back);
      return called;
    };
  }

  private static Effect place(Operand place, int d) {
    return s -> {
      s.set(d, place.value.value(s), place.known.value(s) == 1);
      return NEXT;
    };
  }

  private static Effect compared(Operand a, Operand b) {
    return s -> {
      s.compare(a.value.value(s), b.value.value(s), a.known.value(s) + b.known.value(s) == 2);
      return NEXT;
    };
  }

  private static Matcher matched(Instruction instruction, String text) {
    Matcher m = ADDRESS.matcher(text);
    if (!m.matches()) {
      throw unknown(instruction);
    }
    return m;
  }

  private static Effect other(Instruction instruction, List<String> o) {
    int general = general(o.getLast());
    boolean sets = general >= 0 && o.size() > 1;
    if (!sets) {
      return null;
    }
    if (!instruction.mnemonic().startsWith("movz") && !instruction.mnemonic().startsWith("v")) {
      throw unknown(instruction);
    }
    return s -> {
      s.set(general, 0, false);
      return NEXT;
    };
  }

  private static Effect move(List<String> o, int d) {
    Matcher from = ADDRESS.matcher(o.getFirst());
    Matcher to = ADDRESS.matcher(o.getLast());
    if (to.matches()) {
      int n = wide(o.getFirst());
      Operand place = address(to);
      return n < 0
          ? null
          : s -> {
            if (s.known[n]) {
              s.stored.put(place.value.value(s), s.values[n]);
            } else {
              s.stored.remove(place.value.value(s));
            }
            return NEXT;
          };
    }
    if (from.matches()) {
      int general = general(o.getLast());
      Operand place = address(from);
      return s -> {
        Long kept = d >= 0 ? s.stored.get(place.value.value(s)) : null;
        s.set(general, kept == null ? 0 : kept, kept != null);
        return NEXT;
      };
    }
    Operand source = operand(o.getFirst());
    return s -> {
      s.set(d, source.value.value(s), source.known.value(s) == 1);
      return NEXT;
    };
  }

  private static Effect combine(String mnemonic, Operand source, int d) {
    return s -> {
      long with = source.value.value(s);
      long result =
          switch (mnemonic) {
            case "add" -> s.values[d] + with;
            case "sub" -> s.values[d] - with;
            default -> s.values[d] & with;
          };
      // flags after a subtraction are those of comparing; nothing here jumps after the others
      s.compare(
          s.values[d], with, mnemonic.equals("sub") && s.known[d] && source.known.value(s) == 1);
      s.set(d, result, s.known[d] && source.known.value(s) == 1);
      return NEXT;
    };
  }

  private Effect jump(Instruction instruction, List<String> o) {
    int target = index(o.getFirst());
    int own = index("0x" + Long.toHexString(instruction.address()));
    String mnemonic = instruction.mnemonic();
    return s -> {
      if (mnemonic.equals("jmp")) {
        return target;
      }
      if (!s.compared) {
        if (target <= own) {
          throw unknown(instruction);
        }
        return NEXT;
      }
      boolean taken =
          switch (mnemonic) {
            case "je" -> s.left == s.right;
            case "jne" -> s.left != s.right;
            case "jl" -> s.left < s.right;
            case "jge" -> s.left >= s.right;
            case "jb" -> Long.compareUnsigned(s.left, s.right) < 0;
            case "jae" -> Long.compareUnsigned(s.left, s.right) >= 0;
            default -> throw unknown(instruction);
          };
      return taken ? target : NEXT;
    };
  }
}
