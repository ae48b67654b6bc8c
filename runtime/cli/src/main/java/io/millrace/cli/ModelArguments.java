package io.millrace.cli;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.BudgetExceededException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.device.DeviceProfile;
import io.millrace.device.DeviceProfiles;
import io.millrace.device.Figure;
import io.millrace.device.Provenance;
import io.millrace.program.BadProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A MODEL, and the board that it is compiled for if it is not yet. */
public final class ModelArguments {
  @Parameters(paramLabel = "MODEL", description = "A .tflite, .onnx or .mill file.")
  Path model;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      converter = DeviceOption.class,
      completionCandidates = DeviceOption.Ids.class,
      description =
          "The board to compile for, host if left out: ${COMPLETION-CANDIDATES}. A .mill file is"
              + " compiled already.")
  DeviceProfile device;

  /** What the user calls the network: its file's name. */
  public String title() {
    return model.getFileName().toString();
  }

  /** The file that was named. */
  public Path file() {
    return model;
  }

  OpenedModel open()
      throws IOException,
          InputException,
          BadModelException,
          UnsupportedModelException,
          BudgetExceededException,
          BadProgramException {
    return open(_ -> OptionalInt.empty());
  }

  /** Opens the model for at most {@code cores} cores of its board. */
  public OpenedModel open(int cores)
      throws IOException,
          InputException,
          BadModelException,
          UnsupportedModelException,
          BudgetExceededException,
          BadProgramException {
    return open(board -> limited(board, cores), _ -> OptionalInt.empty());
  }

  /** {@code board} with {@code cores} cores, if it has more. */
  private static DeviceProfile limited(DeviceProfile board, int cores) {
    return board.with(
        Map.of(
            DeviceProfile.Key.CORES,
            new Figure(
                Math.min(cores, board.value(DeviceProfile.Key.CORES)),
                Provenance.SPECIFIED,
                "--threads")));
  }

  /**
   * As {@link #open()}, with a number of lanes.
   *
   * @param lanes how many a board is to use, the fastest number if empty; not asked for a {@code
   *     .mill} file
   */
  OpenedModel open(Function<DeviceProfile, OptionalInt> lanes)
      throws IOException,
          InputException,
          BadModelException,
          UnsupportedModelException,
          BudgetExceededException,
          BadProgramException {
    return open(UnaryOperator.identity(), lanes);
  }

  private OpenedModel open(
      UnaryOperator<DeviceProfile> adapted, Function<DeviceProfile, OptionalInt> lanes)
      throws IOException,
          InputException,
          BadModelException,
          UnsupportedModelException,
          BudgetExceededException,
          BadProgramException {
    return OpenedModel.open(
        model,
        () -> adapted.apply(device == null ? DeviceProfiles.named(DeviceProfiles.HOST) : device),
        lanes);
  }
}
