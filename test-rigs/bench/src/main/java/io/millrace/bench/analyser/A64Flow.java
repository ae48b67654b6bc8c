package io.millrace.bench.analyser;

import io.millrace.bench.analyser.Disassembler.Instruction;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** General registers of AArch64: 0 to 30, and the stack pointer as 31. */
final class A64Flow extends ControlFlow {
  private static final Pattern POST_INDEX = Pattern.compile(".*\\[(x\\d+|sp)\\], #(-?\\d+)$");
  private static final Pattern GENERAL = Pattern.compile("[xw]\\d+|sp");

  A64Flow(List<Instruction> code) {
    super(code);
  }

  @Override
  int[] argumentRegisters() {
    return new int[] {0, 1, 2};
  }

  @Override
  int stackRegister() {
    return 31;
  }

  private static int register(String name) {
    return name.equals("sp") ? 31 : Integer.parseInt(name.substring(1));
  }

  private static long number(String text) {
    String digits = text.substring(1);
    return digits.startsWith("0x")
        ? Long.parseUnsignedLong(digits.substring(2), 16)
        : Long.parseLong(digits);
  }

  private static int shift(String[] o) {
    return o.length > 3 ? Integer.parseInt(o[3].substring(o[3].indexOf('#') + 1)) : 0;
  }

  @Override
  Effect decode(Instruction instruction) {
    String[] o = instruction.operands().split(", ", -1);
    String mnemonic = instruction.mnemonic();
    if (mnemonic.startsWith("b.")) {
      return jump(instruction, mnemonic.substring(2), index(o[0]));
    }
    boolean general = GENERAL.matcher(o[0]).matches();
    return switch (mnemonic) {
      case "ret" -> _ -> END;
      case "cmp" -> compared(register(o[0]), register(o[1]));
      case "mov" -> general ? move(o) : null;
      case "movk" -> kept(o);
      case "add", "sub", "subs" -> general ? sum(mnemonic, o) : null;
      case "csel" -> select(instruction, o);
      case "ldrsb", "ldp" -> general ? loaded(mnemonic, o) : null;
      case "stp" -> null;
      default -> other(instruction, general && !mnemonic.startsWith("st"));
    };
  }

  private static Effect compared(int a, int b) {
    return s -> {
      s.compare(s.values[a], s.values[b], s.known[a] && s.known[b]);
      return NEXT;
    };
  }

  /** MOVK: sixteen bits are changed, the others kept. */
  private static Effect kept(String[] o) {
    int d = register(o[0]);
    int at = Integer.parseInt(o[2].substring(o[2].indexOf('#') + 1));
    long part = number(o[1]) << at;
    return s -> {
      s.set(d, (s.values[d] & ~(0xFFFFL << at)) | part, s.known[d]);
      return NEXT;
    };
  }

  private static Effect other(Instruction instruction, boolean setsGeneral) {
    if (setsGeneral) {
      throw unknown(instruction);
    }
    Matcher after = POST_INDEX.matcher(instruction.operands());
    if (!after.matches()) {
      return null;
    }
    int base = register(after.group(1));
    long step = Long.parseLong(after.group(2));
    return s -> {
      s.values[base] += step;
      return NEXT;
    };
  }

  private static Effect move(String[] o) {
    int d = register(o[0]);
    if (o[1].startsWith("#")) {
      long value = number(o[1]);
      return s -> {
        s.set(d, value, true);
        return NEXT;
      };
    }
    int n = register(o[1]);
    return s -> {
      s.set(d, s.values[n], s.known[n]);
      return NEXT;
    };
  }

  private static Effect sum(String mnemonic, String[] o) {
    int d = register(o[0]);
    int n = register(o[1]);
    int shift = shift(o);
    long sign = mnemonic.equals("add") ? 1 : -1;
    if (o[2].startsWith("#")) {
      long value = number(o[2]) << shift;
      boolean compares = mnemonic.equals("subs");
      return s -> {
        if (compares) {
          s.compare(s.values[n], value, s.known[n]);
        }
        s.set(d, s.values[n] + sign * value, s.known[n]);
        return NEXT;
      };
    }
    int m = register(o[2]);
    return s -> {
      s.set(d, s.values[n] + sign * (s.values[m] << shift), s.known[n] && s.known[m]);
      return NEXT;
    };
  }

  private static Effect select(Instruction instruction, String[] o) {
    if (!o[3].equals("lt")) {
      throw unknown(instruction);
    }
    int d = register(o[0]);
    int n = register(o[1]);
    int m = register(o[2]);
    return s -> {
      int from = s.left < s.right ? n : m;
      s.set(d, s.values[from], s.compared && s.known[from]);
      return NEXT;
    };
  }

  private static Effect loaded(String mnemonic, String[] o) {
    int first = register(o[0]);
    int second = mnemonic.equals("ldp") ? register(o[1]) : first;
    return s -> {
      s.set(first, 0, false);
      s.set(second, 0, false);
      return NEXT;
    };
  }

  private static Effect jump(Instruction instruction, String condition, int target) {
    return s -> {
      if (condition.equals("al")) {
        return target;
      }
      if (!s.compared) {
        throw unknown(instruction);
      }
      boolean taken =
          switch (condition) {
            case "eq" -> s.left == s.right;
            case "ne" -> s.left != s.right;
            case "cs" -> Long.compareUnsigned(s.left, s.right) >= 0;
            default -> throw unknown(instruction);
          };
      return taken ? target : NEXT;
    };
  }
}
