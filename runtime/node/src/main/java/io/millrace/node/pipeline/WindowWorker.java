package io.millrace.node.pipeline;

import io.millrace.node.admission.AdmissionController;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.Decision;
import io.millrace.node.admission.RadioPrice;
import io.millrace.node.alert.Alert;
import io.millrace.node.cloud.CloudInference;
import io.millrace.node.rule.Answer;
import io.millrace.node.window.Window;
import io.millrace.sensors.clock.Clock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Takes whole windows to their end: admission, then board or cloud, then rules. Windows that wait
 * are looked at again before each new one, oldest first. For one thread.
 */
final class WindowWorker {
  /** What a call to the cloud may take if the window has no deadline. */
  private static final long CLOUD_NS = 10_000_000_000L;

  /** How long a radio stays awake after its last byte, at least. */
  private static final long RADIO_AWAKE_NS = 100_000_000;

  private static final long LEAST_WAIT_NS = 1_000_000;
  private static final long LONGEST_WAIT_NS = 100_000_000;

  private final Clock clock;
  private final AdmissionSettings budget;
  private final AdmissionController admission;
  private final LiveModels models;
  private final BooleanSupplier behind;
  private final RadioPrice radio;
  private final CloudInference cloud;
  private final AlertDelivery alerts;
  private final Consumer<Alert> toAlerts;
  private final NodeListener listener;
  private final Consumer<Exception> errors;
  private final Consumer<Window> done;
  private final ArrayDeque<Window> waiting = new ArrayDeque<>();
  private final Latencies decisionLatency = new Latencies();
  private final Latencies answerLatency = new Latencies();
  private Answering model;
  private Trial trial;
  private long radioUsedNs = Long.MIN_VALUE / 2;
  private long windows;
  private long onBoard;
  private long byCloud;
  private long dropped;
  private long failed;
  private long late;
  private long cloudFailures;

  /** What a worker works with. */
  record Parts(
      Clock clock,
      AdmissionSettings budget,
      AdmissionController admission,
      Answering model,
      CloudInference cloud,
      RadioPrice radio,
      AlertDelivery alerts,
      NodeListener listener,
      Consumer<Exception> errors) {}

  /**
   * @param models who asks for another model
   * @param behind whether windows have come that are not looked at yet
   * @param done gets each window that is done with
   */
  WindowWorker(Parts parts, LiveModels models, BooleanSupplier behind, Consumer<Window> done) {
    clock = parts.clock();
    budget = parts.budget();
    admission = parts.admission();
    model = parts.model();
    this.models = models;
    this.behind = behind;
    radio = parts.radio();
    cloud = parts.cloud();
    alerts = parts.alerts();
    toAlerts = alerts::deliver;
    listener = parts.listener();
    errors = parts.errors();
    this.done = done;
  }

  // --- another model ---------------------------------------------------------------------------

  private void serveRequests() {
    for (LiveModels.Request request = models.next(); request != null; request = models.next()) {
      request.serve(this);
    }
  }

  /** A candidate answers beside the model from the next window on. */
  void begin(Trial beside) {
    endTrial();
    trial = beside;
    trial.begin(model);
  }

  /** The candidate has answered enough, whatever it was. */
  void endTrial() {
    if (trial != null) {
      trial.end(Optional.empty());
      trial = null;
    }
  }

  /** The candidate answers from the next window on; what answered until now is handed out. */
  Answering take(Answering next) {
    endTrial();
    Answering before = model;
    next.rules.continueFrom(before.rules);
    admission.answersCost(next.cost);
    model = next;
    return before;
  }

  /** Pays for bytes on the radio; one that was used a moment ago is still awake. */
  boolean payForTransfer(int bytes) {
    long now = clock.nanoTime();
    boolean awake = now - radioUsedNs < RADIO_AWAKE_NS;
    long nanoJ = radio.energyNanoJ(0, bytes) - (awake ? radio.energyNanoJ(0, 0) : 0);
    if (!admission.spendBeside(now, nanoJ)) {
      return false;
    }
    radioUsedNs = now;
    return true;
  }

  /** The model that answers. */
  Answering model() {
    return model;
  }

  /** Lets the candidate answer too, unless that would cost a window or break the budget. */
  private void runBeside(Window window, Answer answer, long tookNs) {
    if (behind.getAsBoolean()
        || !waiting.isEmpty()
        || !admission.spendBeside(clock.nanoTime(), trial.candidate.cost.energyNanoJ())) {
      return;
    }
    if (trial.look(window, model, answer, tookNs)) {
      trial = null;
    }
    admission.settleLocal(clock.nanoTime());
  }

  // --- windows ---------------------------------------------------------------------------------

  /** Looks at what waits, then takes one new window. */
  void accept(Window window) throws InterruptedException {
    windows++;
    lookAtWaiting();
    decisionLatency.add(clock.nanoTime() - window.completedNs());
    if (decide(window, false)) {
      done.accept(window);
    } else {
      waiting.addLast(window);
    }
  }

  /** Looks once at each window that waits, oldest first. */
  void lookAtWaiting() throws InterruptedException {
    serveRequests();
    alerts.deliverKept();
    for (int n = waiting.size(); n > 0; n--) {
      Window window = waiting.removeFirst();
      if (decide(window, true)) {
        done.accept(window);
      } else {
        waiting.addLast(window);
      }
    }
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** When to look at what waits again, if no window comes before. */
  long nextLookNs() {
    long now = clock.nanoTime();
    long wait = admission.retryAtNs(now) - now;
    return now + Math.max(LEAST_WAIT_NS, Math.min(LONGEST_WAIT_NS, wait));
  }

  /** Gives up what still waits, and tries the last time to deliver alerts. */
  void finish() {
    models.end();
    serveRequests();
    endTrial();
    while (hasWaiting()) {
      dropped++;
      done.accept(waiting.removeFirst());
    }
    alerts.finish();
  }

  /** Decides and acts; false if the window waits. */
  private boolean decide(Window window, boolean waitedBefore) throws InterruptedException {
    long sent = 0;
    long received = 0;
    if (cloud != null) {
      var traffic = cloud.traffic();
      sent = traffic.sentBytes();
      received = traffic.receivedBytes();
    }
    Decision decision =
        admission.decide(
            clock.nanoTime(),
            window.completedNs(),
            cloud != null && cloud.available(),
            sent,
            received,
            waiting.size(),
            waitedBefore);
    boolean stillWaits = waitedBefore && decision instanceof Decision.Defer;
    if (!stillWaits) {
      listener.decided(window.index(), decision);
    }
    switch (decision) {
      case Decision.RunLocal run -> runLocal(window);
      case Decision.Offload offload -> {
        return askCloud(window);
      }
      case Decision.Defer defer -> {
        return false;
      }
      case Decision.Drop drop -> dropped++;
    }
    return true;
  }

  private void runLocal(Window window) {
    long startNs = System.nanoTime();
    try {
      model.answer(window);
    } catch (RuntimeException e) {
      failed++;
      errors.accept(e);
      admission.settleLocal(clock.nanoTime());
      return;
    }
    long tookNs = System.nanoTime() - startNs;
    admission.settleLocal(clock.nanoTime());
    onBoard++;
    double microJ = admission.local().energyNanoJ() / 1e3;
    Answer answer = answered(window, model.outputs, Alert.Origin.BOARD, microJ);
    if (trial != null) {
      runBeside(window, answer, tookNs);
    }
  }

  /** Asks; false if there was no answer and the window waits. */
  private boolean askCloud(Window window) throws InterruptedException {
    model.extract(window);
    long deadlineNs =
        budget.deadlineNs() == AdmissionSettings.NO_DEADLINE
            ? clock.nanoTime() + CLOUD_NS
            : window.completedNs() + budget.deadlineNs();
    CloudInference.Result result;
    try {
      result = cloud.infer(model.features, clock.systemNanoTime(deadlineNs));
    } catch (InterruptedException e) {
      admission.settleOffload(clock.nanoTime(), 0, 0, false);
      dropped++;
      done.accept(window);
      throw e;
    } catch (RuntimeException e) {
      errors.accept(e);
      result = new CloudInference.Result.Failure(e.toString(), 0, 0);
    }
    long now = clock.nanoTime();
    String problem;
    switch (result) {
      case CloudInference.Result.Answer answer -> {
        problem = mismatch(answer.outputs());
        long nanoJ =
            admission.settleOffload(
                now, answer.sentBytes(), answer.receivedBytes(), problem == null);
        if (problem == null) {
          byCloud++;
          answered(window, answer.outputs(), Alert.Origin.CLOUD, nanoJ / 1e3);
          return true;
        }
      }
      case CloudInference.Result.Failure failure -> {
        problem = failure.reason();
        admission.settleOffload(now, failure.sentBytes(), failure.receivedBytes(), false);
      }
    }
    cloudFailures++;
    listener.cloudFailed(window.index(), problem);
    Decision next = admission.afterCloudFailure(now, window.completedNs(), waiting.size());
    listener.decided(window.index(), next);
    if (next instanceof Decision.Defer) {
      return false;
    }
    dropped++;
    return true;
  }

  /** What is wrong with the outputs of an answer; null if nothing. */
  private String mismatch(List<float[]> answer) {
    List<float[]> outputs = model.outputs;
    if (answer.size() != outputs.size()) {
      return "the cloud gave " + answer.size() + " outputs, the model has " + outputs.size();
    }
    for (int i = 0; i < answer.size(); i++) {
      if (answer.get(i).length != outputs.get(i).length) {
        return "output %d from the cloud has %d values, the model's has %d"
            .formatted(i, answer.get(i).length, outputs.get(i).length);
      }
    }
    return null;
  }

  private Answer answered(Window window, List<float[]> values, Alert.Origin origin, double microJ) {
    long latency = clock.nanoTime() - window.completedNs();
    answerLatency.add(latency);
    late += latency > budget.deadlineNs() ? 1 : 0;
    Answer answer =
        new Answer(
            model.features,
            values,
            window.index(),
            window.startNs(),
            window.endNs(),
            origin,
            microJ);
    listener.answered(answer, latency);
    model.rules.look(answer, toAlerts);
    return answer;
  }

  NodeSummary summary(NodeSummary.Intake intake, long errorCount, long elapsedNs) {
    return new NodeSummary(
        windows,
        intake.windowsGivenUp(),
        intake.windowsOverrun(),
        intake.samplesLost(),
        admission.counts().copy(),
        onBoard,
        byCloud,
        dropped,
        failed,
        late,
        cloudFailures,
        alerts.raised(),
        alerts.cleared(),
        alerts.lost(),
        errorCount,
        admission.energy(),
        elapsedNs,
        decisionLatency.percentiles(),
        answerLatency.percentiles(),
        intake.failure());
  }
}
