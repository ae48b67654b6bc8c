package io.millrace.engine.selftest;

import io.millrace.engine.machine.MachineCode;
import io.millrace.engine.memory.ExecutableCode;
import io.millrace.program.ElementType;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/** The very bytes that the lanes run, each operator's copied into a function of its own. */
public final class CodeEmitted implements Emitted {
  private final MachineCode code;

  /** The kernels in {@code code}, which the processor must be able to run. */
  public CodeEmitted(MachineCode code) {
    this.code = code;
  }

  @Override
  public byte[] answer(int operator, Map<Integer, byte[]> inputs) {
    Program program = code.program();
    try (Arena scope = Arena.ofConfined()) {
      MemorySegment block = scope.allocate(code.blockBytes(), 64);
      MemorySegment constants = scope.allocate(code.constantsBytes() + 64L, 64);
      code.copyConstants(constants);
      inputs.forEach((tensor, bytes) -> {
        TensorSpec spec = program.tensor(tensor);
        byte[] turned = turned(spec, bytes);
        MemorySegment.copy(
            turned, 0, block, ValueLayout.JAVA_BYTE, spec.placement().offset(), turned.length);
      });
      ExecutableCode pages = ExecutableCode.of(scope, code.alone(operator));
      ExecutableCode.call(
          pages.function(0),
          block.address(),
          constants.address(),
          block.address() + code.scratchOffset(0),
          0);
      TensorSpec out = program.tensor(program.operators().get(operator).output());
      return turned(
          out, block.asSlice(out.placement().offset(), out.bytes()).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Override
  public int codeBytes(int operator) {
    return code.codeBytes(operator);
  }

  private byte[] turned(TensorSpec spec, byte[] bytes) {
    if (spec.type() != ElementType.INT8) {
      return bytes;
    }
    byte[] turned = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      turned[i] = (byte) (bytes[i] + code.turn());
    }
    return turned;
  }
}
