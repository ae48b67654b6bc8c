package io.millrace.engine.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * A table of what instructions were meant, to be compared with what binutils reads in the bytes.
 */
public final class Disassembly {
  private final Path objdump;
  private final List<String> machine;
  private final UnaryOperator<String> normal;
  private final List<String> meant = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param objdump the disassembler; where it is missing the test is skipped, and fails in CI
   * @param machine its arguments that name the processor
   * @param normal makes of a line the form in which the table is written
   */
  public Disassembly(Path objdump, List<String> machine, UnaryOperator<String> normal) {
    this.objdump = objdump;
    this.machine = List.copyOf(machine);
    this.normal = normal;
  }

  public void add(String line) {
    meant.add(line);
  }

  /** Fails naming the first lines that differ. */
  public void compare(byte[] code, Path folder) throws IOException, InterruptedException {
    boolean present = Files.isExecutable(objdump);
    if (!present && "true".equals(System.getenv("CI"))) {
      Assertions.fail(objdump + " of binutils is missing, and CI must run this test");
    }
    Assumptions.assumeTrue(present, "needs " + objdump + " of binutils");
    List<String> different = new ArrayList<>();
    List<String> read = read(code, folder);
    for (int i = 0; i < Math.max(meant.size(), read.size()); i++) {
      String e = i < meant.size() ? meant.get(i) : "nothing";
      String a = i < read.size() ? read.get(i) : "nothing";
      if (!e.equals(a)) {
        different.add("meant " + e + ", wrote " + a);
      }
    }
    assertEquals(List.of(), different.subList(0, Math.min(20, different.size())));
  }

  private List<String> read(byte[] code, Path folder) throws IOException, InterruptedException {
    Path bin = Files.write(folder.resolve("code.bin"), code);
    Path out = folder.resolve("objdump.txt");
    List<String> command = new ArrayList<>(List.of(objdump.toString(), "-D", "-z", "-b", "binary"));
    command.addAll(machine);
    command.addAll(List.of("--no-show-raw-insn", bin.toString()));
    Process p = new ProcessBuilder(command).redirectOutput(out.toFile()).start();
    assertEquals(0, p.waitFor());
    List<String> read = new ArrayList<>();
    for (String line : Files.readAllLines(out, StandardCharsets.UTF_8)) {
      int colon = line.indexOf(":\t");
      if (colon >= 0 && line.startsWith(" ")) {
        read.add(normal.apply(line.substring(colon + 2)));
      }
    }
    return read;
  }
}
