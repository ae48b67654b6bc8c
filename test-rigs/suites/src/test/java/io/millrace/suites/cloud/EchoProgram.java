package io.millrace.suites.cloud;

import io.millrace.program.ElementType;
import io.millrace.program.Operator;
import io.millrace.program.Placement;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import io.millrace.program.Quantization;
import io.millrace.program.Schedule;
import io.millrace.program.Shape;
import io.millrace.program.TensorSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The smallest network: its four outputs are its four inputs. */
final class EchoProgram {
  static final int VALUES = 4;

  /** 64 stands for 1. */
  private static final float SCALE = 1 / 64f;

  private EchoProgram() {}

  /** Writes it; one run is said to take so much. */
  static void write(Path file, long timeNs, long energyNanoJ) throws IOException {
    Quantization q = Quantization.perTensor(SCALE, 0);
    Shape shape = Shape.of(1, VALUES);
    Schedule.Slot slot =
        new Schedule.Slot(0, 0, 1, List.of(), new Schedule.Cost(timeNs, energyNanoJ));
    Program program =
        new Program(
            "echo",
            "host",
            "modelled",
            List.of(
                new TensorSpec("in", ElementType.INT8, shape, q, new Placement.InArena(0)),
                new TensorSpec("out", ElementType.INT8, shape, q, new Placement.InArena(64))),
            List.of(new Operator.Copy(0, 1)),
            List.of(0),
            List.of(1),
            new Schedule(List.of(new Schedule.Lane(List.of(slot)))),
            new Program.MemorySummary(128, 8),
            MemorySegment.ofArray(new byte[0]));
    try (OutputStream out = Files.newOutputStream(file)) {
      Channels.newChannel(out).write(ProgramFile.write(program));
    }
  }
}
