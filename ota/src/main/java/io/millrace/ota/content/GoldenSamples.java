package io.millrace.ota.content;

import io.millrace.engine.Executor;
import io.millrace.program.Program;
import io.millrace.program.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/**
 * Inputs with the outputs that a network must give for them, bit for bit: on every board and
 * instruction set a program answers the same, so one that does not is not fit to run.
 */
public final class GoldenSamples {
  private GoldenSamples() {}

  /** Bytes of all inputs of a sample. */
  public static int inputBytes(Program program) {
    return bytes(program, program.inputs());
  }

  /** Bytes of all outputs of a sample. */
  public static int outputBytes(Program program) {
    return bytes(program, program.outputs());
  }

  private static int bytes(Program program, List<Integer> tensors) {
    long sum = 0;
    for (int tensor : tensors) {
      TensorSpec spec = program.tensor(tensor);
      sum += spec.bytes();
    }
    return Math.toIntExact(sum);
  }

  /** Inputs of any bytes, the same for the same seed; no integer input is out of its range. */
  public static byte[] drawn(Program program, int samples, long seed) {
    byte[] inputs = new byte[Math.multiplyExact(samples, inputBytes(program))];
    new Random(seed).nextBytes(inputs);
    return inputs;
  }

  /** All inputs, then the outputs that {@code executor} gives for them. */
  public static byte[] with(Executor executor, byte[] inputs) {
    ByteArrayOutputStream golden = new ByteArrayOutputStream();
    golden.writeBytes(inputs);
    Program program = executor.program();
    int samples = inputs.length / inputBytes(program);
    for (int i = 0; i < samples; i++) {
      golden.writeBytes(answer(executor, inputs, i * inputBytes(program)));
    }
    return golden.toByteArray();
  }

  /**
   * The first sample that {@code executor} answers otherwise.
   *
   * @return its number from 0, or -1 if all are right
   * @throws IllegalArgumentException if the samples are not of this program's size
   */
  public static int firstWrong(Executor executor, byte[] golden, int samples) {
    Program program = executor.program();
    int in = inputBytes(program);
    int out = outputBytes(program);
    if (golden.length != (long) samples * (in + out)) {
      throw new IllegalArgumentException(
          "%d golden samples of %d + %d bytes are not %d bytes"
              .formatted(samples, in, out, golden.length));
    }
    for (int i = 0; i < samples; i++) {
      byte[] answer = answer(executor, golden, i * in);
      int at = samples * in + i * out;
      if (!java.util.Arrays.equals(answer, 0, out, golden, at, at + out)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] answer(Executor executor, byte[] inputs, int at) {
    Program program = executor.program();
    for (int i = 0; i < program.inputs().size(); i++) {
      var to = executor.input(i).asByteBuffer();
      to.put(inputs, at, to.remaining());
      at += to.capacity();
    }
    executor.run();
    byte[] answer = new byte[outputBytes(program)];
    int end = 0;
    for (int i = 0; i < program.outputs().size(); i++) {
      var from = executor.output(i).asByteBuffer();
      int size = from.remaining();
      from.get(answer, end, size);
      end += size;
    }
    return answer;
  }
}
