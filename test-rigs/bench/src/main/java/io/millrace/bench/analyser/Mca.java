package io.millrace.bench.analyser;

import io.millrace.cli.InputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * LLVM's {@code llvm-mca}: how many clocks a processor takes for a sequence of instructions, by the
 * compiler's model of its pipelines. Loads hit the first cache, jumps are foreseen, memory is never
 * stored and loaded at one place.
 */
final class Mca {
  private static final int OLDEST = 16;
  private static final int NEWEST = 40;

  /** Lines that one process is given: its memory grows with them. */
  private static final int LINES_AT_ONCE = 400_000;

  private final Processor processor;
  private final String program;
  private final Map<List<String>, Long> seen = new HashMap<>();

  /**
   * The analyser for one processor.
   *
   * @throws InputException if no version that knows the processors is installed
   */
  Mca(Processor processor) throws InputException {
    this.processor = processor;
    this.program = find();
  }

  private static String find() throws InputException {
    List<Path> folders =
        Arrays.stream(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
            .map(Path::of)
            .toList();
    for (int version = NEWEST; version >= OLDEST; version--) {
      String name = "llvm-mca-" + version;
      for (Path folder : folders) {
        if (Files.isExecutable(folder.resolve(name))) {
          return folder.resolve(name).toString();
        }
      }
    }
    throw new InputException(
        "no llvm-mca-%d or later on the PATH (Debian: llvm-19, 16 MB): nothing can be analysed"
            .formatted(OLDEST));
  }

  /** Name and version of the program, for tables. */
  String name() {
    return Path.of(program).getFileName() + " -mcpu=" + processor.llvmName();
  }

  /** Clocks from the first instruction's issue to the last one's end, of each sequence. */
  List<Long> clocks(List<List<String>> sequences)
      throws IOException, InputException, InterruptedException {
    List<List<String>> fresh =
        sequences.stream().distinct().filter(s -> !seen.containsKey(s)).toList();
    int at = 0;
    while (at < fresh.size()) {
      int lines = 0;
      int to = at;
      while (to < fresh.size() && (to == at || lines + fresh.get(to).size() < LINES_AT_ONCE)) {
        lines += fresh.get(to++).size();
      }
      ask(fresh.subList(at, to));
      at = to;
    }
    return sequences.stream().map(seen::get).toList();
  }

  private void ask(List<List<String>> sequences)
      throws IOException, InputException, InterruptedException {
    Path answer = Files.createTempFile("millrace", ".mca");
    try {
      run(sequences, answer, "-resource-pressure=false", "-instruction-info=false");
      List<Long> clocks = new ArrayList<>();
      try (Stream<String> lines = Files.lines(answer)) {
        lines
            .filter(l -> l.startsWith("Total Cycles:"))
            .forEach(l -> clocks.add(Long.parseLong(l.substring(13).strip())));
      }
      if (clocks.size() != sequences.size()) {
        throw new InputException(
            "%s answered for %d of %d sequences"
                .formatted(program, clocks.size(), sequences.size()));
      }
      for (int i = 0; i < clocks.size(); i++) {
        seen.put(sequences.get(i), clocks.get(i));
      }
    } finally {
      Files.deleteIfExists(answer);
    }
  }

  /** What holds a sequence up, in the analyser's words; empty if it found nothing. */
  String bottleneck(List<String> sequence)
      throws IOException, InputException, InterruptedException {
    Path answer = Files.createTempFile("millrace", ".mca");
    try {
      run(
          List.of(sequence),
          answer,
          "-bottleneck-analysis",
          "-resource-pressure=false",
          "-instruction-info=false");
      List<String> found = new ArrayList<>();
      try (Stream<String> lines = Files.lines(answer)) {
        for (String line : lines.toList()) {
          if (line.startsWith("Throughput Bottlenecks:") || line.startsWith("Critical sequence")) {
            if (!found.isEmpty()) {
              break;
            }
          } else if (line.matches(" +-? ?[A-Z].*\\[ *[0-9.]+% \\]") && !line.contains("[ 0.00%")) {
            found.add(line.strip().replaceAll("\\s+", " "));
          }
        }
      }
      return String.join(", ", found.subList(0, Math.min(4, found.size())));
    } finally {
      Files.deleteIfExists(answer);
    }
  }

  private void run(List<List<String>> sequences, Path answer, String... options)
      throws IOException, InputException, InterruptedException {
    Path text = Files.createTempFile("millrace", ".s");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(text, StandardCharsets.UTF_8)) {
        for (int i = 0; i < sequences.size(); i++) {
          out.write(processor.isa().comment() + " LLVM-MCA-BEGIN s" + i + "\n");
          for (String line : sequences.get(i)) {
            out.write(processor.corrected(line));
            out.write('\n');
          }
          out.write(processor.isa().comment() + " LLVM-MCA-END\n");
        }
      }
      List<String> command =
          new ArrayList<>(
              List.of(
                  program,
                  "-mtriple=" + processor.isa().triple(),
                  "-mcpu=" + processor.llvmName(),
                  "-mattr=" + processor.features(),
                  "-iterations=1"));
      if (processor.dispatched() > 0) {
        command.add("-dispatch=" + processor.dispatched());
      }
      command.addAll(List.of(options));
      command.add(text.toString());
      Tool.run(command, answer, "llvm-19");
    } finally {
      Files.deleteIfExists(text);
    }
  }
}
