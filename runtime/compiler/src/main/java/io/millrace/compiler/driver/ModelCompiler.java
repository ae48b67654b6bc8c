package io.millrace.compiler.driver;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.BudgetExceededException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Graph;
import io.millrace.compiler.lower.Lowered;
import io.millrace.compiler.lower.Lowering;
import io.millrace.compiler.lower.WeightPacking;
import io.millrace.compiler.onnx.OnnxImporter;
import io.millrace.compiler.pass.Passes;
import io.millrace.compiler.plan.MemoryPlan;
import io.millrace.compiler.plan.MemoryPlanner;
import io.millrace.compiler.plan.OverlapChecker;
import io.millrace.compiler.schedule.BudgetCheck;
import io.millrace.compiler.schedule.CostModel;
import io.millrace.compiler.schedule.Scheduler;
import io.millrace.compiler.tflite.TfliteImporter;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.program.BadProgramException;
import io.millrace.program.Program;
import io.millrace.program.ProgramFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** Compiles a model file for a board. */
public final class ModelCompiler {
  /** Networks for boards are far smaller; what is larger is some other file. */
  private static final long MAX_FILE_BYTES = 1L << 30;

  private ModelCompiler() {}

  /**
   * A finished compilation.
   *
   * @param program the program, verified and ready to be loaded
   * @param file the same as bytes of a {@code .mill} file; equal inputs give equal bytes
   */
  public record Compilation(Program program, ByteBuffer file) {}

  /**
   * Reads a {@code .tflite} or {@code .onnx} file (told apart by content) and compiles it.
   *
   * @throws IOException if the file cannot be read
   * @throws BadModelException if it is not a sound model
   * @throws UnsupportedModelException if it uses what cannot be run, all of it named
   * @throws BudgetExceededException if it does not fit, every broken limit named
   */
  public static Compilation compile(Path model, DeviceProfile device, Budget budget)
      throws IOException, BadModelException, UnsupportedModelException, BudgetExceededException {
    return compile(model, device, budget, OptionalInt.empty());
  }

  /**
   * As {@link #compile(Path, DeviceProfile, Budget)}, for a number of lanes.
   *
   * @param lanes how many cores the program is to use, fewer where it cannot; the number that is
   *     predicted to be fastest if empty
   * @throws IllegalArgumentException if that is below 1 or the board has fewer cores
   */
  public static Compilation compile(
      Path model, DeviceProfile device, Budget budget, OptionalInt lanes)
      throws IOException, BadModelException, UnsupportedModelException, BudgetExceededException {
    return compile(load(model), device, budget, lanes);
  }

  /**
   * The bytes of a model file.
   *
   * @throws IOException if the file cannot be read
   * @throws BadModelException if it is far larger than any network for a board
   */
  public static ByteBuffer load(Path model) throws IOException, BadModelException {
    long bytes = Files.size(model);
    if (bytes > MAX_FILE_BYTES) {
      throw new BadModelException(
          "%s has %d bytes, a model has at most %d".formatted(model, bytes, MAX_FILE_BYTES));
    }
    return ByteBuffer.wrap(Files.readAllBytes(model));
  }

  /** As {@link #compile(Path, DeviceProfile, Budget)}, from the bytes of a file. */
  public static Compilation compile(ByteBuffer model, DeviceProfile device, Budget budget)
      throws BadModelException, UnsupportedModelException, BudgetExceededException {
    return compile(model, device, budget, OptionalInt.empty());
  }

  private static Compilation compile(
      ByteBuffer model, DeviceProfile device, Budget budget, OptionalInt lanes)
      throws BadModelException, UnsupportedModelException, BudgetExceededException {
    Graph graph = Passes.apply(read(model));
    Lowered lowered = WeightPacking.pack(Lowering.lower(graph));
    MemoryPlan plan = MemoryPlanner.plan(lowered);
    List<String> overlaps = OverlapChecker.problems(lowered, plan.offsets(), plan.arenaBytes());
    if (!overlaps.isEmpty()) {
      throw new IllegalStateException(
          "the memory plan of " + graph.name() + " is wrong: " + String.join("; ", overlaps));
    }
    Placed placed = Placed.of(lowered, plan);
    CostModel costs = new CostModel(device, plan.arenaBytes());
    Program program =
        new Program(
            lowered.name(),
            device.id(),
            costs.provenance().words(),
            placed.tensors(),
            lowered.operators(),
            lowered.inputs(),
            lowered.outputs(),
            lanes.isPresent()
                ? Scheduler.schedule(placed.tensors(), lowered.operators(), costs, lanes.getAsInt())
                : Scheduler.schedule(placed.tensors(), lowered.operators(), costs),
            new Program.MemorySummary(plan.arenaBytes(), plan.lowerBoundBytes()),
            placed.constants());
    Compilation compilation = verified(program);
    BudgetCheck.check(compilation.program(), device, budget);
    return compilation;
  }

  private static Graph read(ByteBuffer model) throws BadModelException, UnsupportedModelException {
    if (ProgramFile.isProgram(model)) {
      throw new BadModelException("the file is a compiled .mill program, not a model");
    }
    // an ONNX file bears no mark: what is not one is refused by its importer
    return TfliteImporter.recognizes(model) ? TfliteImporter.read(model) : OnnxImporter.read(model);
  }

  /** What the board will read is what is handed out, and it has passed what the board asks. */
  private static Compilation verified(Program program) throws UnsupportedModelException {
    try {
      ByteBuffer file = ProgramFile.write(program);
      return new Compilation(ProgramFile.read(file), file.asReadOnlyBuffer());
    } catch (IllegalArgumentException | BadProgramException e) {
      throw new UnsupportedModelException(
          List.of("the network does not fit into a program: " + e.getMessage()));
    }
  }
}
