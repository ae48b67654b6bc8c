package io.millrace.engine.selftest;

import io.millrace.program.BadProgramException;
import io.millrace.program.Operator;
import io.millrace.program.Program;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** Compares the machine code for a program's operators with the portable kernels. */
public final class SelfTest {
  private final Program program;
  private final Emitted emitted;
  private final Limits limits;

  /**
   * How much the portable kernels may be asked for, so that a process is not held up: they run for
   * the first time then and are slow.
   *
   * @param perOperator multiply-accumulates, or elements where there are none, for one operator;
   *     eight times that where nothing less than one row can be asked for
   * @param inAll the same for all operators together; those behind are left out
   */
  public record Limits(long perOperator, long inAll) {
    /** Some milliseconds. */
    public static final Limits DEFAULT = new Limits(1 << 12, 1 << 20);
  }

  /**
   * What was found.
   *
   * @param compared operators that were compared, or are of a shape that was
   * @param leftOut operators in machine code that were not, for want of time
   * @param work multiply-accumulates, or elements where there are none, of the portable kernels
   * @param mismatch the first operator whose machine code answers wrongly, and how; empty if none
   */
  public record Result(int compared, int leftOut, long work, Optional<String> mismatch) {}

  private SelfTest(Program program, Emitted emitted, Limits limits) {
    this.program = program;
    this.emitted = emitted;
    this.limits = limits;
  }

  /**
   * Compares until something is wrong or the limits are reached.
   *
   * @param program a verified program
   * @param inMachineCode whether machine code exists for an operator
   * @throws BadProgramException if the portable kernels cannot do an operator either
   */
  public static Result run(
      Program program, IntPredicate inMachineCode, Emitted emitted, Limits limits)
      throws BadProgramException {
    return new SelfTest(program, emitted, limits).run(inMachineCode);
  }

  private Result run(IntPredicate inMachineCode) throws BadProgramException {
    Set<List<Integer>> seen = new HashSet<>();
    int compared = 0;
    int leftOut = 0;
    long work = 0;
    for (int i = 0; i < program.operators().size(); i++) {
      if (!inMachineCode.test(i)) {
        continue;
      }
      Operator operator = program.operators().get(i);
      List<Integer> kind = Kind.of(i, program, emitted.codeBytes(i));
      if (seen.contains(kind)) {
        compared++;
        continue;
      }
      Optional<Sample> sample =
          Sample.of(program, operator, limits.perOperator(), limits.inAll() - work);
      if (sample.isEmpty()) {
        leftOut++;
        continue;
      }
      work += sample.get().work();
      Optional<String> wrong = sample.get().compare(emitted, i);
      if (wrong.isPresent()) {
        return new Result(
            compared,
            leftOut,
            work,
            Optional.of(
                "operator %d (%s): %s"
                    .formatted(i, operator.getClass().getSimpleName(), wrong.get())));
      }
      compared++;
      seen.add(kind);
    }
    return new Result(compared, leftOut, work, Optional.empty());
  }
}
