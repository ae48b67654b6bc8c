package io.millrace.bench.analyser;

import io.millrace.bench.analyser.Disassembler.Instruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A function walked along the way that it takes, by general registers alone: what vector registers
 * hold never decides where code goes.
 *
 * <p>Arguments are addresses far apart. What is loaded from memory is unknown: a jump ahead that
 * depends on it is taken to fall through, so that what it might skip is counted; a jump back that
 * does is an error, as is an instruction that sets a general register in a way that is not known
 * here: the walk is right or there is none.
 */
abstract class ControlFlow {
  /** Far from each other and from anything that is added to them. */
  static final long[] ARGUMENTS = {1L << 40, 2L << 40, 3L << 40};

  private static final long STACK = 4L << 40;

  /** What one instruction does to the general registers; null for those that do nothing to them. */
  interface Effect {
    /** Returns the index of the next instruction, or {@link #NEXT} or {@link #END}. */
    int apply(ControlFlow state);
  }

  static final int NEXT = -1;
  static final int END = -2;

  final long[] values = new long[32];
  final boolean[] known = new boolean[32];
  final Map<Long, Long> stored = new HashMap<>();
  final List<Integer> calls = new ArrayList<>();

  /** Of the last comparison: what was compared, and whether it is known. */
  long left;

  long right;
  boolean compared;

  private final List<Instruction> code;
  private final Map<Long, Integer> indexOf = new HashMap<>();

  ControlFlow(List<Instruction> code) {
    this.code = code;
    for (int i = 0; i < code.size(); i++) {
      indexOf.put(code.get(i).address(), i);
    }
  }

  static ControlFlow of(List<Instruction> code, Isa isa) {
    return isa == Isa.AARCH64 ? new A64Flow(code) : new X86Flow(code);
  }

  /** What the instruction does; null for nothing. */
  abstract Effect decode(Instruction instruction);

  /** Registers of the arguments and the stack pointer. */
  abstract int[] argumentRegisters();

  abstract int stackRegister();

  final int index(String address) {
    Integer index = indexOf.get(Long.decode(address.startsWith("0x") ? address : "0x" + address));
    if (index == null) {
      throw new IllegalStateException("a jump to " + address + ", where no instruction begins");
    }
    return index;
  }

  static IllegalStateException unknown(Instruction instruction) {
    return new IllegalStateException(
        "cannot follow \"%s\" at %x".formatted(instruction.text(), instruction.address()));
  }

  final void set(int register, long value, boolean isKnown) {
    values[register] = value;
    known[register] = isKnown;
  }

  final void compare(long a, long b, boolean isKnown) {
    left = a;
    right = b;
    compared = isKnown;
  }

  /**
   * Tells {@code visitor} the index of each instruction in the order in which they run.
   *
   * @throws IllegalStateException naming the instruction that cannot be followed
   */
  final void walk(IntConsumer visitor) {
    Effect[] effects = new Effect[code.size()];
    for (int i = 0; i < effects.length; i++) {
      effects[i] = decode(code.get(i));
    }
    java.util.Arrays.fill(known, false);
    for (int i = 0; i < ARGUMENTS.length; i++) {
      set(argumentRegisters()[i], ARGUMENTS[i], true);
    }
    set(stackRegister(), STACK, true);
    int at = 0;
    while (at >= 0) {
      visitor.accept(at);
      Effect effect = effects[at];
      int next = effect == null ? NEXT : effect.apply(this);
      at = next == NEXT ? at + 1 : next;
      if (at >= effects.length) {
        throw new IllegalStateException("runs past the end of its code");
      }
    }
  }
}
