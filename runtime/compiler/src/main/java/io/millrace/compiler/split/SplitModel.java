package io.millrace.compiler.split;

import io.millrace.compiler.BadModelException;
import io.millrace.compiler.BudgetExceededException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.driver.ModelCompiler;
import io.millrace.compiler.driver.ModelCompiler.Compilation;
import io.millrace.compiler.graph.Cuttable;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.onnx.OnnxCutter;
import io.millrace.compiler.tflite.TfliteCutter;
import io.millrace.compiler.tflite.TfliteImporter;
import io.millrace.device.Budget;
import io.millrace.device.DeviceProfile;
import io.millrace.program.ProgramFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** A model file that can be cut in two, with the places where. */
public final class SplitModel {
  private final ByteBuffer file;
  private final Cuttable cuttable;

  private SplitModel(ByteBuffer file, Cuttable cuttable) {
    this.file = file;
    this.cuttable = cuttable;
  }

  /**
   * Both halves of a network.
   *
   * @param front the program for the board; its one output is the activation at the cut
   * @param tail the bytes of a model file in the format of the whole; its one input is the
   *     activation at the cut, by the same name and in the same shape
   */
  public record Halves(Compilation front, ByteBuffer tail) {}

  /**
   * Reads a {@code .tflite} or {@code .onnx} file, told apart by content.
   *
   * @throws IOException if the file cannot be read
   * @throws BadModelException if it is not a sound model
   * @throws UnsupportedModelException if it uses what cannot be run, has several inputs or outputs,
   *     or can be cut nowhere
   */
  public static SplitModel read(Path model)
      throws IOException, BadModelException, UnsupportedModelException {
    return read(ModelCompiler.load(model));
  }

  /** As {@link #read(Path)}, from the bytes of a file, which must not change afterwards. */
  public static SplitModel read(ByteBuffer file)
      throws BadModelException, UnsupportedModelException {
    if (ProgramFile.isProgram(file)) {
      throw new BadModelException(
          "the file is a compiled .mill program; split takes the .tflite or .onnx file");
    }
    Cuttable cuttable = cutter(file);
    if (cuttable.cuts().isEmpty()) {
      throw new UnsupportedModelException(
          List.of(
              "nowhere between input and output is one INT8 or UINT8 activation all that goes on;"
                  + " take a network whose activations are quantized"));
    }
    return new SplitModel(file, cuttable);
  }

  /** The bytes of the file. */
  ByteBuffer file() {
    return file;
  }

  /** What the network takes; name and shape are the file's. */
  public Value input() {
    return cuttable.input();
  }

  /**
   * The activations at which the network can be cut, in the order in which they are made, at least
   * one. Name and shape are the file's.
   */
  public List<Value> activations() {
    return cuttable.cuts();
  }

  /**
   * Cuts the network.
   *
   * @param activation one of {@link #activations()}
   * @param device the board that the front part is compiled for
   * @throws IllegalArgumentException if the network cannot be cut at {@code activation}
   * @throws UnsupportedModelException if the front part does not fit into a program
   */
  public Halves at(Value activation, DeviceProfile device)
      throws BadModelException, UnsupportedModelException {
    if (!activations().contains(activation)) {
      throw new IllegalArgumentException("no cut point: " + activation.name());
    }
    Compilation front = front(activation, device);
    ByteBuffer tail = cuttable.tail(activation);
    Value input = cutter(tail).input();
    if (!input.type().equals(activation.type()) || !input.shape().equals(activation.shape())) {
      throw new IllegalStateException(
          "the tail takes %s %s at a cut of %s %s"
              .formatted(input.type(), input.shape(), activation.type(), activation.shape()));
    }
    return new Halves(front, tail.asReadOnlyBuffer());
  }

  /** The front part, from the network's input to {@code activation}. */
  Compilation front(Value activation, DeviceProfile device)
      throws BadModelException, UnsupportedModelException {
    return compiled(cuttable.front(activation), device);
  }

  static Compilation compiled(ByteBuffer file, DeviceProfile device)
      throws BadModelException, UnsupportedModelException {
    try {
      return ModelCompiler.compile(file, device, Budget.UNLIMITED);
    } catch (BudgetExceededException e) {
      throw new IllegalStateException("no budget was set", e);
    }
  }

  private static Cuttable cutter(ByteBuffer file)
      throws BadModelException, UnsupportedModelException {
    // an ONNX file bears no mark: what is not one is refused by its importer
    return TfliteImporter.recognizes(file) ? TfliteCutter.of(file) : OnnxCutter.of(file);
  }
}
