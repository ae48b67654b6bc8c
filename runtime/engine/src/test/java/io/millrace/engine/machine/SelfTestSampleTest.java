package io.millrace.engine.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.engine.selftest.CodeEmitted;
import io.millrace.engine.selftest.Emitted;
import io.millrace.engine.selftest.SelfTest;
import io.millrace.engine.selftest.SelfTest.Limits;
import io.millrace.program.Program;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The self-test on kernels that are right and on kernels that are not, whole rows and parts. */
class SelfTestSampleTest {
  private static final List<Function<RandomPrograms, Program>> KINDS =
      List.of(
          RandomPrograms::convolution,
          RandomPrograms::depthwise,
          RandomPrograms::depthwiseOfOneChannel,
          RandomPrograms::fullyConnected,
          RandomPrograms::add,
          RandomPrograms::mul,
          RandomPrograms::averagePool,
          RandomPrograms::mean,
          RandomPrograms::maxPool,
          RandomPrograms::softmax,
          RandomPrograms::lookup,
          RandomPrograms::copy);

  private static SelfTest.Result run(Program program, Emitted emitted, Limits limits)
      throws Exception {
    return SelfTest.run(program, _ -> true, emitted, limits);
  }

  @Test
  void shouldPassKernelsThatAreRightAndRefuseOthers() throws Exception {
    HostCode.assumed();
    int[] parts = {0, 0};
    for (int seed = 0; seed < 20; seed++) {
      for (Function<RandomPrograms, Program> kind : KINDS) {
        Program program = kind.apply(new RandomPrograms(seed));
        Emitted right = new CodeEmitted(HostCode.of(program));
        Emitted wrong =
            (operator, inputs) -> {
              byte[] answer = right.answer(operator, inputs);
              for (int i = 0; i < answer.length; i++) {
                answer[i] ^= 1;
              }
              return answer;
            };
        for (long limit : new long[] {1_000, 1 << 20}) {
          SelfTest.Result passed = run(program, right, new Limits(limit, limit));
          assertEquals(Optional.empty(), passed.mismatch(), () -> program.operators().toString());
          assertEquals(1, passed.compared() + passed.leftOut());
          assertTrue(passed.work() <= limit, passed.work() + " of " + limit);
          parts[passed.compared()]++;
          SelfTest.Result refused = run(program, wrong, new Limits(limit, limit));
          assertEquals(passed.compared() == 1, refused.mismatch().isPresent());
        }
      }
    }
    assertTrue(parts[1] > 4 * parts[0] && parts[0] > 0, parts[1] + " compared, not " + parts[0]);
  }

  @Test
  void shouldStopAtTheLimitForAll() throws Exception {
    HostCode.assumed();
    Program program = new RandomPrograms(3).convolution();
    SelfTest.Result none =
        run(program, new CodeEmitted(HostCode.of(program)), new Limits(1 << 20, 0));
    assertEquals(new SelfTest.Result(0, 1, 0, Optional.empty()), none);
  }
}
