package io.millrace.node.pipeline;

import io.millrace.node.admission.Admission;
import io.millrace.node.admission.AdmissionSettings;
import io.millrace.node.admission.Decision;
import io.millrace.node.admission.DecisionCounts.Kind;
import io.millrace.node.admission.Plan;
import io.millrace.node.alert.Alert;
import io.millrace.node.budget.BudgetUse;
import io.millrace.node.budget.Instruments;
import io.millrace.node.feature.FrontEnd;
import io.millrace.node.report.NodeFigure;
import io.millrace.node.report.NodeStates;
import io.millrace.node.rule.Answer;
import io.millrace.node.window.Window;
import io.millrace.sensors.clock.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Takes whole windows to their end: admission, then board or cloud, then rules. Windows that wait
 * are looked at again before each new one, oldest first. For one thread.
 */
final class WindowWorker {
  private static final long LEAST_WAIT_NS = 1_000_000;
  private static final long LONGEST_WAIT_NS = 100_000_000;

  private final Clock clock;
  private final AdmissionSettings budget;
  private final Admission admission;
  private final FrontEnd frontEnd;
  private final LiveModels models;
  private final Pace pace;
  private final BooleanSupplier behind;
  private final List<PlanParts> plans;
  private final int boardPlan;
  private final NodeHealth health;
  private final NodeStates states;
  private final CloudCalls calls;
  private final CallTime callTime;
  private final DecisionLog decisions;
  private final AlertDelivery alerts;
  private final Consumer<Alert> toAlerts;
  private final NodeListener listener;
  private final Consumer<Exception> errors;
  private final Consumer<Window> done;
  private final ArrayDeque<Window> waiting = new ArrayDeque<>();
  private final Latencies decisionLatency = new Latencies();
  private final Latencies answerLatency = new Latencies();
  private final long[] answersByPlan;
  private Answering model;
  private Trial trial;
  private double toldMilliJ;
  private long toldNs;
  private long windows;
  private long onBoard;
  private long byCloud;
  private long seconds;
  private long dropped;
  private long failed;
  private long late;

  /**
   * What a worker works with.
   *
   * @param plans what carries each of admission's plans out
   * @param boardPlan the plan whose model updates replace
   */
  record Parts(
      String node,
      Clock clock,
      AdmissionSettings budget,
      Admission admission,
      Instruments instruments,
      NodeStates states,
      FrontEnd frontEnd,
      Answering model,
      List<PlanParts> plans,
      int boardPlan,
      AlertDelivery alerts,
      NodeListener listener,
      Consumer<Exception> errors) {}

  /**
   * @param models who asks for another model
   * @param pace how windows come
   * @param behind whether windows have come that are not looked at yet
   * @param done gets each window that is done with
   */
  WindowWorker(
      Parts parts, LiveModels models, Pace pace, BooleanSupplier behind, Consumer<Window> done) {
    clock = parts.clock();
    budget = parts.budget();
    admission = parts.admission();
    frontEnd = parts.frontEnd();
    model = parts.model();
    plans = parts.plans();
    boardPlan = parts.boardPlan();
    this.models = models;
    this.pace = pace;
    this.behind = behind;
    calls = new CloudCalls(parts);
    callTime = new CallTime(budget, admission, pace);
    decisions = new DecisionLog(parts);
    alerts = parts.alerts();
    toAlerts = this::deliver;
    listener = parts.listener();
    errors = parts.errors();
    this.done = done;
    states = parts.states();
    answersByPlan = new long[plans.size()];
    health =
        new NodeHealth(
            parts.node(), clock, parts.instruments(), admission, () -> windows, toAlerts, errors);
  }

  private void deliver(Alert alert) {
    admission.alertSent(clock.nanoTime());
    alerts.deliver(alert);
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
    admission.answersCost(boardPlan, next.cost);
    model = next;
    return before;
  }

  /** Pays for bytes on the radio. */
  boolean payForTransfer(int bytes) {
    return admission.receiveBeside(clock.nanoTime(), bytes);
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
    pace.came(window.endNs());
    frontEnd.hear(window);
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
    if (health.look(clock.nanoTime()) && !states.equals(NodeStates.NONE)) {
      tellFigures();
    }
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
    Decision decision =
        admission.decide(clock.nanoTime(), window.completedNs(), waiting.size(), waitedBefore);
    if (!waitedBefore || !(decision instanceof Decision.Defer)) {
      decisions.decided(window.index(), decision);
    }
    try {
      return carriedOut(decision, window);
    } catch (InterruptedException e) {
      dropped++;
      done.accept(window);
      throw e;
    }
  }

  private boolean carriedOut(Decision decision, Window window) throws InterruptedException {
    return switch (decision) {
      case Decision.RunLocal run -> {
        runLocal(run.plan(), window);
        yield true;
      }
      case Decision.Offload offload -> {
        long now = clock.nanoTime();
        long untilNs = callTime.untilNs(now, window, offload, waiting.size());
        yield offload(offload.plan(), window, untilNs);
      }
      case Decision.Defer defer -> false;
      case Decision.Drop drop -> {
        dropped++;
        yield true;
      }
    };
  }

  private void tellFigures() {
    BudgetUse use = admission.use();
    double idle = use.idleMilliW();
    double spent = use.spentMilliJ();
    long now = clock.nanoTime();
    double average = idle + (spent - toldMilliJ) * 1e9 / Math.max(1, now - toldNs);
    double measured = health.readings().milliW();
    states.figure(NodeFigure.POWER, Double.isNaN(measured) ? average : measured);
    states.figure(NodeFigure.ENERGY, spent / 1e3);
    states.figure(NodeFigure.TEMPERATURE, health.readings().celsius());
    states.figure(NodeFigure.BATTERY, health.readings().batteryShare() * 100);
    states.figure(NodeFigure.BATTERY_ENERGY, health.readings().batteryMilliJ() / 3600);
    states.figure(NodeFigure.ANSWERED_ON_BOARD, (double) onBoard);
    states.figure(NodeFigure.ANSWERED_BY_CLOUD, (double) byCloud);
    states.figure(NodeFigure.DEFERRED, (double) admission.counts().of(Kind.DEFER));
    states.figure(NodeFigure.DROPPED, (double) dropped);
    states.figure(NodeFigure.FAILED, (double) failed);
    states.figure(NodeFigure.LATE, (double) late);
    states.figure(NodeFigure.ALERTS_LOST, (double) alerts.lost());
    toldMilliJ = spent;
    toldNs = now;
  }

  private Answering board(int plan) {
    return plan == boardPlan ? model : plans.get(plan).board();
  }

  private void runLocal(int plan, Window window) throws InterruptedException {
    Answering board = board(plan);
    long startNs = System.nanoTime();
    if (!runs(board, window)) {
      failed++;
      return;
    }
    long tookNs = System.nanoTime() - startNs;
    double microJ = admission.cost(plan).energyNanoJ() / 1e3;
    Plan asked = admission.plans().get(plan);
    if (asked.thenAsk().isPresent()
        && greatest(board.outputs.getFirst()) < asked.sureFrom().getAsDouble()
        && askSecond(plan, asked.thenAsk().getAsInt(), window, microJ)) {
      return;
    }
    onBoard++;
    Answer answer = answered(plan, window, board.features, board.outputs, false, microJ);
    if (trial != null && plan == boardPlan) {
      runBeside(window, answer, tookNs);
    }
  }

  /** Works a window out on the board; false if the engine failed on it. */
  private boolean runs(Answering board, Window window) {
    try {
      board.answer(window);
      return true;
    } catch (RuntimeException e) {
      errors.accept(e);
      return false;
    } finally {
      admission.settleLocal(clock.nanoTime());
    }
  }

  private static double greatest(float[] scores) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      greatest = Math.max(greatest, score);
    }
    return greatest;
  }

  // --- asking another ----------------------------------------------------------------------------

  /**
   * Asks another plan about an answer that is not sure; false if that answer stands. That is for
   * time that no other window needs: not while one waits, and no longer than until the next one has
   * to be begun.
   */
  private boolean askSecond(int first, int second, Window window, double microJ)
      throws InterruptedException {
    if (behind.getAsBoolean() || hasWaiting()) {
      return false;
    }
    boolean cloud = admission.plans().get(second).where() != Plan.Where.BOARD;
    long now = clock.nanoTime();
    long untilNs = callTime.secondUntilNs(now, window, first, second);
    if (!admission.admitsSecond(first, now, untilNs)) {
      return false;
    }
    seconds++;
    if (!cloud) {
      Answering board = board(second);
      if (!runs(board, window)) {
        return false;
      }
      onBoard++;
      double both = microJ + admission.cost(second).energyNanoJ() / 1e3;
      answered(second, window, board.features, board.outputs, false, both);
      return true;
    }
    long nanoJ = calls.ask(second, window, model, untilNs);
    if (nanoJ == CloudCalls.NO_ANSWER) {
      return false;
    }
    answeredByCloud(second, window, microJ + nanoJ / 1e3);
    return true;
  }

  /** Asks the cloud; false if there was no answer and the window waits. */
  private boolean offload(int plan, Window window, long untilNs) throws InterruptedException {
    long nanoJ = calls.ask(plan, window, model, untilNs);
    if (nanoJ != CloudCalls.NO_ANSWER) {
      answeredByCloud(plan, window, nanoJ / 1e3);
      return true;
    }
    Decision next =
        admission.afterCloudFailure(clock.nanoTime(), window.completedNs(), waiting.size());
    decisions.decided(window.index(), next);
    return carriedOut(next, window);
  }

  private void answeredByCloud(int plan, Window window, double microJ) {
    byCloud++;
    answered(plan, window, calls.features(plan, model), calls.outputs(), true, microJ);
  }

  // --- answers -----------------------------------------------------------------------------------

  private Answer answered(
      int plan,
      Window window,
      float[] features,
      List<float[]> values,
      boolean cloud,
      double microJ) {
    long latency = clock.nanoTime() - window.completedNs();
    answerLatency.add(latency);
    late += latency > budget.deadlineNs() ? 1 : 0;
    answersByPlan[plan]++;
    Answer answer =
        new Answer(
            features,
            values,
            window.index(),
            window.startNs(),
            window.endNs(),
            cloud ? Alert.Origin.CLOUD : Alert.Origin.BOARD,
            microJ);
    listener.answered(answer, latency);
    model.rules.look(answer, toAlerts);
    alerts.answered();
    return answer;
  }

  NodeSummary summary(NodeSummary.Intake intake, long errorCount, long elapsedNs) {
    List<NodeSummary.PlanAnswers> byPlan = new ArrayList<>();
    for (int i = 0; i < answersByPlan.length; i++) {
      byPlan.add(new NodeSummary.PlanAnswers(admission.plans().get(i).name(), answersByPlan[i]));
    }
    return new NodeSummary(
        windows,
        intake.windowsGivenUp(),
        intake.windowsOverrun(),
        intake.samplesLost(),
        admission.counts().copy(),
        onBoard,
        byCloud,
        byPlan,
        seconds,
        dropped,
        failed,
        late,
        calls.failures(),
        alerts.raised(),
        alerts.cleared(),
        alerts.lost(),
        errorCount,
        admission.use(),
        elapsedNs,
        decisionLatency.percentiles(),
        answerLatency.percentiles(),
        intake.failure());
  }
}
