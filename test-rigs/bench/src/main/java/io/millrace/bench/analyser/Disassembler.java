package io.millrace.bench.analyser;

import io.millrace.cli.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Machine code as the text that assemblers read, by binutils. */
final class Disassembler {
  private Disassembler() {}

  /**
   * One instruction.
   *
   * @param address its distance from the start of the code
   * @param text mnemonic and operands
   */
  record Instruction(long address, String text) {
    String mnemonic() {
      int blank = text.indexOf(' ');
      return blank < 0 ? text : text.substring(0, blank);
    }

    /** What stands behind the mnemonic. */
    String operands() {
      int blank = text.indexOf(' ');
      return blank < 0 ? "" : text.substring(blank + 1).strip();
    }
  }

  /**
   * The instructions of {@code code}, in order.
   *
   * @throws InputException if the disassembler is not installed
   */
  static List<Instruction> read(byte[] code, Isa isa)
      throws IOException, InputException, InterruptedException {
    Path bin = Files.createTempFile("millrace", ".bin");
    Path text = Files.createTempFile("millrace", ".txt");
    try {
      Files.write(bin, code);
      List<String> command = new ArrayList<>(List.of(isa.objdump(), "-D", "-z", "-b", "binary"));
      command.addAll(isa.machine());
      command.addAll(List.of("--no-show-raw-insn", bin.toString()));
      Tool.run(command, text, "binutils or binutils-aarch64-linux-gnu");
      List<Instruction> all = new ArrayList<>();
      for (String line : Files.readAllLines(text, StandardCharsets.UTF_8)) {
        int colon = line.indexOf(":\t");
        if (colon >= 0 && line.startsWith(" ")) {
          all.add(
              new Instruction(
                  Long.parseLong(line.substring(0, colon).strip(), 16),
                  plain(line.substring(colon + 2))));
        }
      }
      return all;
    } finally {
      Files.deleteIfExists(bin);
      Files.deleteIfExists(text);
    }
  }

  private static String plain(String line) {
    return line.replaceAll("//.*", "")
        .replaceAll("^rex\\S* ", "")
        .replaceAll("<.*>", "")
        .replaceAll(" #[^0-9].*", "")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
