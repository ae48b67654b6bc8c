package io.millrace.engine.aarch64;

import io.millrace.engine.encode.aarch64.A64Encoder;
import io.millrace.engine.encode.aarch64.X;

/** What the general registers hold while a lane runs, and how a lane begins and ends. */
final class Registers {
  static final X ARENA = X.X0;
  static final X CONSTANTS = X.X1;
  static final X SCRATCH = X.X2;

  private static final int FRAME = 96;

  private Registers() {}

  /**
   * Saves what a function must leave as it was and kernels overwrite: X19 to X21 and the low halves
   * of V8 to V15; Procedure Call Standard for the Arm 64-bit Architecture, section 6.1.
   */
  static void begin(A64Encoder code) {
    code.add(X.SP, X.SP, -FRAME);
    for (int i = 0; i < 4; i++) {
      code.storePair(8 + 2 * i, 9 + 2 * i, X.SP, 16 * i);
    }
    code.storePair(X.X19, X.X20, X.SP, 64);
    code.storePair(X.X21, X.X22, X.SP, 80);
  }

  static void end(A64Encoder code) {
    for (int i = 0; i < 4; i++) {
      code.loadPair(8 + 2 * i, 9 + 2 * i, X.SP, 16 * i);
    }
    code.loadPair(X.X19, X.X20, X.SP, 64);
    code.loadPair(X.X21, X.X22, X.SP, 80);
    code.add(X.SP, X.SP, FRAME);
    code.ret();
  }

  /** Ends a loop that counts {@code counter} down. */
  static void loop(A64Encoder code, X counter, A64Encoder.Label start) {
    code.subs(counter, counter, 1);
    code.jump(A64Encoder.Condition.NOT_EQUAL, start);
  }
}
