package io.millrace.ota.update;

import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import io.millrace.program.Quantization;
import io.millrace.program.Schedule;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small networks of several layers, each a sum with a constant of its own. */
public final class Networks {
  public static final int WIDTH = 8192;
  public static final int LAYERS = 4;

  private Networks() {}

  /**
   * A program file.
   *
   * @param seeds of each layer's constants: equal seeds, equal layers
   */
  public static byte[] file(String device, long... seeds) {
    Quantization q = Quantization.perTensor(1 / 64f, 0);
    List<TensorSpec> tensors = new ArrayList<>();
    List<Operator> operators = new ArrayList<>();
    List<Schedule.Slot> slots = new ArrayList<>();
    byte[] constants = new byte[WIDTH * seeds.length];
    tensors.add(tensor("in", q, new Placement.InArena(0)));
    for (int i = 0; i < seeds.length; i++) {
      byte[] layer = new byte[WIDTH];
      new Random(seeds[i]).nextBytes(layer);
      System.arraycopy(layer, 0, constants, i * WIDTH, WIDTH);
      int from = i == 0 ? 0 : 2 * i;
      tensors.add(tensor("w" + i, q, new Placement.InConstants((long) i * WIDTH)));
      tensors.add(tensor("t" + i, q, new Placement.InArena((i + 1L) % 2 * WIDTH)));
      operators.add(
          new Operator.Add(
              from,
              2 * i + 1,
              2 * i + 2,
              new Operator.AddArithmetic.FloatingPoint(1, 1, 0),
              -128,
              127));
      slots.add(new Schedule.Slot(i, 0, 1, List.of(), new Schedule.Cost(1000, 1000)));
    }
    Program program =
        new Program(
            "sums",
            device,
            "modelled",
            tensors,
            operators,
            List.of(0),
            List.of(2 * seeds.length),
            new Schedule(List.of(new Schedule.Lane(slots))),
            new Program.MemorySummary(2L * WIDTH, 2L * WIDTH),
            MemorySegment.ofArray(constants));
    ByteBuffer file = ProgramFile.write(program);
    byte[] bytes = new byte[file.remaining()];
    file.get(bytes);
    return bytes;
  }

  private static TensorSpec tensor(String name, Quantization q, Placement place) {
    return new TensorSpec(name, ElementType.INT8, Shape.of(1, WIDTH), q, place);
  }
}
