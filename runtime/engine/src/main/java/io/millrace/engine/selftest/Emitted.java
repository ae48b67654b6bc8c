package io.millrace.engine.selftest;

import java.util.Map;

/** The machine code of a program, operator by operator. */
@FunctionalInterface
public interface Emitted {
  /**
   * The bytes of the output of operator {@code operator} after all of its slots have run once.
   *
   * @param inputs the bytes of each tensor in the arena that it reads, by tensor
   */
  byte[] answer(int operator, Map<Integer, byte[]> inputs);

  /**
   * Bytes of the code of operator {@code operator}: where kernels are chosen by the contents of
   * weights, operators of one shape differ in it.
   */
  default int codeBytes(int operator) {
    return 0;
  }
}
