package io.millrace.node.pipeline;

import io.millrace.node.admission.Admission;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.window.Window;
import io.millrace.sensors.clock.Clock;
import java.util.List;
import java.util.function.Consumer;

/**
 * Calls that admission has admitted: the board's part of the plan, the server, a look at what it
 * said, and the account settled whatever came of it. For one thread.
 */
final class CloudCalls {
  /** What {@link #ask} returns when there is no answer. */
  static final long NO_ANSWER = -1;

  private final Clock clock;
  private final Admission admission;
  private final List<PlanParts> plans;
  private final NodeListener listener;
  private final Consumer<Exception> errors;
  private List<float[]> outputs = List.of();
  private long failures;

  CloudCalls(WindowWorker.Parts parts) {
    clock = parts.clock();
    admission = parts.admission();
    plans = parts.plans();
    listener = parts.listener();
    errors = parts.errors();
  }

  /** What the last call that was answered gave. */
  List<float[]> outputs() {
    return outputs;
  }

  /** Calls without a usable answer. */
  long failures() {
    return failures;
  }

  /** What the plan sent, or the features that its front part worked on. */
  float[] features(int plan, Answering model) {
    Answering front = plans.get(plan).board();
    return front == null ? model.features : front.features;
  }

  /**
   * Works out what the plan wants from the board, and calls; the answer is in {@link #outputs}
   * then.
   *
   * @param model whose features are sent where the plan has no part on the board, and whose
   *     outputs' sizes are expected
   * @param untilNs when the call is given up
   * @return what it took, nanojoules; {@link #NO_ANSWER} if there was none
   */
  long ask(int plan, Window window, Answering model, long untilNs) throws InterruptedException {
    CloudInference.Result result;
    try {
      result = plans.get(plan).cloud().infer(input(plan, window, model), systemNs(untilNs));
    } catch (InterruptedException e) {
      admission.settleOffload(plan, clock.nanoTime(), 0, 0, false);
      throw e;
    } catch (RuntimeException e) {
      errors.accept(e);
      result = new CloudInference.Result.Failure(e.toString(), 0, 0);
    }
    return switch (result) {
      case CloudInference.Result.Answer answer -> {
        String problem = mismatch(answer.outputs(), model.outputs);
        boolean usable = problem.isEmpty();
        long nanoJ = settled(plan, answer.sentBytes(), answer.receivedBytes(), usable);
        outputs = usable ? answer.outputs() : outputs;
        yield usable ? nanoJ : failed(window, problem);
      }
      case CloudInference.Result.Failure failure -> {
        settled(plan, failure.sentBytes(), failure.receivedBytes(), false);
        yield failed(window, failure.reason());
      }
    };
  }

  private long systemNs(long untilNs) {
    return clock.systemNanoTime(untilNs);
  }

  private float[] input(int plan, Window window, Answering model) {
    Answering front = plans.get(plan).board();
    if (front == null) {
      model.extract(window);
      return model.features;
    }
    front.answer(window);
    return front.outputs.getFirst();
  }

  private long settled(int plan, long sentBytes, long receivedBytes, boolean answered) {
    return admission.settleOffload(plan, clock.nanoTime(), sentBytes, receivedBytes, answered);
  }

  private long failed(Window window, String problem) {
    failures++;
    listener.cloudFailed(window.index(), problem);
    return NO_ANSWER;
  }

  /** What is wrong with the outputs of an answer; empty if nothing. */
  private static String mismatch(List<float[]> answer, List<float[]> expected) {
    if (answer.size() != expected.size()) {
      return "the cloud gave " + answer.size() + " outputs, the model has " + expected.size();
    }
    for (int i = 0; i < answer.size(); i++) {
      if (answer.get(i).length != expected.get(i).length) {
        return "output %d from the cloud has %d values, the model's has %d"
            .formatted(i, answer.get(i).length, expected.get(i).length);
      }
      for (float value : answer.get(i)) {
        if (!Float.isFinite(value)) {
          return "output " + i + " from the cloud has a value that is no number";
        }
      }
    }
    return "";
  }
}
