package io.millrace.bench.analyser;

import io.millrace.bench.analyser.Disassembler.Instruction;
import io.millrace.cli.InputException;
import io.millrace.engine.machine.MachineCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Clocks of each operator of a program. Of a long sequence of instructions some stretches are
 * analysed, spread evenly over it, each behind a shorter one that fills the pipeline: what a
 * stretch takes is what both take less what the shorter one takes.
 */
final class OperatorClocks {
  /** Sequences up to this long are analysed whole. */
  private static final int WHOLE = 4_000;

  private static final int STRETCHES = 6;
  private static final int STRETCH = 1_500;
  private static final int LEAD = 400;

  /**
   * What was found for one operator.
   *
   * @param clocks of all of its slots together
   * @param instructions how many run
   * @param sample a stretch from its middle
   */
  record Found(double clocks, long instructions, List<String> sample) {}

  /** A stretch with what goes before it. */
  private record Stretch(List<String> lead, List<String> both) {}

  private OperatorClocks() {}

  /**
   * The clocks of all operators that are machine code; those of others are 0.
   *
   * @throws IllegalStateException if code cannot be followed
   */
  static List<Found> of(MachineCode code, Processor processor, Mca mca, Consumer<String> progress)
      throws IOException, InputException, InterruptedException {
    int count = code.program().operators().size();
    progress.accept("following %d operators".formatted(count));
    List<List<Stretch>> stretches = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    List<List<String>> all = new ArrayList<>();
    for (int op = 0; op < count; op++) {
      List<Stretch> of = new ArrayList<>();
      lengths.add(code.codeBytes(op) == 0 ? 0L : stretches(code.alone(op), processor.isa(), of));
      stretches.add(of);
      of.forEach(s -> {
        all.add(s.lead);
        all.add(s.both);
      });
    }
    progress.accept("asking " + mca.name());
    List<Long> clocks = mca.clocks(all.stream().filter(s -> !s.isEmpty()).toList());
    List<Found> found = new ArrayList<>();
    int at = 0;
    for (int op = 0; op < count; op++) {
      double sum = 0;
      long analysed = 0;
      for (Stretch s : stretches.get(op)) {
        long lead = s.lead.isEmpty() ? 0 : clocks.get(at++);
        sum += clocks.get(at++) - lead;
        analysed += s.both.size() - s.lead.size();
      }
      long length = lengths.get(op);
      List<String> sample =
          stretches.get(op).isEmpty()
              ? List.of()
              : stretches.get(op).get(stretches.get(op).size() / 2).both;
      found.add(new Found(analysed == 0 ? 0 : sum * length / analysed, length, sample));
    }
    return found;
  }

  /** Collects stretches of the function and returns the length of the whole sequence. */
  private static long stretches(byte[] function, Isa isa, List<Stretch> into)
      throws IOException, InputException, InterruptedException {
    List<Instruction> code = Disassembler.read(function, isa);
    long[] length = {0};
    ControlFlow.of(code, isa).walk(_ -> length[0]++);
    long all = length[0];
    if (all <= WHOLE) {
      List<String> whole = new ArrayList<>();
      ControlFlow.of(code, isa).walk(i -> whole.add(code.get(i).text()));
      into.add(new Stretch(List.of(), analysable(whole)));
      return all;
    }
    long[] starts = new long[STRETCHES];
    for (int i = 0; i < STRETCHES; i++) {
      starts[i] = (all - STRETCH - LEAD) * (2L * i + 1) / (2L * STRETCHES);
    }
    List<List<String>> taken = new ArrayList<>();
    for (int i = 0; i < STRETCHES; i++) {
      taken.add(new ArrayList<>());
    }
    long[] now = {0};
    ControlFlow.of(code, isa)
        .walk(i -> {
          for (int s = 0; s < STRETCHES; s++) {
            if (now[0] >= starts[s] && now[0] < starts[s] + LEAD + STRETCH) {
              taken.get(s).add(code.get(i).text());
            }
          }
          now[0]++;
        });
    for (List<String> both : taken) {
      into.add(new Stretch(analysable(both.subList(0, LEAD)), analysable(both)));
    }
    return all;
  }

  /** Without the return at the end, which the analyser has no model of. */
  private static List<String> analysable(List<String> sequence) {
    return sequence.stream().filter(l -> !l.equals("ret")).toList();
  }
}
