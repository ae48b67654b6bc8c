package io.millrace.cli;

import io.millrace.cli.picture.Quantities;
import io.millrace.compiler.BadModelException;
import io.millrace.compiler.UnsupportedModelException;
import io.millrace.compiler.graph.Value;
import io.millrace.compiler.split.SplitModel;
import io.millrace.device.DeviceProfile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Both halves of a network as files: a program for the board, a model file for the cloud. */
final class SplitFiles {
  private SplitFiles() {}

  /**
   * Cuts {@code model} and says what the front part takes.
   *
   * @param at the cut point: its number, or its tensor's name
   * @param program where the front part goes
   * @param tail where the rest goes
   */
  static void write(
      Path model, DeviceProfile board, String at, Path program, Path tail, CommandLine command)
      throws IOException, BadModelException, UnsupportedModelException {
    SplitModel split = SplitModel.read(model);
    Value activation = chosen(at, split.activations(), command);
    SplitModel.Halves halves = split.at(activation, board);
    ByteBuffer front = halves.front().file().duplicate();
    ByteBuffer rest = halves.tail().duplicate();
    int frontBytes = front.remaining();
    int restBytes = rest.remaining();
    // nothing is put in its place before both are written
    try (AtomicFile frontFile = new AtomicFile(program);
        AtomicFile restFile = new AtomicFile(tail)) {
      frontFile.write(front);
      restFile.write(rest);
      restFile.commit();
      frontFile.commit();
    }
    PrintWriter out = command.getOut();
    new ProgramReport("front of " + model.getFileName(), halves.front().program(), out).summary();
    out.println("  file       %s, %s".formatted(program, Quantities.bytes(frontBytes)));
    out.println(
        "  tail       %s, %s, takes %s %s"
            .formatted(
                tail, Quantities.bytes(restBytes), activation.name(), SplitTable.form(activation)));
  }

  /**
   * The activation that is meant: by its number, by its name, or by the beginning of the only name
   * that begins so. A name that is a number of the list means the number.
   */
  private static Value chosen(String at, List<Value> activations, CommandLine command) {
    for (int i = 0; i < activations.size(); i++) {
      if (at.equals(Integer.toString(i + 1))) {
        return activations.get(i);
      }
    }
    List<Value> exact = activations.stream().filter(v -> v.name().equals(at)).toList();
    List<Value> meant =
        exact.isEmpty()
            ? activations.stream().filter(v -> !at.isEmpty() && v.name().startsWith(at)).toList()
            : exact;
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    throw new ParameterException(
        command,
        "--at %s: %s; write 1 to %d, or a name that split lists without --at"
            .formatted(
                at,
                meant.isEmpty() ? "no such cut point" : meant.size() + " cut points begin so",
                activations.size()));
  }
}
